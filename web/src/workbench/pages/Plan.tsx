import { Link, useParams } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { Loaded, Page, useCourseName } from '../parts';
import { Gates } from '../plan/Gates';
import { Goals } from '../plan/Goals';
import { LossDays } from '../plan/LossDays';
import { PlanTexts } from '../plan/PlanTexts';
import { holdsOf, type Plan as PlanView, quoted, usePlan } from '../plan/record';
import { Techniques } from '../plan/Techniques';
import { Where } from '../plan/Where';
import { useCourse } from '../queries';
import { useUser } from '../session';

/** Where the course stands, what each person wants to reach, and what may come next. */
export default function Plan() {
  return (
    <PlanTexts>
      <PlanPage />
    </PlanTexts>
  );
}

function PlanPage() {
  const { course: id = '' } = useParams();
  const { t } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const plan = usePlan(id);
  const courseName = useCourseName();
  return (
    <Loaded query={course}>
      {(one) => {
        const mine = one.therapist === user.id;
        return (
          <Page title="plan.title" heading={courseName(one)} facts={t('plan.facts')} tabs={<CourseTabs course={id} />}>
            <Loaded query={plan} part>
              {(view) => (
                <>
                  <div className="col-wide">
                    <Holds course={id} plan={view} />
                    <Where course={one} plan={view} mine={mine} />
                    <Gates course={one} plan={view} mine={mine} />
                    <Goals course={one} plan={view} mine={mine} />
                  </div>
                  <div className="col-side">
                    <LossDays course={one} plan={view} mine={mine} />
                    <Techniques course={one} plan={view} mine={mine} />
                  </div>
                </>
              )}
            </Loaded>
          </Page>
        );
      }}
    </Loaded>
  );
}

/** What waits, before anything that could be done. */
function Holds({ course, plan }: { course: string; plan: PlanView }) {
  const { t } = useTexts();
  const holds = holdsOf(plan);
  if (holds.length === 0) return null;
  return (
    <section className="card" aria-labelledby="plan-holds">
      <h2 id="plan-holds">{t('plan.holds')}</h2>
      <ul className="listed">
        {holds.map((hold) => (
          <li key={hold.label}>
            {hold.label}: <span className="sub">{t('plan.holds_keep', { what: quoted(hold.techniques) })}</span>
          </li>
        ))}
      </ul>
      <p className="more no-print">
        <Link to={`/courses/${course}/safety`}>{t('plan.holds_where')}</Link>
      </p>
    </section>
  );
}
