import { useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, nameOf, submitted, textOf, useChange } from '../parts';
import { type Meeting, meetingKey, stepCalls } from './record';

const eventKinds = [
  'bereavement',
  'separation',
  'new_relationship',
  'conflict',
  'birth',
  'illness',
  'moving',
  'work',
  'money',
  'support_gained',
  'support_lost',
  'good_news',
  'other',
] as const;

interface Of {
  course: string;
  page: Meeting;
  members: Schemas['MemberView'][];
  mine: boolean;
}

function Whose({ members }: { members: Schemas['MemberView'][] }) {
  const { t } = useTexts();
  if (members.length < 2) return null;
  return (
    <Field name="person" label={t('step.person')}>
      <select>
        {members.map((member) => (
          <option key={member.person} value={member.person}>
            {nameOf(member)}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** What was agreed: open, or done since the last meeting. */
export function Steps({ course, page, members, mine }: Of) {
  const { t, day } = useTexts();
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const [adding, setAdding] = useState(false);
  const stale = [meetingKey(course, page.session.id), ['course', course, 'steps']];
  const who = (person: string) => members.find((member) => member.person === person);
  const change = (step: Schemas['NextStep'], body: Partial<Schemas['StepChange']>) =>
    void run(
      () =>
        stepCalls(course, step.person).change(step.id, {
          words: step.words,
          whose: step.whose,
          due: step.due,
          shared_with_client: step.shared_with_client,
          done: step.done_at !== null,
          ...body,
        }),
      undefined,
      stale,
    );
  return (
    <section className="card" aria-labelledby="steps">
      <div className="card-head">
        <h2 id="steps">{t('step.title')}</h2>
        {mine && (
          <button
            id="do-step"
            type="button"
            className="btn no-print"
            aria-expanded={adding}
            onClick={() => setAdding(!adding)}
          >
            {t('step.new')}
          </button>
        )}
      </div>
      <ErrorSummary problem={problem} />
      {adding && (
        <form
          className="form opened no-print"
          onSubmit={submitted((form) => {
            const person = textOf(form, 'person') || (members[0]?.person ?? '');
            void run(
              () =>
                stepCalls(course, person).add({
                  words: textOf(form, 'words'),
                  whose: textOf(form, 'whose') as Schemas['NewStep']['whose'],
                  due: textOf(form, 'due') || null,
                  shared_with_client: form.get('shared') !== null,
                  session: page.session.id,
                }),
              (step) => {
                setAdding(false);
                notice({ words: t('step.added'), stale, undo: () => stepCalls(course, person).withdraw(step.id) });
              },
              stale,
            );
          })}
        >
          <Field name="words" label={t('step.words')} problem={problem}>
            {/* biome-ignore lint/a11y/noAutofocus: it opened because somebody wanted to write here */}
            <input type="text" autoComplete="off" required autoFocus />
          </Field>
          <Whose members={members} />
          <div className="grid-2">
            <Field name="whose" label={t('step.whose')} problem={problem}>
              <select>
                {(['client', 'therapist', 'both'] as const).map((one) => (
                  <option key={one} value={one}>
                    {t(`step.whose.${one}`)}
                  </option>
                ))}
              </select>
            </Field>
            <Field name="due" label={t('step.due')} problem={problem}>
              <input type="date" />
            </Field>
          </div>
          <label className="check">
            <input type="checkbox" name="shared" />
            {t('step.shared')}
          </label>
          <div className="form-do">
            <button type="submit" className="btn btn-primary" disabled={busy}>
              {t('step.save')}
            </button>
          </div>
        </form>
      )}
      {page.steps.length === 0 ? (
        <p className="empty-line">{t('step.none')}</p>
      ) : (
        <ul className="rows">
          {page.steps.map((step) => (
            <li key={step.id} className="step">
              <label className="check">
                <input
                  type="checkbox"
                  checked={step.done_at !== null}
                  disabled={!mine || busy}
                  onChange={(event) => change(step, { done: event.target.checked })}
                />
                <span>{step.words}</span>
              </label>
              <p className="meta num">
                {members.length > 1 && who(step.person) && (
                  <span>{nameOf(who(step.person) as Schemas['MemberView'])} · </span>
                )}
                {t(`step.whose.${step.whose}`)}
                {step.due && ` · ${t('step.by', { day: day(step.due) })}`}
                {step.shared_with_client && ` · ${t('step.is_shared')}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function Events({ course, page, members, mine }: Of) {
  const { t, date } = useTexts();
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const [adding, setAdding] = useState(false);
  const stale = [meetingKey(course, page.session.id)];
  return (
    <section className="card" aria-labelledby="events">
      <div className="card-head">
        <h2 id="events">{t('event.title')}</h2>
        {mine && (
          <button
            id="do-event"
            type="button"
            className="btn no-print"
            aria-expanded={adding}
            onClick={() => setAdding(!adding)}
          >
            {t('event.new')}
          </button>
        )}
      </div>
      <ErrorSummary problem={problem} />
      {adding && (
        <form
          className="form opened no-print"
          onSubmit={submitted((form) => {
            const person = textOf(form, 'person') || (members[0]?.person ?? '');
            void run(
              () =>
                stepCalls(course, person).addEvent({
                  kind: textOf(form, 'kind') as Schemas['NewCourseEvent']['kind'],
                  happened_on: textOf(form, 'happened_on'),
                  words: textOf(form, 'words') || null,
                  session: page.session.id,
                }),
              (event) => {
                setAdding(false);
                notice({
                  words: t('event.added'),
                  stale,
                  undo: () => stepCalls(course, person).withdrawEvent(event.id),
                });
              },
              stale,
            );
          })}
        >
          <div className="grid-2">
            <Field name="kind" label={t('event.kind')} problem={problem}>
              <select>
                {eventKinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {t(`event.${kind}`)}
                  </option>
                ))}
              </select>
            </Field>
            <Field name="happened_on" label={t('event.day')} problem={problem}>
              <input type="date" required defaultValue={new Date().toISOString().slice(0, 10)} />
            </Field>
          </div>
          <Whose members={members} />
          <Field name="words" label={t('event.words')} problem={problem}>
            <input type="text" autoComplete="off" />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn btn-primary" disabled={busy}>
              {t('event.save')}
            </button>
          </div>
        </form>
      )}
      {page.events.length === 0 ? (
        <p className="empty-line">{t('event.none')}</p>
      ) : (
        <ul className="rows">
          {page.events.map((event) => (
            <li key={event.id} className="step">
              <p>
                {t(`event.${event.kind}`)}
                {event.words && <span className="said-here"> {event.words}</span>}
              </p>
              <p className="meta num">{date(event.happened_on)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function Checklist({
  course,
  page,
  mine,
  rate,
}: Omit<Of, 'members'> & { rate: (line: string, value: number) => void }) {
  const { t } = useTexts();
  const list = page.fidelity;
  if (!list) return null;
  const value = (line: string) => list.ratings.find((one) => one.line === line)?.value;
  return (
    <section className="card" aria-labelledby="checklist" data-course={course}>
      <h2 id="checklist">{t('checklist.title', { name: list.name })}</h2>
      <p className="sub measure">
        {t('checklist.words', { stage: list.stage_name })} {list.basis}
      </p>
      <ul className="rows">
        {list.lines.map((line) => (
          <li key={line.id} className="checklist-line">
            <span>
              {line.text}
              {line.prohibited && <span className="tag tag-plain">{t('checklist.prohibited')}</span>}
              {!line.due && <span className="meta"> {t('checklist.not_due')}</span>}
            </span>
            <fieldset className="seg">
              <legend className="vh">{line.text}</legend>
              {[0, 1, 2].map((n) => (
                <button
                  key={n}
                  type="button"
                  aria-pressed={value(line.id) === n}
                  disabled={!mine}
                  onClick={() => rate(line.id, n)}
                >
                  {t(`checklist.${n}`)}
                </button>
              ))}
            </fieldset>
          </li>
        ))}
      </ul>
    </section>
  );
}
