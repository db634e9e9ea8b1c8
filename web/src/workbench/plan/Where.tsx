import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { today } from '../formulation/record';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, submitted, textOf, useChange } from '../parts';
import { Mark, useSessions } from './PlanTexts';
import { Warnings } from './Protocol';
import { type Plan, type Protocol, planCalls, planKey, referenceOf, useProtocols } from './record';

interface Props {
  course: Schemas['CourseView'];
  plan: Plan;
  mine: boolean;
}

/** Which protocol the course follows, in which stage it is, and how one sees that the stage is done. */
export function Where({ course, plan, mine }: Props) {
  const { t, date } = useTexts();
  const [opened, open] = useState<'protocol' | 'stage'>();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const calls = planCalls(course.id);
  const stale = [planKey(course.id)];
  const protocol = plan.protocol;
  const now = plan.stages.at(-1);
  if (!plan.plan || !protocol)
    return (
      <section className="card" aria-labelledby="where">
        <h2 id="where">{t('plan.where')}</h2>
        {plan.plan && <p className="sub">{t('plan.definition_gone', { protocol: plan.plan.protocol })}</p>}
        <div className="empty">
          <p className="measure">{t('plan.none')}</p>
          <div className="form-do">
            {mine && opened !== 'protocol' && (
              <button type="button" className="btn btn-primary" onClick={() => open('protocol')}>
                {t('plan.choose')}
              </button>
            )}
            <Link className="btn" to="/protocols">
              {t('plan.read_all')}
            </Link>
          </div>
        </div>
        {opened === 'protocol' && <Choose course={course} close={() => open(undefined)} />}
      </section>
    );
  return (
    <section className="card" aria-labelledby="where">
      <div className="card-head">
        <h2 id="where">{t('plan.where')}</h2>
        <div className="page-do no-print">
          {mine && (
            <button
              type="button"
              className="btn btn-primary"
              onClick={() => open(opened === 'stage' ? undefined : 'stage')}
            >
              {t('plan.enter')}
            </button>
          )}
          {mine && (
            <button type="button" className="btn" onClick={() => open(opened === 'protocol' ? undefined : 'protocol')}>
              {t('plan.other')}
            </button>
          )}
          <Link className="btn" to={`/protocols#${referenceOf(protocol)}`}>
            {t('plan.read')}
          </Link>
        </div>
      </div>
      <Warnings of={protocol.warnings} />
      <p className="headline">
        {now ? t('plan.in_stage', { stage: now.label, date: date(now.entered_on) }) : t('plan.no_stage')}
      </p>
      <p className="sub measure">
        {t('plan.follows', { name: protocol.name, date: date(plan.plan.begun_on) })} {protocol.standing}
      </p>
      {plan.definition_changed && <p className="sub">{t('plan.definition_changed')}</p>}
      {opened === 'protocol' && <Choose course={course} close={() => open(undefined)} />}
      {opened === 'stage' && <Enter course={course} plan={plan} protocol={protocol} close={() => open(undefined)} />}
      <Stages plan={plan} protocol={protocol} now={now?.stage} />
      <StageNow course={course} plan={plan} protocol={protocol} now={now?.stage} mine={mine} />
      {mine && (
        <p className="after no-print">
          <button
            type="button"
            className="btn btn-quiet"
            disabled={busy}
            onClick={() =>
              void run(
                () => calls.leave(),
                () =>
                  notice({
                    words: t('plan.left'),
                    stale,
                    undo: () =>
                      calls.choose({
                        protocol: protocol.id,
                        version: protocol.version,
                        begun_on: plan.plan?.begun_on ?? today(),
                      }),
                  }),
                stale,
              )
            }
          >
            {t('plan.leave')}
          </button>
        </p>
      )}
      <ErrorSummary problem={problem} />
    </section>
  );
}

function Stages({ plan, protocol, now }: { plan: Plan; protocol: Protocol; now: string | undefined }) {
  const { t } = useTexts();
  const sessions = useSessions();
  const entered = new Set(plan.stages.map((one) => one.stage));
  return (
    <ol className="stage-line" aria-label={t('plan.stages')}>
      {protocol.stages.map((stage) => (
        <li
          key={stage.id}
          aria-current={stage.id === now ? 'step' : undefined}
          data-been={entered.has(stage.id) ? '' : undefined}
        >
          <span className="stage-name">{stage.label}</span>
          {sessions(stage) && <span className="meta num">{sessions(stage)}</span>}
        </li>
      ))}
    </ol>
  );
}

/** The stage the course is in: steps, and exit markers to be ticked. */
function StageNow({ course, plan, protocol, now, mine }: Props & { protocol: Protocol; now: string | undefined }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const calls = planCalls(course.id);
  const stale = [planKey(course.id)];
  const stage = protocol.stages.find((one) => one.id === now);
  if (!stage) return null;
  return (
    <div className="stage-now">
      <p className="measure">{stage.about}</p>
      {stage.steps.length > 0 && (
        <details>
          <summary>{t('plan.steps', { n: stage.steps.length })}</summary>
          <ol className="steps-list">
            {stage.steps.map((step) => (
              <li key={step.id}>
                {step.label} {step.with && <span className="meta">{step.with}</span>}
                {step.about && <span className="meta"> {step.about}</span>}
              </li>
            ))}
          </ol>
        </details>
      )}
      <fieldset className="checks exits">
        <legend>
          {t('plan.exits')} <Mark of={stage.exits[0]?.origin} />
        </legend>
        {stage.exits.map((exit) => {
          const seen = plan.markers.find((one) => one.stage === stage.id && one.marker === exit.id);
          return (
            <label key={exit.id} className="check">
              <input
                type="checkbox"
                checked={seen !== undefined}
                disabled={!mine || busy}
                onChange={() =>
                  void run(
                    () =>
                      seen ? calls.unsee(seen.id) : calls.see({ stage: stage.id, marker: exit.id, seen_on: today() }),
                    undefined,
                    stale,
                  )
                }
              />
              <span>
                {exit.text} {seen && <span className="meta num">{date(seen.seen_on)}</span>}
              </span>
            </label>
          );
        })}
      </fieldset>
      <p className="meta">{t('plan.exits_words')}</p>
      <ErrorSummary problem={problem} />
    </div>
  );
}

function Enter({
  course,
  plan,
  protocol,
  close,
}: {
  course: Schemas['CourseView'];
  plan: Plan;
  protocol: Protocol;
  close: () => void;
}) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const stale = [planKey(course.id)];
  const at = protocol.stages.findIndex((one) => one.id === plan.stages.at(-1)?.stage);
  const next = protocol.stages[Math.min(at + 1, protocol.stages.length - 1)];
  return (
    <form
      className="form opened no-print"
      aria-label={t('plan.enter')}
      onSubmit={submitted(
        (form) =>
          void run(
            () => planCalls(course.id).enter({ stage: textOf(form, 'stage'), entered_on: textOf(form, 'entered_on') }),
            () => {
              close();
              notice({ words: t('plan.entered'), stale });
            },
            stale,
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      <div className="grid-2">
        <Field name="stage" label={t('plan.stage')} problem={problem}>
          <select defaultValue={next?.id}>
            {protocol.stages.map((stage) => (
              <option key={stage.id} value={stage.id}>
                {stage.label}
              </option>
            ))}
          </select>
        </Field>
        <Field name="entered_on" label={t('plan.since')} problem={problem}>
          <input type="date" required defaultValue={today()} />
        </Field>
      </div>
      <Do busy={busy} label={t('plan.enter')} close={close} />
    </form>
  );
}

function Choose({ course, close }: { course: Schemas['CourseView']; close: () => void }) {
  const { t } = useTexts();
  const protocols = useProtocols();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const stale = [planKey(course.id)];
  const [chosen, choose] = useState<string>();
  return (
    <Loaded query={protocols} part>
      {(all) => {
        const fitting = all.filter((one) => one.units.includes(course.unit) && !one.own?.retired_at);
        const which = fitting.find((one) => referenceOf(one) === chosen) ?? fitting[0];
        return (
          <form
            className="form opened no-print"
            aria-label={t('plan.choose')}
            onSubmit={submitted((form) => {
              if (which)
                void run(
                  () =>
                    planCalls(course.id).choose({
                      protocol: which.id,
                      version: which.version,
                      begun_on: textOf(form, 'begun_on'),
                    }),
                  () => {
                    close();
                    notice({ words: t('plan.chosen', { name: which.name }), stale });
                  },
                  stale,
                );
            })}
          >
            <ErrorSummary problem={problem} />
            <div className="grid-2">
              <Field name="protocol" label={t('plan.protocol')} problem={problem}>
                <select value={which && referenceOf(which)} onChange={(event) => choose(event.target.value)}>
                  {fitting.map((one) => (
                    <option key={referenceOf(one)} value={referenceOf(one)}>
                      {one.own ? t('plan.option_own', { name: one.name, version: one.version }) : one.name}
                    </option>
                  ))}
                </select>
              </Field>
              <Field name="begun_on" label={t('plan.since')} problem={problem}>
                <input type="date" required defaultValue={today()} />
              </Field>
            </div>
            {which && (
              <div className="measure">
                <Warnings of={which.warnings} />
                <p>{which.summary}</p>
                <p className="sub">
                  {which.ages}. {which.pace} {which.standing}
                </p>
                <h3>{t('plan.not_for')}</h3>
                <ul className="listed">
                  {which.contraindications.map((one) => (
                    <li key={`${one.label} ${one.words}`}>
                      {one.label && <strong>{one.label}. </strong>}
                      {one.words}
                    </li>
                  ))}
                </ul>
              </div>
            )}
            <Do busy={busy} label={t('plan.choose')} close={close} />
          </form>
        );
      }}
    </Loaded>
  );
}

export function Do({ busy, label, close }: { busy: boolean; label: string; close: () => void }) {
  const { t } = useTexts();
  return (
    <div className="form-do">
      <button type="submit" className="btn btn-primary" disabled={busy}>
        {label}
      </button>
      <button type="button" className="btn" onClick={close}>
        {t('cancel')}
      </button>
    </div>
  );
}
