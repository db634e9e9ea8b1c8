import { useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, nameOf, submitted, textOf, useChange } from '../parts';
import { type Plan, planCalls, planKey } from './record';
import { Do } from './Where';

/** Days that come back every year: of a death, or a birthday of somebody who has died. */
export function LossDays({ course, plan, mine }: { course: Schemas['CourseView']; plan: Plan; mine: boolean }) {
  const { t, date } = useTexts();
  const [adding, setAdding] = useState(false);
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const calls = planCalls(course.id);
  const stale = [planKey(course.id)];
  if (!plan.anniversaries.length && !plan.protocol?.loss_days && !adding)
    return mine ? (
      <p className="no-print">
        <button type="button" className="btn btn-quiet" onClick={() => setAdding(true)}>
          {t('loss.add')}
        </button>
      </p>
    ) : null;
  return (
    <section className="card" aria-labelledby="loss">
      <div className="card-head">
        <h2 id="loss">{t('loss.title')}</h2>
        {mine && !adding && (
          <button type="button" className="btn no-print" onClick={() => setAdding(true)}>
            {t('loss.add')}
          </button>
        )}
      </div>
      {plan.anniversaries.length === 0 && !adding && <p className="empty-line">{t('loss.none')}</p>}
      <ul className="plan-rows">
        {plan.anniversaries.map((one) => {
          const member = course.members.find((each) => each.person === one.person);
          return (
            <li key={one.id}>
              <div className="plan-row">
                <p>
                  <span className="technique">{one.words}</span>{' '}
                  {course.members.length > 1 && member && <span className="meta">{nameOf(member)}</span>}
                  <br />
                  <span className={one.soon ? 'num soon' : 'meta num'}>
                    {one.days === 0
                      ? t('loss.today', { years: one.years })
                      : t('loss.next', { date: date(one.next), days: one.days, years: one.years })}
                  </span>
                </p>
                {mine && (
                  <button
                    type="button"
                    className="btn btn-quiet no-print"
                    disabled={busy}
                    aria-label={t('loss.remove_which', { words: one.words })}
                    onClick={() =>
                      void run(
                        () => calls.removeDay(one.id),
                        () =>
                          notice({
                            words: t('loss.removed'),
                            stale,
                            undo: () =>
                              calls.addDay(one.person, { day: one.day, words: one.words, figure: one.figure }),
                          }),
                        stale,
                      )
                    }
                  >
                    {t('remove')}
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {adding && (
        <form
          className="form opened no-print"
          aria-label={t('loss.add')}
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  calls.addDay(textOf(form, 'person') || (course.members[0]?.person ?? ''), {
                    day: textOf(form, 'day'),
                    words: textOf(form, 'words'),
                    figure: null,
                  }),
                () => {
                  setAdding(false);
                  notice({ words: t('loss.added'), stale });
                },
                stale,
              ),
          )}
        >
          {course.members.length > 1 && (
            <Field name="person" label={t('plan.whose')}>
              <select>
                {course.members.map((member) => (
                  <option key={member.person} value={member.person}>
                    {nameOf(member)}
                  </option>
                ))}
              </select>
            </Field>
          )}
          <Field name="words" label={t('loss.words')} hint={t('loss.words_hint')} problem={problem}>
            <input type="text" required maxLength={400} />
          </Field>
          <Field name="day" label={t('loss.day')} problem={problem}>
            <input type="date" required />
          </Field>
          <Do busy={busy} label={t('loss.add')} close={() => setAdding(false)} />
        </form>
      )}
      <ErrorSummary problem={problem} />
    </section>
  );
}
