import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { useCourseName } from '../parts';
import { useCourses } from '../queries';
import { useUser } from '../session';
import { MeetingTexts } from './MeetingTexts';
import { useDay } from './record';

/** Today's meetings, and those that wait for a signed note. Nothing where there are none. */
export function Day() {
  return (
    <MeetingTexts>
      <Of />
    </MeetingTexts>
  );
}

const sameDay = (at: string): boolean => new Date(at).toDateString() === new Date().toDateString();

function Of() {
  const { t, clock, date } = useTexts();
  const user = useUser();
  const day = useDay(user.therapist);
  const courses = useCourses();
  const courseName = useCourseName();
  const name = (id: string) => {
    const found = courses.data?.find((one) => one.id === id);
    return found ? courseName(found) : t('course.title');
  };
  const today = (day.data?.sessions ?? []).filter((one) => sameDay(one.scheduled_at));
  const waiting = (day.data?.unsigned_notes ?? []).filter((one) => !today.some((each) => each.id === one.session));
  if (today.length === 0 && waiting.length === 0) return null;
  return (
    <>
      {today.length > 0 && (
        <section className="card" aria-labelledby="meetings-today">
          <h2 id="meetings-today">{t('day.today')}</h2>
          <ul className="rows">
            {today.map((one) => {
              const missed = one.attendance !== null && !['attended', 'late'].includes(one.attendance);
              return (
                <li key={one.id} className="row">
                  <span className="num day-time">{clock(one.scheduled_at)}</span>
                  <Link data-row to={`/courses/${one.course}/sessions/${one.id}`}>
                    {name(one.course)}
                  </Link>
                  <span className="meta">
                    {t('meeting.number', { n: one.number })} · {t(`meeting.format.${one.format}`)}
                  </span>
                  {one.began_at && !one.ended_at && <span className="tag">{t('meetings.running')}</span>}
                  {one.ended_at && !one.noted_at && !missed && (
                    <span className="tag tag-draft">{t('meetings.unsigned')}</span>
                  )}
                  {missed && <span className="tag tag-plain">{t(`attendance.${one.attendance}`)}</span>}
                </li>
              );
            })}
          </ul>
        </section>
      )}
      {waiting.length > 0 && (
        <section className="card" aria-labelledby="unsigned">
          <h2 id="unsigned">{t('day.unsigned', { n: waiting.length })}</h2>
          <ul className="rows">
            {waiting.map((one) => (
              <li key={one.session} className="row">
                <Link data-row to={`/courses/${one.course}/sessions/${one.session}`}>
                  {name(one.course)}
                </Link>
                <span className="meta num">
                  {t('meeting.number', { n: one.number })} · {date(one.held_at)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
