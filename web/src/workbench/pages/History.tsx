import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { Figures } from '../history/Figures';
import { Happened } from '../history/Happened';
import { Loaded, nameOf, Page, useCourseName } from '../parts';
import { useCourse, usePerson } from '../queries';
import { useUser } from '../session';

/** The history of a person's attachment: what happened, and who comforted whom. Each member of a course has their own. */
export default function History() {
  const { course: id = '' } = useParams();
  const { t } = useTexts();
  const course = useCourse(id);
  const courseName = useCourseName();
  const [asked, setAsked] = useSearchParams();
  return (
    <Loaded query={course}>
      {(one) => {
        const who = one.members.find((member) => member.person === asked.get('of')) ?? one.members[0];
        return (
          <Page
            title="history.page"
            heading={courseName(one)}
            facts={t('history.facts')}
            tabs={<CourseTabs course={id} />}
            plain
          >
            {one.members.length > 1 && (
              <fieldset className="seg start">
                <legend className="vh">{t('course.who')}</legend>
                {one.members.map((member) => (
                  <button
                    key={member.person}
                    type="button"
                    aria-pressed={who === member}
                    onClick={() => setAsked({ of: member.person }, { replace: true })}
                  >
                    {nameOf(member)}
                  </button>
                ))}
              </fieldset>
            )}
            {who && <Of key={who.person} course={one} member={who} />}
          </Page>
        );
      }}
    </Loaded>
  );
}

function Of({ course, member }: { course: Schemas['CourseView']; member: Schemas['MemberView'] }) {
  const user = useUser();
  const person = usePerson(member.person);
  // One form at a time.
  const [opened, setOpened] = useState<string>();
  return (
    <Loaded query={person} part>
      {(view) => {
        const mine = course.therapist === user.id && !view.person.erased_at;
        return (
          <>
            <Happened course={course} view={view} mine={mine} opened={opened} open={setOpened} />
            <Figures course={course} view={view} name={nameOf(member)} mine={mine} opened={opened} open={setOpened} />
          </>
        );
      }}
    </Loaded>
  );
}
