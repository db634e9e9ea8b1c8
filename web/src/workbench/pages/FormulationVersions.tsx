import { Link, useSearchParams } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { type Run, wordDiff } from '../formulation/diff';
import { type About, Frame } from '../formulation/Frame';
import { sectionKinds, useVersions, type Version } from '../formulation/record';
import { Loaded } from '../parts';
import { useVersionFacts } from './Formulation';

/** Versions are never changed: who wrote which, and what differs between two of them, section by section. */
export default function FormulationVersions() {
  return (
    <Frame title="versions.title" facts="versions.facts" plain>
      {(about) => <Of about={about} />}
    </Frame>
  );
}

function Of({ about }: { about: About }) {
  const { t } = useTexts();
  const versions = useVersions(about.course.id, about.member.person);
  const facts = useVersionFacts();
  const [asked, setAsked] = useSearchParams();
  return (
    <Loaded query={versions} part>
      {(all) => {
        const chosen = (name: string, otherwise: Version | undefined) =>
          all.find((each) => String(each.number) === asked.get(name)) ?? otherwise;
        const later = chosen('later', all[0]);
        const earlier = chosen('earlier', all[1]);
        const choose = (name: string, number: string) => {
          const next = new URLSearchParams(asked);
          next.set(name, number);
          setAsked(next, { replace: true });
        };
        return (
          <>
            <section className="card" aria-labelledby="versions">
              <h2 id="versions">{t('versions.all')}</h2>
              {all.length === 0 ? (
                <p className="empty-line">{t('onepage.none')}</p>
              ) : (
                <ul className="rows">
                  {all.map((version) => (
                    <li key={version.id} className="row">
                      <span className="num">{facts(version)}</span>
                      <Link
                        className="meta no-print"
                        to={`${about.to('formulation/page')}${about.to('').includes('?') ? '&' : '?'}version=${version.number}`}
                      >
                        {t('versions.page', { n: version.number })}
                      </Link>
                    </li>
                  ))}
                </ul>
              )}
            </section>
            {earlier && later ? (
              <section className="card" aria-labelledby="differences">
                <h2 id="differences">{t('versions.differences')}</h2>
                <div className="form-do no-print after">
                  {(
                    [
                      ['earlier', earlier],
                      ['later', later],
                    ] as const
                  ).map(([name, version]) => (
                    <label key={name} className="field">
                      {t(`versions.${name}`)}
                      <select
                        className="pick"
                        value={version.number}
                        onChange={(event) => choose(name, event.target.value)}
                      >
                        {all.map((each) => (
                          <option key={each.id} value={each.number}>
                            {t('versions.number', { n: each.number })}
                          </option>
                        ))}
                      </select>
                    </label>
                  ))}
                </div>
                <p className="sub">
                  {t('versions.legend', { earlier: earlier.number, later: later.number })}{' '}
                  <del>{t('versions.gone')}</del> <ins>{t('versions.added')}</ins>
                </p>
                <Differences earlier={earlier} later={later} />
              </section>
            ) : (
              <p className="empty-line">{t('versions.one')}</p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function Differences({ earlier, later }: { earlier: Version; later: Version }) {
  const { t } = useTexts();
  const words = (version: Version, kind: string, part: 'words' | 'plain') =>
    version.sections.find((each) => each.kind === kind)?.[part] ?? '';
  const links = (version: Version) =>
    version.links.map((each) => [each.words, each.otherwise].filter(Boolean).join(' ')).join('\n');
  const claims = (version: Version) =>
    version.claims
      .map(
        (each) =>
          `${t('claim.rule', { cue: each.cue, expectation: each.expectation })} ${t('claim.then', { confidence: each.confidence })}`,
      )
      .join('\n');
  const parts = [
    ...sectionKinds.flatMap((kind) => [
      { title: t(`section.${kind}`), before: words(earlier, kind, 'words'), after: words(later, kind, 'words') },
      {
        title: t('versions.plain', { section: t(`section.${kind}`) }),
        before: words(earlier, kind, 'plain'),
        after: words(later, kind, 'plain'),
      },
    ]),
    { title: t('section.links'), before: links(earlier), after: links(later) },
    { title: t('section.claims'), before: claims(earlier), after: claims(later) },
  ].filter((part) => part.before || part.after);
  return (
    <div className="sections">
      {parts.map((part) => (
        <section key={part.title} aria-label={part.title}>
          <h3>{part.title}</h3>
          {part.before === part.after ? (
            <p className="empty-line">{t('versions.same')}</p>
          ) : (
            <p className="account diff">
              {wordDiff(part.before, part.after).map((run, i) => (
                <Words key={i} run={run} />
              ))}
            </p>
          )}
        </section>
      ))}
    </div>
  );
}

function Words({ run }: { run: Run }) {
  if (run.is === 'added') return <ins>{run.words}</ins>;
  if (run.is === 'gone') return <del>{run.words}</del>;
  return <>{run.words}</>;
}
