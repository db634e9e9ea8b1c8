import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { MeetingTexts } from '../meeting/MeetingTexts';
import { meetingsKey, useMeetings } from '../meeting/record';
import { ErrorSummary, Field, Loaded, nameOf, Page, submitted, textOf, useChange, useCourseName } from '../parts';
import { useCourse } from '../queries';
import { useUser } from '../session';

export default function Meetings() {
  const { course: id = '' } = useParams();
  const course = useCourse(id);
  return (
    <MeetingTexts>
      <Loaded query={course}>{(one) => <Of course={one} />}</Loaded>
    </MeetingTexts>
  );
}

type Item = Schemas['SessionItem'];

function Of({ course }: { course: Schemas['CourseView'] }) {
  const { t } = useTexts();
  const user = useUser();
  const courseName = useCourseName();
  const meetings = useMeetings(course.id);
  const [adding, setAdding] = useState(false);
  const mine = course.therapist === user.id;
  return (
    <Page
      title="meetings.title"
      heading={courseName(course)}
      facts={t('meetings.facts')}
      actions={
        mine && (
          <button type="button" className="btn btn-primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>
            {t('meetings.new')}
          </button>
        )
      }
      tabs={<CourseTabs course={course.id} />}
      plain
    >
      {adding && <Arrange course={course} />}
      <Loaded query={meetings} part>
        {(all) =>
          all.length === 0 ? (
            <section className="card empty">
              <h2>{t('meetings.none')}</h2>
              <p className="measure">{t('meetings.none_words')}</p>
            </section>
          ) : (
            <section className="card" aria-labelledby="meetings">
              <h2 id="meetings">{t('meetings.all', { n: all.length })}</h2>
              <ol className="rows">
                {all.map((item) => (
                  <Row key={item.session.id} course={course} item={item} />
                ))}
              </ol>
            </section>
          )
        }
      </Loaded>
    </Page>
  );
}

/** "Note signed", "Note not signed", or what stands in the way of one. */
export function noteState(item: {
  ended_at: string | null;
  noted_at: string | null;
  attendance: string | null;
}): string {
  if (item.noted_at) return 'signed';
  if (item.attendance && !['attended', 'late'].includes(item.attendance)) return 'missed';
  return item.ended_at ? 'unsigned' : 'ahead';
}

function Row({ course, item }: { course: Schemas['CourseView']; item: Item }) {
  const { t, weekday } = useTexts();
  const { session } = item;
  const state = noteState(session);
  const alone = course.members.find((one) => one.person === session.alone_with);
  return (
    <li className="session">
      <span className="session-n num">{session.number}</span>
      <div>
        <Link data-row className="session-focus" to={`/courses/${course.id}/sessions/${session.id}`}>
          {session.focus ?? t('meetings.no_focus', { n: session.number })}
        </Link>
        <p className="meta num">
          {weekday(session.scheduled_at)} · {t(`meeting.format.${session.format}`)}
          {alone && course.members.length > 1 && ` · ${t('meetings.alone', { name: nameOf(alone) })}`}
          {item.marks > 0 && ` · ${t('meetings.marks', { n: item.marks })}`}
          {item.techniques > 0 && ` · ${t('meetings.techniques', { n: item.techniques })}`}
        </p>
      </div>
      <span>
        {state === 'missed' && <span className="tag tag-plain">{t(`attendance.${session.attendance}`)}</span>}
        {state === 'unsigned' && <span className="tag tag-draft">{t('meetings.unsigned')}</span>}
        {state === 'signed' && <span className="meta">{t('meetings.signed')}</span>}
        {state === 'ahead' && (
          <span className="meta">{t(session.began_at ? 'meetings.running' : 'meetings.ahead')}</span>
        )}
      </span>
    </li>
  );
}

/** The next full hour, as a date-time field takes it. */
function soon(): string {
  const at = new Date(Date.now() + 3_600_000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:00`;
}

function Arrange({ course }: { course: Schemas['CourseView'] }) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const { busy, problem, run } = useChange();
  return (
    <form
      className="card callout-card form"
      aria-labelledby="arrange"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/sessions', {
                  params: { path: { course: course.id } },
                  body: {
                    alone_with: textOf(form, 'alone_with') || null,
                    scheduled_at: new Date(textOf(form, 'scheduled_at')).toISOString(),
                    minutes: Number(textOf(form, 'minutes')),
                    format: textOf(form, 'format') as Schemas['NewSession']['format'],
                  },
                }),
              ),
            (page) => navigate(`/courses/${course.id}/sessions/${page.session.id}`),
            [meetingsKey(course.id), ['session-day']],
          ),
      )}
    >
      <h2 id="arrange">{t('meetings.new')}</h2>
      <ErrorSummary problem={problem} />
      <div className="grid-2">
        <Field name="scheduled_at" label={t('meetings.when')} problem={problem}>
          <input type="datetime-local" required defaultValue={soon()} />
        </Field>
        <Field name="minutes" label={t('meetings.minutes')} problem={problem}>
          <input type="number" min={1} max={600} required defaultValue={50} />
        </Field>
        <Field name="format" label={t('meetings.format')} problem={problem}>
          <select>
            {(['room', 'video', 'phone'] as const).map((one) => (
              <option key={one} value={one}>
                {t(`meeting.format.${one}`)}
              </option>
            ))}
          </select>
        </Field>
        {course.members.length > 1 && (
          <Field name="alone_with" label={t('meetings.who')} hint={t('meetings.who_hint')} problem={problem}>
            <select>
              <option value="">{t('meetings.everybody')}</option>
              {course.members.map((member) => (
                <option key={member.person} value={member.person}>
                  {t('meetings.alone', { name: nameOf(member) })}
                </option>
              ))}
            </select>
          </Field>
        )}
      </div>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('meetings.save')}
        </button>
      </div>
    </form>
  );
}
