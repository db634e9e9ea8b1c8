import { useState } from 'react';
import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { Claims } from '../formulation/Claims';
import { type About, Frame } from '../formulation/Frame';
import { Moments, Spread } from '../formulation/Moments';
import { Questions } from '../formulation/Questions';
import { sectionKinds, useClaims, useVersions, type Version } from '../formulation/record';
import { Loaded } from '../parts';
import { useStaffName } from '../queries';

/** The formulation of one member: the newest version, the claims it rests on, moments, and what may belong together. */
export default function Formulation() {
  return (
    <Frame title="formulation.title" facts="formulation.facts">
      {(about) => <Of about={about} />}
    </Frame>
  );
}

function Of({ about }: { about: About }) {
  const claims = useClaims(about.course.id, about.member.person);
  const versions = useVersions(about.course.id, about.member.person);
  // One form at a time.
  const [opened, open] = useState<string>();
  return (
    <Loaded query={versions} part>
      {(all) => (
        <Loaded query={claims} part>
          {(book) => (
            <>
              <div className="col-wide">
                <Newest about={about} versions={all} />
                <Claims about={about} book={book} opened={opened} open={open} />
                <Spread about={about} book={book} />
              </div>
              <div className="col-side">
                <Moments about={about} book={book} opened={opened} open={open} />
                <Questions about={about} book={book} opened={opened} open={open} />
              </div>
            </>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

/** Who wrote it and when, and whether its page is with the person. */
export function useVersionFacts() {
  const { t, date } = useTexts();
  const staffName = useStaffName();
  return (version: Version): string =>
    [
      t('formulation.version', {
        n: version.number,
        date: date(version.written_at),
        name: staffName(version.written_by) ?? t('glass.somebody'),
      }),
      ...(version.shared_at
        ? [
            version.unshared_at
              ? t('formulation.taken_back', { date: date(version.unshared_at) })
              : t('formulation.shared', { date: date(version.shared_at) }),
          ]
        : []),
    ].join(' ');
}

function Newest({ about, versions }: { about: About; versions: Version[] }) {
  const { t } = useTexts();
  const facts = useVersionFacts();
  const newest = versions[0];
  if (!newest)
    return (
      <section className="card" aria-labelledby="newest">
        <h2 id="newest">{t('formulation.title')}</h2>
        <div className="empty">
          <p className="measure">{t('formulation.none')}</p>
          {about.mine && (
            <Link className="btn btn-primary" to={about.to('formulation/write')}>
              {t('formulation.write_first')}
            </Link>
          )}
        </div>
      </section>
    );
  return (
    <section className="card formulation" aria-labelledby="newest">
      <div className="card-head">
        <h2 id="newest">{t('formulation.title')}</h2>
        <div className="page-do no-print">
          {about.mine && (
            <Link className="btn btn-primary" to={about.to('formulation/write')}>
              {t('formulation.write', { n: newest.number + 1 })}
            </Link>
          )}
          <Link className="btn" to={about.to('formulation/page')}>
            {t('formulation.page')}
          </Link>
          {versions.length > 1 && (
            <Link className="btn" to={about.to('formulation/versions')}>
              {t('formulation.versions')}
            </Link>
          )}
        </div>
      </div>
      <p className="sub num">{facts(newest)}</p>
      <div className="sections">
        {sectionKinds.map((kind) => {
          const words = newest.sections.find((each) => each.kind === kind)?.words ?? '';
          return (
            <section key={kind} aria-label={t(`section.${kind}`)}>
              <h3>{t(`section.${kind}`)}</h3>
              {words ? <p className="account">{words}</p> : <p className="empty-line">{t('section.empty')}</p>}
            </section>
          );
        })}
        <section aria-label={t('section.links')}>
          <h3>{t('section.links')}</h3>
          {newest.links.length === 0 ? (
            <p className="empty-line">{t('section.links_none')}</p>
          ) : (
            newest.links.map((link, i) => (
              <div key={i} className="said">
                <p className="account">{link.words}</p>
                {link.otherwise && <p className="sub">{t('section.otherwise', { words: link.otherwise })}</p>}
              </div>
            ))
          )}
        </section>
        <section aria-label={t('section.claims')}>
          <h3>{t('section.claims')}</h3>
          {newest.claims.length === 0 ? (
            <p className="empty-line">{t('section.claims_none')}</p>
          ) : (
            <ul className="listed">
              {newest.claims.map((held) => (
                <li key={held.claim}>
                  {t('claim.rule', { cue: held.cue, expectation: held.expectation })}{' '}
                  <span className="meta num">{t('claim.then', { confidence: held.confidence })}</span>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </section>
  );
}
