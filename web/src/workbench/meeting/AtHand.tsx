import { Link } from 'react-router';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Loaded } from '../parts';
import { holdsOf, type Plan, quoted, usePlan } from '../plan/record';

interface Props {
  course: Schemas['CourseView'];
  /** Nothing: everybody comes. */
  alone: string | null;
}

/** What the plan says for this meeting: what waits, open alerts, techniques that are planned, goals as they stand. */
export function AtHand({ course, alone }: Props) {
  const plan = usePlan(course.id);
  return (
    <Loaded query={plan} part>
      {(view) => <Of course={course} alone={alone} plan={view} />}
    </Loaded>
  );
}

function Of({ course, alone, plan }: Props & { plan: Plan }) {
  const { t } = useTexts();
  const holds = holdsOf(plan);
  const goals = plan.goals
    .filter((book) => !alone || book.person === alone)
    .flatMap((book) => book.goals)
    .filter((one) => !one.goal.ended_at);
  const alerts = course.open_alerts.length;
  if (holds.length + goals.length + plan.planned.length + alerts === 0) return null;
  return (
    <section className="card at-hand" aria-labelledby="at-hand">
      <h2 id="at-hand">{t('hand.title')}</h2>
      {alerts > 0 && (
        <p>
          <Link to={`/courses/${course.id}/feedback`}>{t('hand.alerts', { n: alerts })}</Link>
        </p>
      )}
      {holds.length > 0 && (
        <>
          <h3>{t('hand.holds')}</h3>
          <ul className="listed">
            {holds.map((hold) => (
              <li key={hold.label}>
                {hold.label}: <span className="sub">{t('hand.keeps_back', { what: quoted(hold.techniques) })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {plan.planned.length > 0 && (
        <>
          <h3>{t('hand.planned')}</h3>
          <ul className="listed">
            {plan.planned.map((row) => {
              const technique = plan.techniques.find((one) => one.id === row.technique);
              return (
                <li key={row.id}>
                  {technique?.name ?? row.technique}{' '}
                  {technique && technique.held.length > 0 && <span className="tag tag-urgent">{t('hand.waits')}</span>}
                </li>
              );
            })}
          </ul>
        </>
      )}
      {goals.length > 0 && (
        <>
          <h3>{t('hand.goals')}</h3>
          <ul className="listed">
            {goals.map((one) => (
              <li key={one.goal.id}>
                {one.goal.words}{' '}
                <span className="meta num">
                  {one.progress !== null
                    ? t('hand.of_ten', { n: one.progress })
                    : one.attainment !== null
                      ? t('hand.level', { n: one.attainment })
                      : t('hand.unrated')}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="more no-print">
        <Link to={`/courses/${course.id}/plan`}>{t('hand.plan')}</Link>
      </p>
    </section>
  );
}
