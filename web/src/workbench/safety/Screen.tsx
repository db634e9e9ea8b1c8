import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, nameOf, submitted, textOf, useChange } from '../parts';
import { useStaffName } from '../queries';
import { instantOf, localField, safetyKey } from './record';

type Question = Schemas['AskedItem']['question'];
type Answer = Schemas['AskedItem']['answer'];

const answers: Answer[] = ['yes', 'no', 'not_answered'];

/** Which questions are due: those that follow a yes only after it. */
export function dueQuestions(given: Partial<Record<Question, Answer>>): Question[] {
  return [
    'wish',
    'thoughts',
    ...(given.thoughts === 'yes' ? (['method', 'intent', 'plan'] as const) : []),
    'behaviour',
    ...(given.behaviour === 'yes' ? (['behaviour_recent'] as const) : []),
  ];
}

/** Asked by a person, step by step; answers lead to what this practice does, never to a level. */
export function Screen(props: {
  course: Schemas['CourseView'];
  person: string;
  risk?: string;
  page: Schemas['SafetyPage'];
  done: () => void;
}) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const [given, setGiven] = useState<Partial<Record<Question, Answer>>>({});
  const due = dueQuestions(given);
  const facts = new Set<string>(due.flatMap((one) => (given[one] === 'yes' ? [one] : [])));
  if (due.some((one) => given[one] === 'not_answered')) facts.add('not_answered');
  if (props.risk) facts.add('risk_answer');
  const actions = props.page.actions.filter((one) => facts.has(one.condition));
  const whole = due.every((one) => given[one]);
  return (
    <form
      className="form screen"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/people/{person}/screens', {
                  params: { path: { course: props.course.id, person: props.person } },
                  body: {
                    risk_entry: props.risk ?? null,
                    answers: due.map((question) => ({ question, answer: given[question] ?? 'not_answered' })),
                    done: textOf(form, 'done'),
                    next_contact: textOf(form, 'next_contact'),
                    next_contact_at: instantOf(textOf(form, 'next_contact_at')),
                  },
                }),
              ),
            props.done,
            [safetyKey(props.course.id)],
          ),
      )}
    >
      <p className="sub measure">{t('safety.screen_words')}</p>
      <ErrorSummary problem={problem} />
      <ol className="screen-list">
        {due.map((question) => (
          <li key={question}>
            <fieldset className="seg">
              <legend>{t(`safety.screen.${question}`)}</legend>
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
      <div className="callout" role="status">
        <h3>{t('safety.what_we_do')}</h3>
        {actions.length > 0 ? (
          <ul>
            {actions.map((one) => (
              <li key={one.id}>
                {one.action}
                {one.contact_within && ` ${t('safety.within', { n: one.contact_within })}`}
              </li>
            ))}
          </ul>
        ) : (
          <p>{t(props.page.actions.length ? 'safety.no_action_yet' : 'safety.no_actions')}</p>
        )}
      </div>
      <Field name="done" label={t('safety.done')} problem={problem}>
        <textarea rows={3} required />
      </Field>
      <Field name="next_contact" label={t('safety.next_contact')} problem={problem}>
        <input type="text" required />
      </Field>
      <Field name="next_contact_at" label={t('safety.next_contact_at')} problem={problem}>
        <input type="datetime-local" required min={localField(new Date())} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy || !whole}>
          {t('safety.record')}
        </button>
        {!whole && <span className="hint">{t('safety.answer_each')}</span>}
      </div>
    </form>
  );
}

export function Screens({
  course,
  page,
  mine,
}: {
  course: Schemas['CourseView'];
  page: Schemas['SafetyPage'];
  mine: boolean;
}) {
  const { t, time } = useTexts();
  const staffName = useStaffName();
  const [asking, setAsking] = useState<string>();
  return (
    <section className="card" aria-labelledby="screens">
      <h2 id="screens">{t('safety.screens')}</h2>
      {page.screens.length === 0 && <p className="empty-line">{t('safety.no_screens')}</p>}
      <ul className="rows">
        {page.screens.map((one) => {
          const member = course.members.find((other) => other.person === one.person);
          return (
            <li key={one.id} className="risk-before">
              <p>
                {time(one.asked_at)}
                {course.members.length > 1 && member && `, ${nameOf(member)}`}
              </p>
              <ul className="screen-said">
                {one.answers.map((item) => (
                  <li key={item.question}>
                    {t(`safety.screen.${item.question}`)}: <strong>{t(`safety.answer.${item.answer}`)}</strong>
                  </li>
                ))}
              </ul>
              {one.actions.length > 0 && (
                <p className="sub">
                  {t('safety.shown_then')} {one.actions.join(' ')}
                </p>
              )}
              <p className="account">{one.done}</p>
              <p>
                {t('safety.next_contact')}: {one.next_contact}, {time(one.next_contact_at)}
              </p>
              <p className="meta">{t('safety.asked_by', { name: staffName(one.asked_by) ?? t('glass.somebody') })}</p>
            </li>
          );
        })}
      </ul>
      {mine &&
        course.members.map((member) =>
          asking === member.person ? (
            <Screen
              key={member.person}
              course={course}
              person={member.person}
              page={page}
              done={() => setAsking(undefined)}
            />
          ) : (
            <div key={member.person} className="form-do">
              <button type="button" className="btn" onClick={() => setAsking(member.person)}>
                {course.members.length > 1 ? t('safety.ask_whom', { name: nameOf(member) }) : t('safety.ask')}
              </button>
            </div>
          ),
        )}
    </section>
  );
}
