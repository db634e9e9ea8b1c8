import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, nameOf, useChange } from '../parts';
import { Mark } from './PlanTexts';
import { type Plan, planCalls, planKey } from './record';

const answers = ['met', 'not_met', 'unsure'] as const;

/** A gate opens by what a clinician answers, never by a score; a hold in force closes it. */
export function Gates({ course, plan, mine }: { course: Schemas['CourseView']; plan: Plan; mine: boolean }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const calls = planCalls(course.id);
  if (!plan.gates.length) return null;
  return plan.gates.map((gate) => {
    const member = course.members.find((one) => one.person === gate.person);
    const id = `gate-${gate.gate}-${gate.person}`;
    return (
      <section key={id} className="card gate" aria-labelledby={id}>
        <h2 id={id}>
          {gate.label} {course.members.length > 1 && member && <small>{nameOf(member)}</small>}{' '}
          <Mark of={gate.origin} />
        </h2>
        <p className="headline">{t(gate.open ? 'plan.gate_open' : 'plan.gate_closed')}</p>
        <p className="sub measure">{gate.open ? t('plan.gate_open_words') : gate.words}</p>
        <ul className="gate-list">
          {gate.conditions.map((one) => (
            <li key={one.condition}>
              <p id={`${id}-${one.condition}`}>{one.question}</p>
              {one.held.map((held) => (
                <p key={held.hold} className="sub">
                  <span className="tag tag-urgent">{t('plan.hold')}</span> {held.label}. {held.instead}
                </p>
              ))}
              <fieldset className="seg" aria-labelledby={`${id}-${one.condition}`}>
                {answers.map((answer) => (
                  <button
                    key={answer}
                    type="button"
                    aria-pressed={one.answer === answer}
                    disabled={!mine || busy}
                    onClick={() =>
                      void run(
                        () =>
                          calls.answer(gate.person, {
                            gate: gate.gate,
                            condition: one.condition,
                            answer,
                            words: null,
                          }),
                        undefined,
                        [planKey(course.id)],
                      )
                    }
                  >
                    {t(`plan.answer.${answer}`)}
                  </button>
                ))}
              </fieldset>
              <p className="meta num">{one.answered_at ? date(one.answered_at) : t('plan.not_asked')}</p>
            </li>
          ))}
        </ul>
        <ErrorSummary problem={problem} />
      </section>
    );
  });
}
