import { Link, useSearchParams } from 'react-router';
import { api, ask } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { type About, Frame } from '../formulation/Frame';
import { MapSlot } from '../formulation/MapSlot';
import { sectionKinds, useVersions, type Version, versionsKey } from '../formulation/record';
import { useNotice } from '../Notices';
import { ErrorSummary, Loaded, nameOf, useChange } from '../parts';
import { useVersionFacts } from './Formulation';

/** What stands on the page of a version. */
export function pageOf(version: Version) {
  return {
    sections: sectionKinds.flatMap((kind) => {
      const plain = version.sections.find((each) => each.kind === kind)?.plain.trim();
      return plain ? [{ kind, plain }] : [];
    }),
    links: version.links.filter((each) => each.on_page),
    claims: version.claims.filter((each) => each.on_page),
  };
}

/** One page in plain words for the person: to print, or to read together in the room. */
export default function FormulationPage() {
  return (
    <Frame title="onepage.title" facts="onepage.facts" plain>
      {(about) => <Of about={about} />}
    </Frame>
  );
}

function Of({ about }: { about: About }) {
  const { t } = useTexts();
  const versions = useVersions(about.course.id, about.member.person);
  const [asked] = useSearchParams();
  return (
    <Loaded query={versions} part>
      {(all) => {
        const version = all.find((each) => String(each.number) === asked.get('version')) ?? all[0];
        if (!version)
          return (
            <div className="card empty">
              <p>{t('onepage.none')}</p>
              <Link className="btn" to={about.to('formulation')}>
                {t('formulation.title')}
              </Link>
            </div>
          );
        return <Sheet about={about} version={version} />;
      }}
    </Loaded>
  );
}

function Sheet({ about, version }: { about: About; version: Version }) {
  const { t, date } = useTexts();
  const facts = useVersionFacts();
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const page = pageOf(version);
  const name = nameOf(about.member);
  const empty = page.sections.length + page.links.length + page.claims.length === 0;
  const shared = version.shared_at !== null && version.unshared_at === null;
  const path = {
    params: { path: { course: about.course.id, person: about.member.person, formulation: version.id } },
  };
  const stale = [versionsKey(about.course.id, about.member.person)];
  const share = () => ask(api.POST('/api/v1/courses/{course}/people/{person}/formulations/{formulation}/share', path));
  const unshare = () =>
    ask(api.DELETE('/api/v1/courses/{course}/people/{person}/formulations/{formulation}/share', path));
  return (
    <>
      <section className="card no-print" aria-labelledby="sharing">
        <h2 id="sharing">{t('onepage.sharing')}</h2>
        <p className="sub num">{facts(version)}</p>
        <p className="sub measure">{t(empty ? 'onepage.empty' : 'onepage.words', { name })}</p>
        {about.course.members.length > 1 && <p className="sub measure">{t('onepage.alone', { name })}</p>}
        <ErrorSummary problem={problem} />
        <div className="form-do after">
          {!empty && (
            <button type="button" className="btn btn-primary" onClick={() => print()}>
              {t('onepage.print')}
            </button>
          )}
          {about.mine && !empty && (
            <button
              type="button"
              className="btn"
              disabled={busy}
              onClick={() =>
                void run(
                  shared ? unshare : share,
                  () =>
                    notice({
                      words: t(shared ? 'onepage.unshared' : 'onepage.shared'),
                      stale,
                      undo: shared ? share : unshare,
                    }),
                  stale,
                )
              }
            >
              {t(shared ? 'onepage.take_back' : 'onepage.give', { name })}
            </button>
          )}
          <Link className="btn" to={about.to('formulation/write')}>
            {t('onepage.change')}
          </Link>
        </div>
      </section>
      {!empty && (
        <article className="card onepage" aria-labelledby="onepage">
          <header>
            <h2 id="onepage">{t('onepage.heading', { name })}</h2>
            <p className="sub">{t('onepage.made', { date: date(version.written_at) })}</p>
          </header>
          <div className="onepage-words">
            {page.sections.map(({ kind, plain }) => (
              <section key={kind}>
                <h3>{t(`onepage.${kind}`)}</h3>
                {plain.split(/\n+/).map((line, i) => (
                  <p key={i}>{line}</p>
                ))}
              </section>
            ))}
            {page.links.length > 0 && (
              <section>
                <h3>{t('onepage.links')}</h3>
                {page.links.map((link, i) => (
                  <p key={i}>
                    {link.words}
                    {link.otherwise && ` ${link.otherwise}`}
                  </p>
                ))}
              </section>
            )}
            {page.claims.length > 0 && (
              <section>
                <h3>{t('onepage.claims')}</h3>
                <ul className="testing">
                  {page.claims.map((held) => (
                    <li key={held.claim}>
                      <p>{t('claim.rule', { cue: held.cue, expectation: held.expectation })}</p>
                      <p className="sub">{t('onepage.otherwise', { words: held.disconfirmed_by })}</p>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </div>
          <MapSlot about={about} />
          <footer className="sub">{t('onepage.guesses')}</footer>
        </article>
      )}
    </>
  );
}
