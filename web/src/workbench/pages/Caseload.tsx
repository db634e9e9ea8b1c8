import { type MouseEvent, useDeferredValue, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { Loaded, Page, useCourseName } from '../parts';
import { useCourses } from '../queries';
import { find } from '../search';
import { useUser } from '../session';

type Shown = 'active' | 'open' | 'ended';

export default function Caseload() {
  const { t, date } = useTexts();
  const navigate = useNavigate();
  const dates = new Map<string, string>();
  const dayOf = (day: string): string => {
    const known = dates.get(day) ?? date(day);
    dates.set(day, known);
    return known;
  };
  // One listener for all rows: five hundred links that each know the router cost more than the table.
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(link.pathname);
  };
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
                <p>{typed ? t('caseload.none_found', { typed }) : t(`caseload.none.${shown}`)}</p>
                {typed && (
                  <button type="button" className="btn" onClick={() => setTyped('')}>
                    {t('caseload.clear')}
                  </button>
                )}
              </div>
            ) : (
              <div className="card table-card">
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside take the keys */}
                <table className="table" onClick={follow}>
                  <caption className="vh">{t('nav.caseload')}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{t('caseload.name')}</th>
                      <th scope="col" className="wide">
                        {t('caseload.unit')}
                      </th>
                      <th scope="col">{t('caseload.begun')}</th>
                      <th scope="col" className="wide">
                        {t('caseload.answered')}
                      </th>
                      <th scope="col" className="wide">
                        {t('caseload.track')}
                      </th>
                      <th scope="col">{t('caseload.safety')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {found.map((course) => (
                      <tr key={course.id}>
                        <th scope="row">
                          <a data-row href={`/courses/${course.id}`}>
                            {courseName(course)}
                          </a>
                          <span className="narrow meta">{t(`unit.${course.unit}`)}</span>{' '}
                          {course.therapist !== user.id && <span className="tag">{t('caseload.supervised')}</span>}
                          {(course.track || course.open_alerts.length > 0) && (
                            <span className="narrow meta">
                              {course.track && t(`track.${course.track}`)}
                              {course.track && course.open_alerts.length > 0 && ' · '}
                              {course.open_alerts.length > 0 && t('track.alerts', { n: course.open_alerts.length })}
                            </span>
                          )}
                        </th>
                        <td className="wide">{t(`unit.${course.unit}`)}</td>
                        <td className="num day">
                          {dayOf(course.begun_on)}
                          {course.ended_on && ` – ${dayOf(course.ended_on)}`}
                        </td>
                        <td className="wide num day">
                          {course.answered_at ? dayOf(course.answered_at.slice(0, 10)) : t('caseload.no_answers')}
                        </td>
                        <td className="wide">
                          {course.track && t(`track.${course.track}`)}
                          {course.open_alerts.length > 0 && (
                            <>
                              {course.track && ' '}
                              <a className="tag tag-draft" href={`/courses/${course.id}/feedback`}>
                                {t('track.alerts', { n: course.open_alerts.length })}
                              </a>
                            </>
                          )}
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
