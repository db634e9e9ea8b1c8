import type { ReactNode } from 'react';
import { useParams, useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { Loaded, nameOf, Page, useCourseName } from '../parts';
import { useCourse, usePerson } from '../queries';
import { useUser } from '../session';
import './formulation.css';

export interface About {
  course: Schemas['CourseView'];
  member: Schemas['MemberView'];
  view: Schemas['PersonView'];
  mine: boolean;
  /** The address of another page about the same person. */
  to: (page: string) => string;
}

/** A page about one member of a course. With several, one is chosen; nobody's stands on the page of another. */
export function Frame(props: {
  title: string;
  facts?: string;
  plain?: boolean;
  actions?: (about: About) => ReactNode;
  children: (about: About) => ReactNode;
}) {
  const { course: id = '' } = useParams();
  const { t } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const courseName = useCourseName();
  const [asked, setAsked] = useSearchParams();
  const who = course.data?.members.find((member) => member.person === asked.get('of')) ?? course.data?.members[0];
  const person = usePerson(who?.person ?? '', who !== undefined);
  return (
    <Loaded query={course}>
      {(one) => {
        const about = who &&
          person.data && {
            course: one,
            member: who,
            view: person.data,
            mine: one.therapist === user.id && !person.data.person.erased_at,
            to: (page: string) => `/courses/${id}/${page}${one.members.length > 1 ? `?of=${who.person}` : ''}`,
          };
        return (
          <Page
            title={props.title}
            heading={courseName(one)}
            facts={t(props.facts ?? props.title)}
            actions={about ? props.actions?.(about) : undefined}
            tabs={<CourseTabs course={id} />}
            plain={props.plain ?? false}
          >
            {one.members.length > 1 && (
              <fieldset className="seg start no-print whose">
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
            <Loaded query={person} part>
              {() =>
                about && (
                  <div className="about" key={about.member.person}>
                    {props.children(about)}
                  </div>
                )
              }
            </Loaded>
          </Page>
        );
      }}
    </Loaded>
  );
}
