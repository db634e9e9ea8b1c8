import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, Loaded, nameOf, submitted, textOf, useChange } from '../parts';
import { useStaffName } from '../queries';
import { useChildNotes } from './record';

type Course = Schemas['CourseView'];
type Note = Schemas['ChildNoteView'];

const triggers = [
  'disclosure',
  'observed_injury',
  'sexualised_behaviour',
  'afraid_of_carer',
  'neglect',
  'exposed_to_violence',
  'trafficking',
  'fgm',
  'other',
] as const;
const decisions = ['reported', 'consulted', 'not_reported'] as const;

/** Opened on purpose: each look is in the audit, and none of it is in any copy. */
export function ChildNotes({ course, mine }: { course: Course; mine: boolean }) {
  const { t } = useTexts();
  const [opened, setOpened] = useState(false);
  return (
    <section className="card" aria-labelledby="child">
      <h2 id="child">{t('child.title')}</h2>
      {opened ? (
        <Opened course={course} mine={mine} />
      ) : (
        <>
          <p className="measure">{t('child.closed')}</p>
          <div className="form-do">
            <button type="button" className="btn" onClick={() => setOpened(true)}>
              {t('child.open')}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

function Opened({ course, mine }: { course: Course; mine: boolean }) {
  const { t } = useTexts();
  const notes = useChildNotes(course.id);
  const [writing, setWriting] = useState(false);
  return (
    <Loaded query={notes} part>
      {(page) => (
        <>
          <ul className="rules">
            {page.rules.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
          {page.jurisdictions.length === 0 ? (
            <p className="callout">{t('child.no_jurisdiction')}</p>
          ) : (
            page.jurisdictions.map((one) => <Jurisdiction key={one.id} one={one} />)
          )}
          {page.notes.length === 0 && <p className="empty-line">{t('child.none')}</p>}
          <ul className="rows">
            {page.notes.map((note) => (
              <One key={note.id} course={course} note={note} mine={mine} />
            ))}
          </ul>
          {mine &&
            (writing ? (
              <Write course={course} jurisdictions={page.jurisdictions} done={() => setWriting(false)} />
            ) : (
              <div className="form-do">
                <button type="button" className="btn" onClick={() => setWriting(true)}>
                  {t('child.write')}
                </button>
              </div>
            ))}
        </>
      )}
    </Loaded>
  );
}

export function Jurisdiction({ one }: { one: Schemas['Jurisdiction'] }) {
  const { t, date } = useTexts();
  return (
    <div className="callout">
      <h3>{one.name}</h3>
      <dl className="said">
        {(['mandated', 'threshold', 'hotline', 'hours', 'form', 'protection', 'source'] as const).map((part) =>
          one[part] ? (
            <div key={part}>
              <dt>{t(`child.${part}`)}</dt>
              <dd>{one[part]}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <p className="meta">{t('child.checked', { at: date(one.checked_on) })}</p>
    </div>
  );
}

function One({ course, note, mine }: { course: Course; note: Note; mine: boolean }) {
  const { t, date, time } = useTexts();
  const staffName = useStaffName();
  const member = course.members.find((one) => one.person === note.person);
  return (
    <li className="risk-before">
      <p>
        <strong>{t(`child.trigger.${note.trigger}`)}</strong>, {date(note.observed_on)}
        {course.members.length > 1 && member && ` · ${nameOf(member)}`}
      </p>
      <p className="account">{note.facts}</p>
      <p className="meta">
        {t('child.flagged', { name: staffName(note.flagged_by) ?? t('glass.somebody'), at: time(note.flagged_at) })}
      </p>
      {note.decision ? (
        <>
          <p>
            <strong>{t(`child.decision.${note.decision}`)}</strong>
            {note.reported && `: ${note.reported}`}
          </p>
          <p className="account">{note.reason}</p>
          <p className="meta">
            {t('child.decided', {
              name: staffName(note.decided_by) ?? t('glass.somebody'),
              at: time(note.decided_at ?? note.flagged_at),
            })}
          </p>
        </>
      ) : mine ? (
        <Decide course={course} note={note} />
      ) : (
        <p className="due">{t('child.open_decision')}</p>
      )}
    </li>
  );
}

function Decide({ course, note }: { course: Course; note: Note }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const [decision, setDecision] = useState<(typeof decisions)[number]>();
  return (
    <form
      className="form"
      onSubmit={submitted((form) => {
        if (!decision) return;
        void run(
          () =>
            ask(
              api.POST('/api/v1/courses/{course}/child-notes/{note}/decide', {
                params: { path: { course: course.id, note: note.id } },
                body: {
                  decision,
                  reason: textOf(form, 'reason'),
                  reported: textOf(form, 'reported') || null,
                },
              }),
            ),
          undefined,
          [['course', course.id, 'child-notes']],
        );
      })}
    >
      <ErrorSummary problem={problem} />
      <fieldset className="seg">
        <legend>{t('child.decide')}</legend>
        {decisions.map((one) => (
          <button key={one} type="button" aria-pressed={decision === one} onClick={() => setDecision(one)}>
            {t(`child.decision.${one}`)}
          </button>
        ))}
      </fieldset>
      {decision === 'reported' && (
        <Field name="reported" label={t('child.reported_to')} problem={problem}>
          <input type="text" required />
        </Field>
      )}
      <Field name="reason" label={t('child.reason')} problem={problem}>
        <textarea rows={2} required />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy || !decision}>
          {t('safety.record')}
        </button>
      </div>
    </form>
  );
}

function Write({
  course,
  jurisdictions,
  done,
}: {
  course: Course;
  jurisdictions: Schemas['Jurisdiction'][];
  done: () => void;
}) {
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
                api.POST('/api/v1/courses/{course}/people/{person}/child-notes', {
                  params: {
                    path: { course: course.id, person: textOf(form, 'child') || (course.members[0]?.person ?? '') },
                  },
                  body: {
                    trigger: textOf(form, 'trigger') as Note['trigger'],
                    facts: textOf(form, 'facts'),
                    observed_on: textOf(form, 'observed_on'),
                    jurisdiction: textOf(form, 'jurisdiction') || null,
                  },
                }),
              ),
            done,
            [['course', course.id, 'child-notes']],
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      {course.members.length > 1 && (
        <Field name="child" label={t('child.about')}>
          <select>
            {course.members.map((member) => (
              <option key={member.person} value={member.person}>
                {nameOf(member)}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Field name="trigger" label={t('child.trigger')}>
        <select>
          {triggers.map((one) => (
            <option key={one} value={one}>
              {t(`child.trigger.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field name="observed_on" label={t('child.observed_on')} problem={problem}>
        <input type="date" required max={new Date().toISOString().slice(0, 10)} />
      </Field>
      <Field name="facts" label={t('child.facts')} hint={t('child.facts_hint')} problem={problem}>
        <textarea rows={4} required />
      </Field>
      {jurisdictions.length > 0 && (
        <Field name="jurisdiction" label={t('child.jurisdiction')}>
          <select>
            {jurisdictions.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </Field>
      )}
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
