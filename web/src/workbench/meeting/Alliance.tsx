import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { answerOf, complete } from '../form';
import { useNotice } from '../Notices';
import { ErrorSummary, nameOf, useChange } from '../parts';
import { useForm } from '../queries';
import { useSession } from '../session';
import { type Meeting, meetingKey } from './record';

const alliance = 'bond';

/** How the meeting was, for the client: on this screen, or from paper at one key an answer. */
export function Alliance({
  course,
  page,
  members,
  mine,
}: {
  course: string;
  page: Meeting;
  members: Schemas['MemberView'][];
  mine: boolean;
}) {
  const { t, time } = useTexts();
  const navigate = useNavigate();
  const { handOver } = useSession();
  const { busy, problem, run } = useChange();
  const [who, setWho] = useState(members[0]?.person ?? '');
  const given = page.given.filter((sheet) => sheet.instrument === alliance);
  const here = given.find((sheet) => sheet.respondent === who);
  const give = (mode: 'from_paper' | 'in_room', then?: (sheet: Schemas['Administration']) => void) =>
    void run(
      () =>
        ask(
          api.POST('/api/v1/courses/{course}/sheets', {
            params: { path: { course } },
            body: { instrument: alliance, respondent: who, mode, occasion: 'after_session', session: page.session.id },
          }),
        ),
      then,
      [meetingKey(course, page.session.id)],
    );
  const open = here && (here.progress === 'given' || here.progress === 'begun');
  return (
    <section className="card" aria-labelledby="alliance">
      <h2 id="alliance">{t('bond.title')}</h2>
      <p className="sub measure">{t('bond.words')}</p>
      <ErrorSummary problem={problem} />
      {members.length > 1 && (
        <fieldset className="seg start no-print">
          <legend className="vh">{t('bond.who')}</legend>
          {members.map((member) => (
            <button
              key={member.person}
              type="button"
              aria-pressed={member.person === who}
              onClick={() => setWho(member.person)}
            >
              {nameOf(member)}
            </button>
          ))}
        </fieldset>
      )}
      {here?.progress === 'sent' && (
        <p className="after">
          <Link to={`/courses/${course}/sheets/${here.id}`}>
            {t('bond.there', { at: time(here.sent_at ?? here.given_at) })}
          </Link>
        </p>
      )}
      {!here && mine && (
        <div className="form-do no-print">
          <button
            type="button"
            className="btn"
            disabled={busy}
            onClick={() => give('in_room', (sheet) => void handOver(course, sheet.id).then(() => navigate('/room')))}
          >
            {t('bond.room')}
          </button>
          <button id="do-alliance" type="button" className="btn" disabled={busy} onClick={() => give('from_paper')}>
            {t('bond.paper')} <span className="kbd">a</span>
          </button>
          <Link className="btn btn-quiet" to={`/courses/${course}/give?measure=${alliance}&of=${who}`}>
            {t('bond.phone')}
          </Link>
        </div>
      )}
      {open && here.mode === 'from_paper' && mine && <Answers course={course} page={page} sheet={here} />}
      {open && here.mode !== 'from_paper' && (
        <p className="after">
          <Link to={`/courses/${course}/sheets/${here.id}`}>{t('bond.waits')}</Link>
        </p>
      )}
    </section>
  );
}

/** One key an answer; the last one that is complete goes to the button. */
function Answers({ course, page, sheet }: { course: string; page: Meeting; sheet: Schemas['Administration'] }) {
  const { t } = useTexts();
  const form = useForm(course, sheet.id);
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const [answers, setAnswers] = useState<string[]>([]);
  const box = useRef<HTMLFormElement>(null);
  const items = form.data?.items ?? [];
  const ready = items.length > 0;
  useEffect(() => {
    if (ready) box.current?.querySelector('input')?.focus();
  }, [ready]);
  const typed = (i: number, text: string, field: HTMLInputElement) => {
    setAnswers(items.map((_, j) => (j === i ? text : (answers[j] ?? ''))));
    if (!complete(text, items[i]?.lowest ?? 0, items[i]?.highest ?? 0)) return;
    const fields = [...(box.current?.querySelectorAll<HTMLElement>('input, button') ?? [])];
    fields[fields.indexOf(field) + 1]?.focus();
  };
  const save = () =>
    void run(() =>
      ask(
        api.POST('/api/v1/courses/{course}/sheets/{sheet}/answers', {
          params: { path: { course, sheet: sheet.id } },
          body: {
            answers: items.map(
              (item, i) => answerOf(answers[i] ?? '', item.lowest ?? 0, item.highest ?? 0) ?? 'skipped',
            ),
          },
        }),
      ), () => {
      notice({ words: t('bond.kept') });
      document.getElementById('main')?.focus({ preventScroll: true });
    }, [meetingKey(course, page.session.id), ['course', course, 'page']]);
  return (
    <form
      ref={box}
      className="form alliance"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <ErrorSummary problem={problem} />
      <ol>
        {items.map((item, i) => (
          <li key={item.position}>
            <label htmlFor={`bond-${i}`}>{item.text ?? item.gist}</label>
            <input
              id={`bond-${i}`}
              type="text"
              inputMode="numeric"
              autoComplete="off"
              size={2}
              maxLength={2}
              value={answers[i] ?? ''}
              onChange={(event) => typed(i, event.target.value, event.target)}
            />
          </li>
        ))}
      </ol>
      <p className="hint">{t('bond.hint', { lowest: items[0]?.lowest ?? 0, highest: items[0]?.highest ?? 0 })}</p>
      <button type="submit" className="btn btn-primary" disabled={busy}>
        {t('bond.save')}
      </button>
    </form>
  );
}
