import { useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, nameOf, useChange } from '../parts';
import { Mark } from './PlanTexts';
import { type Plan, planCalls, planKey, type Technique } from './record';

interface Props {
  course: Schemas['CourseView'];
  plan: Plan;
  mine: boolean;
}

/** What is planned, and what may come next with its reasons. */
export function Techniques({ course, plan, mine }: Props) {
  const { t } = useTexts();
  const [all, showAll] = useState(false);
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const calls = planCalls(course.id);
  const stale = [planKey(course.id)];
  const technique = (id: string) => plan.techniques.find((one) => one.id === id);
  const planned = new Set(plan.planned.map((one) => one.technique));
  const add = (one: Technique, reason: Schemas['PlanTechnique']['reason']) =>
    void run(
      () => calls.plan({ technique: one.id, reason }),
      (after) => {
        const row = after.planned.find((each) => each.technique === one.id);
        notice({
          words: t('plan.planned_now', { name: one.name }),
          stale,
          ...(row ? { undo: () => calls.drop(row.id) } : {}),
        });
      },
      stale,
    );
  const open = plan.suggestions.filter((one) => !planned.has(one.technique));
  const shown = all ? open : open.slice(0, 5);
  // What a reason rests on and does not mean is said where it stands first.
  const first = new Map<string, string>();
  for (const one of open)
    for (const { finding } of one.because)
      if (!first.has(finding.statement)) first.set(finding.statement, one.technique);
  return (
    <>
      <section className="card" aria-labelledby="planned">
        <h2 id="planned">{t('plan.techniques')}</h2>
        {plan.planned.length === 0 ? (
          <p className="empty-line">{t('plan.techniques_none')}</p>
        ) : (
          <ul className="plan-rows">
            {plan.planned.map((row) => {
              const one = technique(row.technique);
              return (
                <li key={row.id}>
                  <div className="plan-row">
                    <Named technique={one} id={row.technique} />
                    {mine && (
                      <button
                        type="button"
                        className="btn btn-quiet no-print"
                        disabled={busy}
                        aria-label={t('plan.drop_which', { name: one?.name ?? row.technique })}
                        onClick={() =>
                          void run(
                            () => calls.drop(row.id),
                            () =>
                              notice({
                                words: t('plan.dropped'),
                                stale,
                                undo: () => calls.plan({ technique: row.technique, reason: row.reason }),
                              }),
                            stale,
                          )
                        }
                      >
                        {t('remove')}
                      </button>
                    )}
                  </div>
                  {one && <Waits technique={one} />}
                </li>
              );
            })}
          </ul>
        )}
        <ErrorSummary problem={problem} />
      </section>
      <section className="card" aria-labelledby="next">
        <h2 id="next">{t('plan.next')}</h2>
        <p className="sub measure">{t('plan.next_words')}</p>
        {open.length === 0 ? (
          <p className="empty-line">{t('plan.next_none')}</p>
        ) : (
          <ul className="plan-rows">
            {shown.map((suggestion) => {
              const one = technique(suggestion.technique);
              if (!one) return null;
              return (
                <li key={one.id}>
                  <div className="plan-row">
                    <Named technique={one} id={one.id} />
                    {mine && (
                      <button
                        type="button"
                        className="btn no-print"
                        disabled={busy}
                        aria-label={t('plan.add_which', { name: one.name })}
                        onClick={() => add(one, suggestion.because[0]?.reason ?? 'chosen')}
                      >
                        {t('plan.add')}
                      </button>
                    )}
                  </div>
                  <Waits technique={one} />
                  <ul className="reasons">
                    {suggestion.because.map((because) => {
                      const member = course.members.find((each) => each.person === because.person);
                      return (
                        <li key={because.finding.statement}>
                          {course.members.length > 1 && member && <span className="meta">{nameOf(member)}: </span>}
                          {because.finding.statement}
                          {first.get(because.finding.statement) === one.id && (
                            <span className="meta">
                              {' '}
                              {because.finding.basis} {because.finding.limits}
                            </span>
                          )}
                        </li>
                      );
                    })}
                  </ul>
                </li>
              );
            })}
          </ul>
        )}
        {open.length > shown.length && (
          <button type="button" className="btn btn-quiet no-print" onClick={() => showAll(true)}>
            {t('plan.next_more', { n: open.length - shown.length })}
          </button>
        )}
        <details className="after no-print">
          <summary>{t('plan.all', { n: plan.techniques.length })}</summary>
          <ul className="plan-rows">
            {plan.techniques
              .filter((one) => !planned.has(one.id))
              .map((one) => (
                <li key={one.id}>
                  <div className="plan-row">
                    <Named technique={one} id={one.id} />
                    {mine && (
                      <button
                        type="button"
                        className="btn btn-quiet"
                        disabled={busy}
                        aria-label={t('plan.add_which', { name: one.name })}
                        onClick={() => add(one, 'chosen')}
                      >
                        {t('plan.add')}
                      </button>
                    )}
                  </div>
                  <p className="sub">{one.purpose}</p>
                  {one.avoid && <p className="sub">{one.avoid}</p>}
                  <Waits technique={one} />
                </li>
              ))}
          </ul>
          <p className="meta">
            {t('plan.all_words')} <Mark of={plan.techniques[0]?.origin} />
          </p>
        </details>
      </section>
    </>
  );
}

function Named({ technique, id }: { technique: Technique | undefined; id: string }) {
  const { t } = useTexts();
  if (!technique) return <p>{id}</p>;
  return (
    <p>
      <span className="technique">{technique.name}</span>{' '}
      <span className="meta num">
        {technique.families.map((family) => t(`plan.family.${family}`)).join(', ')}
        {' · '}
        {technique.minutes_from == null
          ? t('plan.woven')
          : technique.minutes_from === technique.minutes_to
            ? t('plan.minutes_one', { n: technique.minutes_from })
            : t('plan.minutes', { from: technique.minutes_from, to: technique.minutes_to ?? 0 })}
      </span>
    </p>
  );
}

/** Holds in force, and what has to be looked at in the room. */
function Waits({ technique }: { technique: Technique }) {
  const { t } = useTexts();
  return (
    <>
      {technique.held.map((held) => (
        <p key={held.hold} className="sub">
          <span className="tag tag-urgent">{t('plan.waits')}</span> {held.label}. {held.instead}
        </p>
      ))}
      {technique.ask.map((ask) => (
        <p key={ask.hold} className="meta">
          {t('plan.ask', { what: ask.label, instead: ask.instead })}
        </p>
      ))}
    </>
  );
}
