import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, nameOf, submitted, textOf, useChange } from '../parts';
import { useStaffName } from '../queries';

type Course = Schemas['CourseView'];
type Book = Schemas['HoldBook'];

const keys = (course: string) => [['course', course]];

/** What waits, since when, by whom and why; and what may be set. */
export function Holds({ course, book, mine }: { course: Course; book: Book; mine: boolean }) {
  const { t, date } = useTexts();
  const staffName = useStaffName();
  const [doing, setDoing] = useState<string>();
  return (
    <section className="card" aria-labelledby="holds">
      <h2 id="holds">{t('hold.title')}</h2>
      {book.in_force.length === 0 && <p className="empty-line">{t('hold.none')}</p>}
      <ul className="rows">
        {book.in_force.map(({ hold, label, meaning, instead }) => {
          const member = course.members.find((one) => one.person === hold.person);
          return (
            <li key={hold.id} className="risk-before">
              <p>
                <strong>{label}</strong>
                {course.members.length > 1 && ` · ${hold.for_course ? t('hold.joint') : member ? nameOf(member) : ''}`}
              </p>
              <p className="sub">
                {meaning} {t('hold.instead')} {instead}
              </p>
              <p className="account">{hold.why}</p>
              <p className="meta">
                {t('hold.set_by', { name: staffName(hold.set_by) ?? t('glass.somebody'), at: date(hold.set_at) })}
              </p>
              {mine &&
                (doing === hold.id ? (
                  <Lift course={course} hold={hold.id} />
                ) : (
                  <button type="button" className="btn btn-quiet" onClick={() => setDoing(hold.id)}>
                    {t('hold.lift')}
                  </button>
                ))}
            </li>
          );
        })}
      </ul>
      {mine &&
        (doing === 'set' ? (
          <SetHold course={course} book={book} done={() => setDoing(undefined)} />
        ) : (
          <div className="form-do">
            <button type="button" className="btn" onClick={() => setDoing('set')}>
              {t('hold.set')}
            </button>
          </div>
        ))}
      {book.lifted.length > 0 && (
        <details>
          <summary>{t('hold.lifted', { n: book.lifted.length })}</summary>
          <ul className="rows">
            {book.lifted.map(({ hold, label }) => (
              <li key={hold.id} className="risk-before">
                <p>
                  {label}, {date(hold.set_at)}: {hold.why}
                </p>
                <p className="meta">
                  {t('hold.lifted_by', {
                    name: staffName(hold.lifted_by) ?? t('glass.somebody'),
                    at: date(hold.lifted_at ?? hold.set_at),
                  })}{' '}
                  {hold.lifted_why}
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
      <p className="sub">{t('hold.means')}</p>
    </section>
  );
}

function Lift({ course, hold }: { course: Course; hold: string }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  return (
    <form
      className="form"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/holds/{hold}/lift', {
                  params: { path: { course: course.id, hold } },
                  body: { why: textOf(form, 'why') },
                }),
              ),
            undefined,
            keys(course.id),
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      <Field name="why" label={t('hold.lift_why')} problem={problem}>
        <textarea rows={2} required />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('hold.lift')}
        </button>
      </div>
    </form>
  );
}

function SetHold({ course, book, done }: { course: Course; book: Book; done: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const [condition, setCondition] = useState(book.choices[0]?.condition ?? '');
  const choice = book.choices.find((one) => one.condition === condition);
  return (
    <form
      className="form"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/people/{person}/holds', {
                  params: {
                    path: { course: course.id, person: textOf(form, 'person') || (course.members[0]?.person ?? '') },
                  },
                  body: { condition, why: textOf(form, 'hold_why') },
                }),
              ),
            done,
            keys(course.id),
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      {course.members.length > 1 && (
        <Field name="person" label={t('hold.person')}>
          <select>
            {course.members.map((member) => (
              <option key={member.person} value={member.person}>
                {nameOf(member)}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Field name="condition" label={t('hold.condition')} problem={problem}>
        <select value={condition} onChange={(event) => setCondition(event.target.value)}>
          {book.choices.map((one) => (
            <option key={one.condition} value={one.condition}>
              {one.label}
              {one.for_course ? ` (${t('hold.joint')})` : ''}
            </option>
          ))}
        </select>
      </Field>
      {choice && (
        <p className="sub measure">
          {choice.meaning} {t('hold.instead')} {choice.instead} <small>{choice.source}</small>
        </p>
      )}
      <Field name="hold_why" label={t('hold.why')} problem={problem}>
        <textarea rows={2} required />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('hold.set_now')}
        </button>
        <button type="button" className="btn btn-quiet" onClick={done}>
          {t('safety.not_now')}
        </button>
      </div>
    </form>
  );
}

const questions = [
  'fear',
  'control',
  'injury',
  'forced_sex',
  'weapon',
  'strangulation',
  'stalking',
  'watched',
  'punished_after_talking',
  'responsibility',
  'secret_affair',
  'substance_untreated',
] as const;
const answers = ['yes', 'no', 'not_answered'] as const;

/** A couple's gate: held from the beginning, opened by its therapist, the same to both. */
export function Gate({ course, book, mine }: { course: Course; book: Book; mine: boolean }) {
  const { t, date } = useTexts();
  const [asking, setAsking] = useState<string>();
  const gate = book.gate;
  if (!gate) return null;
  const name = (person: string) => {
    const member = course.members.find((one) => one.person === person);
    return member ? nameOf(member) : t('risk.person');
  };
  return (
    <section className="card" aria-labelledby="couple-gate">
      <h2 id="couple-gate">{t('gate.title')}</h2>
      <p className="headline">{t(gate.open ? 'gate.open' : 'gate.held')}</p>
      <p className="measure">{t('gate.words')}</p>
      {gate.not_seen_alone.length > 0 && (
        <p>
          {t('gate.not_seen')} {gate.not_seen_alone.map(name).join(', ')}
        </p>
      )}
      <ul className="rows">
        {gate.interviews.map((one) => (
          <li key={one.id} className="risk-before">
            <p>
              {name(one.person)}, {date(one.held_on)}
            </p>
            <ul className="screen-said">
              {one.answers
                .filter((item) => item.answer !== 'no')
                .map((item) => (
                  <li key={item.question}>
                    {t(`gate.q.${item.question}`)}: <strong>{t(`safety.answer.${item.answer}`)}</strong>
                  </li>
                ))}
            </ul>
            {one.words && <p className="account">{one.words}</p>}
          </li>
        ))}
        {gate.decisions.map((one) => (
          <li key={one.id} className="risk-before">
            <p className="meta">
              {t(one.opens ? 'gate.opened' : 'gate.held_again')}, {date(one.decided_at)}
            </p>
            <p className="account">{one.why}</p>
          </li>
        ))}
      </ul>
      {mine &&
        (asking ? (
          <Interview course={course} person={asking} name={name(asking)} done={() => setAsking(undefined)} />
        ) : (
          <div className="form-do">
            {course.members.map((member) => (
              <button key={member.person} type="button" className="btn" onClick={() => setAsking(member.person)}>
                {t('gate.ask', { name: nameOf(member) })}
              </button>
            ))}
          </div>
        ))}
      {mine && <Decide key={String(gate.open)} course={course} open={gate.open} />}
    </section>
  );
}

function Interview({ course, person, name, done }: { course: Course; person: string; name: string; done: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const [given, setGiven] = useState<Partial<Record<(typeof questions)[number], (typeof answers)[number]>>>({});
  return (
    <form
      className="form screen"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/people/{person}/gate-interviews', {
                  params: { path: { course: course.id, person } },
                  body: {
                    held_on: textOf(form, 'held_on'),
                    alone: form.get('alone') === 'on',
                    answers: questions.flatMap((question) => {
                      const answer = given[question];
                      return answer ? [{ question, answer }] : [];
                    }),
                    words: textOf(form, 'words') || null,
                  },
                }),
              ),
            done,
            keys(course.id),
          ),
      )}
    >
      <h3>{t('gate.alone_with', { name })}</h3>
      <p className="sub measure">{t('gate.ask_words')}</p>
      <ErrorSummary problem={problem} />
      <Field name="held_on" label={t('gate.held_on')} problem={problem}>
        <input type="date" required max={new Date().toISOString().slice(0, 10)} />
      </Field>
      <label className="check">
        <input type="checkbox" name="alone" /> {t('gate.alone')}
      </label>
      <ol className="screen-list">
        {questions.map((question) => (
          <li key={question}>
            <fieldset className="seg">
              <legend>{t(`gate.q.${question}`)}</legend>
              {answers.map((answer) => (
                <button
                  key={answer}
                  type="button"
                  aria-pressed={given[question] === answer}
                  onClick={() => setGiven({ ...given, [question]: answer })}
                >
                  {t(`safety.answer.${answer}`)}
                </button>
              ))}
            </fieldset>
          </li>
        ))}
      </ol>
      <Field name="words" label={t('gate.own_words')}>
        <textarea rows={3} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('safety.record')}
        </button>
        <button type="button" className="btn btn-quiet" onClick={done}>
          {t('safety.not_now')}
        </button>
      </div>
    </form>
  );
}

/** Mounted anew when the gate has turned: the reason of one decision is not that of the next. */
function Decide({ course, open }: { course: Course; open: boolean }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  return (
    <form
      className="form"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/gate', {
                  params: { path: { course: course.id } },
                  body: { opens: !open, why: textOf(form, 'gate_why') },
                }),
              ),
            undefined,
            keys(course.id),
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      <Field name="gate_why" label={t(open ? 'gate.why_held' : 'gate.why_open')} problem={problem}>
        <textarea rows={2} required />
      </Field>
      <div className="form-do">
        <button type="submit" className={open ? 'btn' : 'btn btn-primary'} disabled={busy}>
          {t(open ? 'gate.hold_now' : 'gate.open_now')}
        </button>
      </div>
    </form>
  );
}
