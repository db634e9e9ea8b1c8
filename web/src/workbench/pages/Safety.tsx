import { Link, useParams } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { Loaded, Page, useCourseName } from '../parts';
import { useCourse } from '../queries';
import { Cases } from '../safety/Cases';
import { ChildNotes } from '../safety/ChildNotes';
import { Closed, Entries, Silences } from '../safety/Entries';
import { Gate, Holds } from '../safety/Holds';
import { PlanPart } from '../safety/PlanPart';
import { useHolds, useSafety } from '../safety/record';
import { SafetyTexts } from '../safety/SafetyTexts';
import { Screens } from '../safety/Screen';
import { useUser } from '../session';

/** What is open, what was asked and done, what is held, and the plan for a crisis. */
export default function Safety() {
  return (
    <SafetyTexts>
      <SafetyPage />
    </SafetyTexts>
  );
}

function SafetyPage() {
  const { course: id = '' } = useParams();
  const { t } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const safety = useSafety(id);
  const holds = useHolds(id);
  const courseName = useCourseName();
  return (
    <Loaded query={course}>
      {(one) => {
        const mine = one.therapist === user.id;
        const may = mine || one.supervisor === user.id;
        return (
          <Page
            title="course.safety"
            heading={courseName(one)}
            facts={t('safety.facts')}
            tabs={<CourseTabs course={id} />}
          >
            <div className="col-wide">
              <Loaded query={safety} part>
                {(page) => (
                  <>
                    <Entries course={one} page={page} may={may} mine={mine} />
                    <Silences course={one} page={page} />
                  </>
                )}
              </Loaded>
              {one.members.map((member) => (
                <PlanPart key={member.person} course={one} member={member} mine={mine} />
              ))}
              <Loaded query={safety} part>
                {(page) => (
                  <>
                    <Screens course={one} page={page} mine={mine} />
                    <Closed course={one} page={page} />
                  </>
                )}
              </Loaded>
            </div>
            <div className="col-side">
              <Loaded query={safety} part>
                {(page) => (
                  <section className="card" aria-labelledby="about">
                    <h2 id="about">{t('safety.about')}</h2>
                    <p>{page.about.statement}</p>
                    <p className="sub">{page.about.basis}</p>
                    <p className="sub">{page.about.limits}</p>
                    <p>
                      <Link to="/settings/safety">{t('safety.settings')}</Link>
                    </p>
                  </section>
                )}
              </Loaded>
              <Loaded query={holds} part>
                {(book) => (
                  <>
                    <Gate course={one} book={book} mine={mine} />
                    <Holds course={one} book={book} mine={mine} />
                  </>
                )}
              </Loaded>
              <Cases course={one} mine={mine} may={may} />
              <ChildNotes course={one} mine={mine} />
            </div>
          </Page>
        );
      }}
    </Loaded>
  );
}
