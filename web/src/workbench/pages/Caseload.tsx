import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { Loaded, Page, useCourseName } from '../parts';
import { useCourses } from '../queries';
import { find } from '../search';
import { useUser } from '../session';

type Shown = 'active' | 'open' | 'ended';

export default function Caseload() {
  const { t, date } = useTexts();
  const user = useUser();
  const courses = useCourses();
  const courseName = useCourseName();
  const [typed, setTyped] = useState('');
  const [shown, setShown] = useState<Shown>('active');
  const wanted = useDeferredValue(typed);
  return (
    <Loaded query={courses}>
      {(all) => {
        const some = all.filter((course) =>
          shown === 'open' ? course.open_risk_entries > 0 : (course.ended_on === null) === (shown === 'active'),
        );
        const found = find(some, wanted, (course) =>
          [courseName(course), ...course.members.map((member) => member.code)].join(' '),
        );
        return (
          <Page
            title="nav.caseload"
            facts={t('caseload.count', { n: found.length })}
            plain
            actions={
              user.therapist && (
                <Link className="btn btn-primary" to="/new">
                  {t('nav.new')}
                </Link>
              )
            }
          >
            <div className="filter no-print">
              <label htmlFor="filter">{t('caseload.filter')}</label>
              <input
                id="filter"
                type="search"
                autoComplete="off"
                spellCheck={false}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
              <fieldset className="seg">
                <legend className="vh">{t('caseload.which')}</legend>
                {(['active', 'open', 'ended'] as const).map((which) => (
                  <button key={which} type="button" aria-pressed={shown === which} onClick={() => setShown(which)}>
                    {t(`caseload.${which}`)}
                  </button>
                ))}
              </fieldset>
            </div>
            {found.length === 0 ? (
              <div className="card empty" role="status">
                <p>
                  {typed ? t('caseload.none_found', { typed }) : t(shown === 'active' ? 'today.none' : 'caseload.none')}
                </p>
                {typed && (
                  <button type="button" className="btn" onClick={() => setTyped('')}>
                    {t('caseload.clear')}
                  </button>
                )}
              </div>
            ) : (
              <div className="card table-card">
                <table className="table">
                  <caption className="vh">{t('nav.caseload')}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{t('caseload.name')}</th>
                      <th scope="col">{t('caseload.unit')}</th>
                      <th scope="col">{t('caseload.begun')}</th>
                      <th scope="col">{t('caseload.safety')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {found.map((course) => (
                      <tr key={course.id}>
                        <th scope="row">
                          <Link data-row to={`/courses/${course.id}`}>
                            {courseName(course)}
                          </Link>
                          {course.therapist !== user.id && <span className="tag">{t('caseload.supervised')}</span>}
                        </th>
                        <td>{t(`unit.${course.unit}`)}</td>
                        <td className="num">
                          {date(course.begun_on)}
                          {course.ended_on && ` – ${date(course.ended_on)}`}
                        </td>
                        <td>
                          {course.open_risk_entries > 0 && (
                            <span className="tag tag-urgent">{t('caseload.open_tag')}</span>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </Page>
        );
      }}
    </Loaded>
  );
}
