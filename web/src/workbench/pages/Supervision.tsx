import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Loaded, Page } from '../parts';
import { CaseWords, Discuss } from '../safety/Cases';
import { SafetyTexts } from '../safety/SafetyTexts';
import { useUser } from '../session';

type Supervised = Schemas['SupervisedCourse'];

/** By case and by course, never by therapist; and what a therapist may know of every look. */
export default function Supervision() {
  return (
    <SafetyTexts>
      <SupervisionPage />
    </SafetyTexts>
  );
}

function SupervisionPage() {
  const { t } = useTexts();
  const user = useUser();
  return (
    <Page title="nav.supervision" facts={t('supervision.facts')} plain>
      {user.supervisor && <Mine />}
      {user.therapist && <Looks />}
    </Page>
  );
}

function Mine() {
  const { t } = useTexts();
  const page = useQuery({ queryKey: ['supervision'], queryFn: () => ask(api.GET('/api/v1/supervision')) });
  return (
    <Loaded query={page} part>
      {(view) => (
        <>
          <section className="card" aria-labelledby="brought">
            <h2 id="brought">{t('supervision.cases')}</h2>
            {view.cases.length === 0 && <p className="empty-line">{t('supervision.no_cases')}</p>}
            <ul className="rows">
              {view.cases.map((one) => (
                <li key={one.case.id} className="risk-before">
                  <p>
                    <Link data-row to={`/courses/${one.case.course}`}>
                      {one.code}
                    </Link>{' '}
                    <span className={one.case.discussed_at ? 'tag' : 'tag tag-notice'}>
                      {t(one.case.discussed_at ? 'supervision.discussed' : 'supervision.waits')}
                    </span>
                  </p>
                  <CaseWords one={one.case} />
                  {!one.case.discussed_at && <Discuss course={one.case.course} brought={one.case.id} />}
                </li>
              ))}
            </ul>
          </section>
          <section className="card" aria-labelledby="supervised">
            <h2 id="supervised">{t('supervision.courses')}</h2>
            {view.courses.length === 0 && <p className="empty-line">{t('supervision.no_courses')}</p>}
            <ul className="rows">
              {view.courses.map((course) => (
                <Course key={course.course} course={course} />
              ))}
            </ul>
            <p className="sub">{t('supervision.no_ranking')}</p>
          </section>
        </>
      )}
    </Loaded>
  );
}

function Course({ course }: { course: Supervised }) {
  const { t, date, time } = useTexts();
  const sessions = [...new Set(course.fidelity.map((one) => one.session))];
  return (
    <li className="risk-before">
      <p>
        <Link data-row to={`/courses/${course.course}`}>
          {course.codes.join(', ')}
        </Link>{' '}
        <span className="meta">{course.therapist_name}</span>
      </p>
      {course.open_risks.map((risk) => (
        <p key={risk.risk}>
          <span className="tag tag-urgent">{t('supervision.open_risk')}</span>{' '}
          <Link to={`/courses/${course.course}/safety`}>{t('risk.since', { at: time(risk.since) })}</Link>{' '}
          <span className="meta">
            {risk.acknowledged_at
              ? t('supervision.seen', { at: time(risk.acknowledged_at) })
              : t('safety.seen_by_nobody')}
          </span>
        </p>
      ))}
      {course.unsigned_notes.length > 0 && (
        <p className="sub">
          {t('supervision.unsigned', {
            n: course.unsigned_notes.length,
            oldest: date(course.unsigned_notes[0]?.held_at ?? ''),
          })}
        </p>
      )}
      {course.fidelity_agreed ? (
        course.fidelity.length === 0 ? (
          <p className="sub">{t('supervision.no_fidelity')}</p>
        ) : (
          <details>
            <summary>{t('supervision.fidelity', { n: sessions.length })}</summary>
            <ul>
              {course.fidelity.map((one) => (
                <li key={`${one.session}${one.line}`} className="sub">
                  {t('supervision.line', { session: one.session, line: one.line, stage: one.stage })}{' '}
                  {t(`supervision.value.${one.value}`)}
                </li>
              ))}
            </ul>
          </details>
        )
      ) : (
        <p className="sub">{t('supervision.no_consent')}</p>
      )}
    </li>
  );
}

/** Everybody else's looks at one's own courses. */
function Looks() {
  const { t, time, has } = useTexts();
  const looks = useQuery({
    queryKey: ['looks'],
    queryFn: async () => (await ask(api.GET('/api/v1/looks'))).items,
  });
  return (
    <section className="card" aria-labelledby="looks">
      <h2 id="looks">{t('supervision.looks')}</h2>
      <p className="measure">{t('supervision.looks_words')}</p>
      <Loaded query={looks} part>
        {(all) =>
          all.length === 0 ? (
            <p className="empty-line">{t('supervision.no_looks')}</p>
          ) : (
            <ul className="rows looks">
              {all.map((one) => (
                <li key={`${one.at}${one.action}${one.course}`} className="row">
                  <span>
                    {one.who}: {has(`action.${one.action}`) ? t(`action.${one.action}`) : one.action}
                  </span>
                  <span className="meta">
                    {one.course ? <Link to={`/courses/${one.course}/seen`}>{one.code}</Link> : one.code} ·{' '}
                    {time(one.at)}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
