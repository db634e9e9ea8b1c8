import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import feedbackTexts from '../../shared/i18n/en-feedback.json';
import { Texts, useTexts } from '../../shared/i18n/texts';
import { nameOf } from '../parts';

const few = 5;

/** Open alerts of one's courses: what happened, since when, and where to go on. */
export function TodayAlerts({ courses }: { courses: Schemas['CourseView'][] }) {
  const { messages } = useIntl();
  if (!courses.some((course) => course.open_alerts.length > 0)) return null;
  return (
    <Texts messages={{ ...(messages as Record<string, string>), ...feedbackTexts }}>
      <Rows courses={courses} />
    </Texts>
  );
}

function Rows({ courses }: { courses: Schemas['CourseView'][] }) {
  const { t, date } = useTexts();
  const alerts = useQuery({ queryKey: ['alerts'], queryFn: async () => (await ask(api.GET('/api/v1/alerts'))).items });
  const open = alerts.data ?? [];
  if (open.length === 0) return null;
  const shown = open.slice(0, few);
  return (
    <section className="card" aria-labelledby="today-alerts">
      <h2 id="today-alerts">{t('alert.title', { n: open.length })}</h2>
      <ul className="rows">
        {shown.map((alert) => {
          const course = courses.find((one) => one.id === alert.course);
          const member = course?.members.find((one) => one.person === alert.subject);
          const several = (course?.members.length ?? 1) > 1;
          return (
            <li key={alert.id}>
              <h3>
                <Link data-row to={`/courses/${alert.course}/feedback${several ? `?of=${alert.person}` : ''}`}>
                  {member ? nameOf(member) : t(`alert.kind.${alert.kind}`)}
                </Link>{' '}
                <span className="tag tag-plain">{t(`alert.kind.${alert.kind}`)}</span>
              </h3>
              <p className="measure">{alert.statement}</p>
              <p className="sub">
                {t('alert.since', { date: date(alert.raised_at) })} · {t(`alert.stage.${alert.stage}`)}
              </p>
            </li>
          );
        })}
      </ul>
      {open.length > few && (
        <p className="more">
          <Link to="/caseload">{t('alert.more', { n: open.length - few })}</Link>
        </p>
      )}
    </section>
  );
}
