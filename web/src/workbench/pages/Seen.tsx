import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useActor } from '../actors';
import { CourseTabs } from '../CourseTabs';
import { GlassList } from '../Glass';
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
    <Loaded query={seen}>
      {(entries) => (
        <div className="card table-card">
          <table className="table">
            <caption className="vh">{t('course.seen')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('seen.when')}</th>
                <th scope="col">{t('seen.who')}</th>
                <th scope="col">{t('seen.what')}</th>
                <th scope="col">{t('seen.number')}</th>
              </tr>
            </thead>
            <tbody>
              {entries.slice(0, all ? undefined : 100).map((entry) => (
                <tr key={entry.number}>
                  <td className="num">{time(entry.at_ms)}</td>
                  <td>{actor(entry.actor)}</td>
                  <td>{has(`action.${entry.action}`) ? t(`action.${entry.action}`) : entry.action}</td>
                  <td className="num">{entry.number}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {entries.length > 100 && !all && (
            <p className="more">
              <button type="button" className="btn" onClick={() => setAll(true)}>
                {t('seen.all', { n: entries.length })}
              </button>
            </p>
          )}
        </div>
      )}
    </Loaded>
  );
}
