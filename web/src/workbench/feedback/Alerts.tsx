import { type ReactNode, useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, submitted, textOf, useChange } from '../parts';
import { useStaffName } from '../queries';
import { type Alert, type FeedbackPage, feedbackKey, type WhatNow } from './queries';

type Part = 'ask' | 'behind' | 'done' | 'followed' | 'close';
type StepKind = Schemas['NewAlertStep']['kind'];
type Closing = Schemas['CloseAlert']['closing'];

const ofAlliance = (alert: Alert): boolean => alert.kind.startsWith('alliance') || alert.kind === 'withdrawal_risk';
const closings: readonly Closing[] = ['settled', 'worked_through', 'not_so', 'course_ended', 'other'];
const ways: readonly StepKind[] = ['asked_and_so', 'not_so', 'marker_seen', 'noted'];

/** Where an alert stands decides what is asked first. */
function firstPart(alert: Alert): Part {
  if (alert.stage === 'worked_on') return 'followed';
  if (alert.stage === 'not_confirmed') return 'close';
  if (alert.stage === 'confirmed') return alert.steps.some((one) => one.kind === 'considered') ? 'done' : 'behind';
  return ofAlliance(alert) ? 'ask' : 'behind';
}

/** Open alerts, each with one small form; closed ones below, with what was done. */
export function Alerts({ page, alerts, mine }: { page: FeedbackPage; alerts: Alert[]; mine: boolean }) {
  const { t } = useTexts();
  const open = alerts.filter((one) => !one.closed_at);
  const closed = alerts.filter((one) => one.closed_at);
  if (alerts.length === 0) return null;
  return (
    <section className="card" aria-labelledby="alerts">
      <h2 id="alerts">{t('alert.title', { n: open.length })}</h2>
      {open.map((alert, i) => (
        <AlertCard key={alert.id} alert={alert} page={page} mine={mine} asks={i === 0} />
      ))}
      {closed.length > 0 && (
        <details>
          <summary>{t('alert.closed_ones', { n: closed.length })}</summary>
          {closed.map((alert) => (
            <AlertCard key={alert.id} alert={alert} page={page} mine={false} asks={false} />
          ))}
        </details>
      )}
    </section>
  );
}

function AlertCard(props: { alert: Alert; page: FeedbackPage; mine: boolean; asks: boolean }) {
  const { alert, page, mine } = props;
  const { t, date } = useTexts();
  const [asks, setAsks] = useState(props.asks);
  const [part, setPart] = useState<Part>(() => firstPart(alert));
  const wasDone = alert.steps.some((one) => one.kind === 'done');
  const parts: Part[] = ['ask', 'behind', 'done', ...(wasDone ? ['followed' as const] : []), 'close'];
  return (
    <article className="feedback-alert" id={`alert-${alert.id}`}>
      <h3>
        {t(`alert.kind.${alert.kind}`)} <span className="tag tag-plain">{t(`alert.stage.${alert.stage}`)}</span>
      </h3>
      <p className="headline">{alert.statement}</p>
      <p className="sub measure">
        {alert.closed_at
          ? t('alert.closed_on', { date: date(alert.closed_at), why: t(`alert.closing.${alert.closing ?? 'other'}`) })
          : t('alert.since', { date: date(alert.raised_at) })}
      </p>
      <details>
        <summary>{t('feedback.why')}</summary>
        <p className="sub measure">{t('feedback.basis', { words: alert.basis })}</p>
        <p className="sub measure">{t('feedback.limits', { words: alert.limits })}</p>
      </details>
      <Log alert={alert} page={page} />
      {mine && !asks && (
        <p className="no-print">
          <button type="button" className="btn" onClick={() => setAsks(true)}>
            {t('alert.what_now')}
          </button>
        </p>
      )}
      {mine && asks && (
        <div className="no-print">
          <fieldset className="seg">
            <legend className="vh">{t('alert.what_now')}</legend>
            {parts.map((one) => (
              <button key={one} type="button" aria-pressed={part === one} onClick={() => setPart(one)}>
                {t(`alert.part.${one}`)}
              </button>
            ))}
          </fieldset>
          <PartForm key={part} alert={alert} page={page} part={part} next={setPart} />
        </div>
      )}
    </article>
  );
}

function Log({ alert, page }: { alert: Alert; page: FeedbackPage }) {
  const { t, date } = useTexts();
  const staffName = useStaffName();
  if (alert.steps.length === 0) return null;
  const all = [...page.reasons, ...page.moves];
  const words = (id: string): string => all.find((one) => one.id === id)?.question ?? id;
  return (
    <ol className="feedback-log" aria-label={t('alert.log')}>
      {alert.steps.map((step) => (
        <li key={`${step.at}${step.kind}`}>
          <p className="meta num">
            {t(`alert.step.${step.kind}`)} · {date(step.at)} · {step.by ? staffName(step.by) : t('alert.by_program')}
          </p>
          {step.choices.map((choice) => (
            <p key={choice}>{words(choice)}</p>
          ))}
          {step.words && <p>{step.words}</p>}
        </li>
      ))}
    </ol>
  );
}

function PartForm(props: { alert: Alert; page: FeedbackPage; part: Part; next: (part: Part) => void }) {
  const { alert, page, part, next } = props;
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const here = { course: alert.course, alert: alert.id };
  const stale = [feedbackKey(alert.course), ['courses'], ['alerts']];
  const step = (body: Schemas['NewAlertStep'], then?: Part) =>
    void run(
      () => ask(api.POST('/api/v1/courses/{course}/alerts/{alert}/steps', { params: { path: here }, body })),
      () => {
        notice({ words: t('alert.saved') });
        if (then) next(then);
      },
      stale,
    );
  const close = (body: Schemas['CloseAlert']) =>
    void run(
      () => ask(api.POST('/api/v1/courses/{course}/alerts/{alert}/close', { params: { path: here }, body })),
      () => notice({ words: t('alert.closed') }),
      stale,
    );
  const chosen = (form: FormData): string[] => form.getAll('choices').map(String);
  const send = (form: FormData) => {
    const words = textOf(form, 'words') || null;
    if (part === 'ask') {
      const kind = textOf(form, 'kind') as StepKind;
      step({ kind, choices: [], words }, kind === 'not_so' ? 'close' : 'behind');
    }
    if (part === 'behind') step({ kind: 'considered', choices: chosen(form), words }, 'done');
    if (part === 'done') step({ kind: 'done', choices: chosen(form), words }, 'followed');
    if (part === 'followed') step({ kind: 'followed', choices: [], words }, 'close');
    if (part === 'close') close({ closing: textOf(form, 'closing') as Closing, words: words ?? '' });
  };
  return (
    <form className="form opened" onSubmit={submitted(send)} aria-label={t(`alert.part.${part}`)}>
      <ErrorSummary problem={problem} />
      {part === 'ask' && (
        <fieldset className="ticks">
          <legend>{t('alert.ask.how')}</legend>
          {ways.map((way) => (
            <label key={way}>
              <input type="radio" name="kind" value={way} required />
              <span>{t(`alert.step.${way}`)}</span>
            </label>
          ))}
        </fieldset>
      )}
      {part === 'behind' && <Ticks list={page.reasons} legend={t('alert.reasons')} />}
      {part === 'done' && ofAlliance(alert) && <Ticks list={page.moves} legend={t('alert.moves')} />}
      {part === 'close' && (
        <Field name="closing" label={t('alert.close_why')} problem={problem}>
          <select required defaultValue={alert.stage === 'not_confirmed' ? 'not_so' : 'settled'}>
            {closings.map((one) => (
              <option key={one} value={one}>
                {t(`alert.closing.${one}`)}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Field name="words" label={t(wordsLabel(part))} problem={problem}>
        <textarea rows={2} required={part === 'followed' || part === 'close'} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t(part === 'close' ? 'alert.close' : 'alert.save')}
        </button>
      </div>
    </form>
  );
}

const wordsLabel = (part: Part): string =>
  part === 'close' ? 'alert.found' : part === 'ask' || part === 'behind' ? 'alert.words_if' : 'alert.words';

function Ticks({ list, legend }: { list: WhatNow[]; legend: string }): ReactNode {
  const { t } = useTexts();
  const groups = [...new Set(list.map((one) => one.group))];
  return (
    <>
      <p className="measure">{legend}</p>
      {groups.map((group) => (
        <fieldset key={group} className="ticks">
          <legend>{t(`alert.group.${group}`)}</legend>
          {list
            .filter((one) => one.group === group)
            .map((one) => (
              <label key={one.id}>
                <input type="checkbox" name="choices" value={one.id} />
                <span>{one.question}</span>
                <span className="sub">
                  {one.why} {one.first && t('alert.try', { words: one.first })}
                </span>
              </label>
            ))}
        </fieldset>
      ))}
    </>
  );
}
