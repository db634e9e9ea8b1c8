import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useActor } from '../actors';
import { CourseTabs } from '../CourseTabs';
import { GlassList } from '../Glass';
import { Listing } from '../Listing';
import { Loaded, nameOf, Page, useCourseName } from '../parts';
import { useCourse, useGlass } from '../queries';

/** Who has seen or changed a record. Every look is in it, this one too. */
export default function Seen() {
  const { course: id = '' } = useParams();
  const { t } = useTexts();
  const course = useCourse(id);
  const glass = useGlass(id);
  const courseName = useCourseName();
  const [who, setWho] = useState<string>();
  return (
    <Loaded query={course}>
      {(one) => {
        const person = who ?? one.members[0]?.person ?? '';
        return (
          <Page
            title="course.seen"
            heading={courseName(one)}
            facts={t('seen.facts')}
            tabs={<CourseTabs course={id} />}
            plain
          >
            {!!glass.data?.length && (
              <section className="card" aria-labelledby="glass">
                <h2 id="glass">{t('glass.list')}</h2>
                <GlassList broken={glass.data} />
              </section>
            )}
            {one.members.length > 1 && (
              <fieldset className="seg start">
                <legend className="vh">{t('course.who')}</legend>
                {one.members.map((member) => (
                  <button
                    key={member.person}
                    type="button"
                    aria-pressed={person === member.person}
                    onClick={() => setWho(member.person)}
                  >
                    {nameOf(member)}
                  </button>
                ))}
              </fieldset>
            )}
            <Entries person={person} members={one.members} />
          </Page>
        );
      }}
    </Loaded>
  );
}

function Entries({ person, members }: { person: string; members: Schemas['MemberView'][] }) {
  const { t, time, has } = useTexts();
  const [all, setAll] = useState(false);
  const seen = useQuery({
    queryKey: ['seen', person],
    queryFn: async () => (await ask(api.GET('/api/v1/people/{person}/seen', { params: { path: { person } } }))).items,
  });
  const actor = useActor(members);
  return (
    <Listing
      query={seen}
      title="course.seen"
      empty="seen.none"
      keyOf={(entry) => entry.number}
      columns={[
        { head: 'seen.when', is: 'day', cell: (entry) => time(entry.at_ms) },
        { head: 'seen.who', cell: (entry) => actor(entry.actor) },
        {
          head: 'seen.what',
          cell: (entry) => (has(`action.${entry.action}`) ? t(`action.${entry.action}`) : entry.action),
        },
        { head: 'seen.number', is: 'wide num', cell: (entry) => entry.number },
      ]}
      {...(all ? {} : { most: 100 })}
      more={(n) => (
        <p className="more">
          <button type="button" className="btn" onClick={() => setAll(true)}>
            {t('seen.all', { n })}
          </button>
        </p>
      )}
    />
  );
}
