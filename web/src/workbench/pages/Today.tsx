import { CircleAlert } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { TodayAlerts } from '../feedback/TodayAlerts';
import { Day } from '../meeting/Day';
import { Loaded, nameOf, Page, useCourseName } from '../parts';
import { useCourses, useRisks } from '../queries';
import { useUser } from '../session';

const TodaySafety = lazy(() => import('../safety/TodaySafety'));
const TodayNotices = lazy(() => import('../reminders/TodayNotices'));

export default function Today() {
  const { t, time, date, today } = useTexts();
  const user = useUser();
  const courses = useCourses();
  const risks = useRisks();
  const courseName = useCourseName();
  return (
    <Loaded query={risks}>
      {(open) => (
        <Loaded query={courses}>
          {(all) => {
            const active = all.filter((course) => !course.ended_on);
            return (
              <Page title="nav.today" facts={today()} plain>
                {open.length > 0 && (
                  <section className="card urgent" aria-labelledby="risks">
                    <h2 id="risks">{t('today.risks', { n: open.length })}</h2>
                    <ul className="rows">
                      {open.map((risk) => {
                        const course = all.find((one) => one.id === risk.course);
                        const member = course?.members.find((one) => one.person === risk.person);
                        return (
                          <li key={risk.id} className="alert">
                            <CircleAlert size={19} aria-hidden="true" />
                            <div>
                              <h3>
                                <Link data-row to={`/courses/${risk.course}`}>
                                  {t('risk.contact', { name: member ? nameOf(member) : t('risk.person') })}
                                </Link>
                              </h3>
                              <p>{t('risk.answered', { answer: risk.answer })}</p>
                              <p className="sub">
                                {t('risk.since', { at: time(risk.created_at) })}{' '}
                                {!risk.acknowledged_at && t('risk.nobody')}
                              </p>
                            </div>
                          </li>
                        );
                      })}
                    </ul>
                  </section>
                )}
                <Suspense>
                  <TodaySafety own={all.map((course) => course.id)} part="told" />
                </Suspense>
                {user.therapist && <Day />}
                <TodayAlerts courses={all} />
                <Suspense>
                  <TodaySafety own={[]} part="follow_ups" />
                </Suspense>
                {user.therapist && (
                  <Suspense>
                    <TodayNotices courses={all} />
                  </Suspense>
                )}
                <section className="card" aria-labelledby="active">
                  <div className="card-head">
                    <h2 id="active">{t('today.courses')}</h2>
                    {user.therapist && active.length > 0 && (
                      <Link className="btn" to="/new">
                        {t('nav.new')}
                      </Link>
                    )}
                  </div>
                  {active.length === 0 ? (
                    <div className="empty">
                      <p>{t(user.therapist ? 'today.none' : 'today.none_other')}</p>
                      {user.therapist && (
                        <Link className="btn btn-primary" to="/new">
                          {t('nav.new')}
                        </Link>
                      )}
                    </div>
                  ) : (
                    <ul className="rows">
                      {active.slice(0, 12).map((course) => (
                        <li key={course.id} className="row">
                          <Link data-row to={`/courses/${course.id}`}>
                            {courseName(course)}
                          </Link>
                          <span className="meta">
                            {t(`unit.${course.unit}`)} · {t('course.since', { date: date(course.begun_on) })}
                          </span>
                          {course.open_risk_entries > 0 && <span className="tag tag-urgent">{t('caseload.open')}</span>}
                        </li>
                      ))}
                    </ul>
                  )}
                  {active.length > 12 && (
                    <p className="more">
                      <Link to="/caseload">{t('today.all', { n: active.length })}</Link>
                    </p>
                  )}
                </section>
                {user.admin && <FirstSteps />}
              </Page>
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}

function FirstSteps() {
  const { t } = useTexts();
  return (
    <p className="sub nudge">
      {t('today.settle')} <Link to="/settings">{t('nav.settings')}</Link>
    </p>
  );
}
