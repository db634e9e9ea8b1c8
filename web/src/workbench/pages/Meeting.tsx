import { useCallback } from 'react';
import { Link, useParams } from 'react-router';
import { asProblem, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import type { MeetingAction } from '../keymap';
import { Alliance } from '../meeting/Alliance';
import { AtHand } from '../meeting/AtHand';
import { Changed, Focus, Open } from '../meeting/Before';
import { focusOn, useMeetingKeys } from '../meeting/keys';
import { Clock, Marks } from '../meeting/Marks';
import { MeetingTexts } from '../meeting/MeetingTexts';
import { NoteEditor } from '../meeting/NoteEditor';
import { type MarkKind, type Meeting as MeetingPage, meetingCalls, useMeeting, useShow } from '../meeting/record';
import { Checklist, Events, Steps } from '../meeting/Steps';
import { Techniques } from '../meeting/Techniques';
import { Working } from '../meeting/Working';
import { useNotice } from '../Notices';
import { ErrorSummary, Loaded, Page, useChange, useCourseName } from '../parts';
import { useCourse } from '../queries';
import { useUser } from '../session';

/** One meeting: before, while and after it, on one page. */
export default function Meeting() {
  const { course: id = '', session = '' } = useParams();
  const course = useCourse(id);
  const page = useMeeting(id, session);
  return (
    <MeetingTexts>
      <Loaded query={course}>{(one) => <Loaded query={page}>{(now) => <Of course={one} page={now} />}</Loaded>}</Loaded>
    </MeetingTexts>
  );
}

function Of({ course, page }: { course: Schemas['CourseView']; page: MeetingPage }) {
  const { t, weekday } = useTexts();
  const user = useUser();
  const courseName = useCourseName();
  const notice = useNotice();
  const { session } = page;
  const { busy, problem, setProblem, run } = useChange();
  const show = useShow(course.id, session.id);
  const mine = course.therapist === user.id;
  const members = course.members.filter((one) => !session.alone_with || one.person === session.alone_with);
  const missed = session.attendance !== null && !['attended', 'late'].includes(session.attendance);
  const state = session.ended_at ? 'over' : session.began_at ? 'running' : missed ? 'missed' : 'before';
  const calls = meetingCalls(course.id, session.id);
  const put = (kind: MarkKind) =>
    calls.mark({ kind }).then(
      (now) => {
        show(now);
        const added = now.marks.reduce((a, b) => (a.put_at > b.put_at ? a : b));
        notice({
          words: t('mark.put', { kind: t(`mark.${kind}`) }),
          undo: () => calls.takeBackMark(added.id).then(show),
        });
      },
      (error) => setProblem(asProblem(error)),
    );
  const begin = () => void run(calls.begin, show);
  const end = () =>
    void run(calls.end, (now) => {
      show(now);
      notice({ words: t('meeting.ended'), undo: () => calls.resume().then(show) });
    });
  const act = useCallback(
    (action: MeetingAction) => {
      if (!mine) return;
      const marks = ['rupture', 'softening', 'mentalizing_lost', 'mentalizing_regained', 'corrective_moment'];
      if (marks.includes(action) && state === 'running') void put(action as MarkKind);
      else if (action === 'begin' && state === 'before') begin();
      else if (action === 'end' && state !== 'over' && state !== 'missed') end();
      else if (action === 'focus') focusOn('f-focus');
      else if (action === 'technique') focusOn('technique-line');
      else if (action === 'note') focusOn('note-words');
      else if (action === 'alliance') document.getElementById('do-alliance')?.click();
      else if (action === 'step') document.getElementById('do-step')?.click();
      else if (action === 'event') document.getElementById('do-event')?.click();
      else if (action === 'process') document.getElementById('do-process')?.click();
    },
    [mine, state, page],
  );
  useMeetingKeys(act);
  const attend = (attendance: NonNullable<Schemas['SessionChange']['attendance']>) =>
    void run(
      () => calls.change({ attendance }),
      (now) => {
        show(now);
        notice({ words: t('meeting.attendance_kept') });
      },
    );
  const kbd = (key: string) => (
    <span className="kbd" aria-hidden="true">
      {key}
    </span>
  );
  return (
    <Page
      title="meeting.title"
      heading={
        <>
          {courseName(course)} <small>{t('meeting.number', { n: session.number })}</small>
        </>
      }
      facts={
        <>
          <span>{weekday(session.scheduled_at)}</span> <span>{t('meeting.minutes', { n: session.minutes })}</span>{' '}
          <span>{t(`meeting.format.${session.format}`)}</span>
          {session.attendance && <span> {t(`attendance.${session.attendance}`)}</span>}
        </>
      }
      actions={
        mine && (
          <>
            {state === 'before' && (
              <>
                <button type="button" className="btn" disabled={busy} onClick={end}>
                  {t('meeting.held')} {kbd('e')}
                </button>
                <button type="button" className="btn btn-primary" disabled={busy} onClick={begin}>
                  {t('meeting.begin')} {kbd('b')}
                </button>
              </>
            )}
            {state === 'running' && (
              <>
                <Clock began={session.began_at ?? ''} minutes={session.minutes} />
                <button type="button" className="btn btn-primary" disabled={busy} onClick={end}>
                  {t('meeting.end')} {kbd('e')}
                </button>
              </>
            )}
          </>
        )
      }
      tabs={<CourseTabs course={course.id} />}
    >
      <div className="col-wide">
        <ErrorSummary problem={problem} />
        {state === 'missed' && <p className="card">{t('meeting.missed')}</p>}
        {state !== 'over' && <Focus course={course.id} page={page} mine={mine} />}
        {state === 'before' && <Working course={course.id} page={page} mine={mine} />}
        {state === 'before' && <Changed course={course.id} page={page} />}
        {state === 'running' && <Marks course={course.id} page={page} mine={mine} put={put} />}
        {state === 'running' && <Working course={course.id} page={page} mine={mine} />}
        {(state === 'running' || state === 'over') && <Techniques course={course.id} page={page} mine={mine} />}
        {state !== 'before' && <NoteEditor key={session.id} course={course.id} page={page} mine={mine} />}
        {state === 'over' && (
          <Checklist
            course={course.id}
            page={page}
            mine={mine}
            rate={(line, value) =>
              void run(() => calls.rate({ line, value }).then((fidelity) => show({ ...page, fidelity })))
            }
          />
        )}
      </div>
      <div className="col-side">
        {state === 'before' && <AtHand course={course} alone={session.alone_with} />}
        {state === 'before' && <Open course={course.id} page={page} />}
        {state === 'over' && <Alliance course={course.id} page={page} members={members} mine={mine} />}
        {state === 'over' && <Focus course={course.id} page={page} mine={mine} />}
        {state === 'over' && <Working course={course.id} page={page} mine={mine} />}
        {state === 'over' && <Marks course={course.id} page={page} mine={mine} put={put} />}
        <Steps course={course.id} page={page} members={members} mine={mine} />
        <Events course={course.id} page={page} members={members} mine={mine} />
        {mine && (
          <section className="card no-print" aria-labelledby="attendance">
            <h2 id="attendance">{t('attendance.title')}</h2>
            <div className="chips">
              {(state === 'running' || state === 'over'
                ? (['attended', 'late'] as const)
                : (['attended', 'late', 'cancelled_by_client', 'cancelled_by_therapist', 'not_come'] as const)
              ).map((one) => (
                <button
                  key={one}
                  type="button"
                  className="chip"
                  aria-pressed={session.attendance === one}
                  disabled={busy}
                  onClick={() => attend(one)}
                >
                  {t(`attendance.${one}`)}
                </button>
              ))}
            </div>
          </section>
        )}
        <p className="meta no-print">
          <Link to="/keys">{t('meeting.keys')}</Link>
        </p>
      </div>
    </Page>
  );
}
