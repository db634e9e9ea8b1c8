import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import feedbackTexts from '../../shared/i18n/en-feedback.json';
import { Texts, useTexts } from '../../shared/i18n/texts';
import { nameOf } from '../parts';

type Alert = Schemas['AlertView'];
type Course = Schemas['CourseView'];

const few = 5;

/** Open alerts of one's courses: what happened, since when, and where to go on. */
export function TodayAlerts({ courses }: { courses: Course[] }) {
  const { messages } = useIntl();
  if (!courses.some((course) => course.open_alerts.length > 0)) return null;
  return (
    <Texts messages={{ ...(messages as Record<string, string>), ...feedbackTexts }}>
      <Rows courses={courses} />
    </Texts>
  );
}

interface Group {
  course: Course | undefined;
  alerts: Alert[]; // newest first
}

/** One row a person: of courses that go on first, then those with most that is open, then the newest. */
function grouped(alerts: Alert[], courses: Course[]): Group[] {
  const groups = new Map<string, Group>();
  for (const alert of alerts) {
    const key = alert.course + alert.subject;
    const group = groups.get(key) ?? { course: courses.find((one) => one.id === alert.course), alerts: [] };
    group.alerts.push(alert);
    groups.set(key, group);
  }
  const newest = (group: Group) => group.alerts[0]?.raised_at ?? '';
  const over = (group: Group) => Number(Boolean(group.course?.ended_on));
  return [...groups.values()].sort(
    (a, b) => over(a) - over(b) || b.alerts.length - a.alerts.length || newest(b).localeCompare(newest(a)),
  );
}

function Rows({ courses }: { courses: Course[] }) {
  const { t, date } = useTexts();
  const [whole, setWhole] = useState(false);
  const alerts = useQuery({ queryKey: ['alerts'], queryFn: async () => (await ask(api.GET('/api/v1/alerts'))).items });
  const open = grouped(alerts.data ?? [], courses);
  if (open.length === 0) return null;
  return (
    <section className="card" aria-labelledby="today-alerts">
      <h2 id="today-alerts">{t('alert.people', { n: open.length })}</h2>
      <ul className="rows">
        {open.slice(0, whole ? open.length : few).map(({ course, alerts: [alert, ...rest] }) => {
          if (!alert) return null;
          const member = course?.members.find((one) => one.person === alert.subject);
          const several = (course?.members.length ?? 1) > 1;
          return (
            <li key={alert.id} className="today-alert">
              <h3>
                <Link data-row to={`/courses/${alert.course}/feedback${several ? `?of=${alert.person}` : ''}`}>
                  {member ? nameOf(member) : t(`alert.kind.${alert.kind}`)}
                </Link>{' '}
                <span className="tag tag-plain">{t(`alert.kind.${alert.kind}`)}</span>
              </h3>
              <p className="measure">{alert.statement}</p>
              <p className="sub">
                {t('alert.since', { date: date(alert.raised_at) })} · {t(`alert.stage.${alert.stage}`)}
                {rest.length > 0 && ` · ${t('alert.others', { n: rest.length })}`}
                {course?.ended_on && ` · ${t('alert.course_over')}`}
              </p>
            </li>
          );
        })}
      </ul>
      {open.length > few && (
        <p className="more">
          <button type="button" className="btn btn-quiet" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? t('alert.fewer') : t('alert.more', { n: open.length - few })}
          </button>
        </p>
      )}
    </section>
  );
}
