import { useEffect, useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, submitted, textOf, useChange } from '../parts';
import { Status, shared } from './Desk';
import { minutesOf, type System } from './events';

type Step = Schemas['StepView'];

/** The episodes of a procedure while it is run: soft limits, no alarm. What was cut short or differed is kept with why. */
export function Procedure({ system, clip }: { system: System; clip: Schemas['ClipView'] }) {
  const { t, clock } = useTexts();
  const { busy, problem, run } = useChange();
  const [noting, setNoting] = useState<'cut' | 'differs'>();
  const steps = clip.steps.filter((step) => step.system === system.id);
  const now = steps.find((step) => step.ended_at === null);
  const last = steps.at(-1);
  const at = last ? system.episodes.findIndex((one) => one.id === last.episode) : -1;
  const next = system.episodes[at + 1];
  const episodeOf = (id: string) => system.episodes.find((one) => one.id === id);
  const changed = [['clips']];
  const begin = (episode: string) =>
    run(
      () =>
        ask(
          api.POST('/api/v1/clips/{clip}/episodes', {
            params: { path: { clip: clip.id } },
            body: { system: `${system.id}@${system.version}`, episode },
          }),
        ),
      () => setNoting(undefined),
      changed,
    );
  const end = (step: Step, body: { curtailed?: boolean; why?: string; deviation?: string }) =>
    run(
      () =>
        ask(
          api.PUT('/api/v1/clips/{clip}/episodes/{step}', { params: { path: { clip: clip.id, step: step.id } }, body }),
        ),
      () => setNoting(undefined),
      changed,
    );
  const shown = now ? episodeOf(now.episode) : undefined;
  const about = now ?? last;
  return (
    <section className="card" aria-labelledby="procedure">
      <h2 id="procedure">
        {t('procedure.title', { name: system.name })} <Status of={shared(system.episodes)} />
      </h2>
      <ErrorSummary problem={problem} />
      {now && shown ? (
        <div className="desk-episode">
          <p className="headline">{t('procedure.now', { n: at + 1, label: shown.label })}</p>
          <p className="sub">{t('procedure.present', { who: shown.present })}</p>
          <Timer step={now} episode={shown} />
          {shown.guidance && <p className="measure">{shown.guidance}</p>}
          {shown.curtail_seconds !== null && (
            <p className="sub">{t('procedure.curtail', { n: shown.curtail_seconds })}</p>
          )}
        </div>
      ) : (
        <p className="measure">{t(last && !next ? 'procedure.done' : last ? 'procedure.between' : 'procedure.none')}</p>
      )}
      <div className="form-do after no-print">
        {next && (
          <button type="button" className="btn btn-primary" disabled={busy} onClick={() => void begin(next.id)}>
            {t(last ? 'procedure.next' : 'procedure.begin', { label: next.label })}
          </button>
        )}
        {now && !next && (
          <button type="button" className="btn btn-primary" disabled={busy} onClick={() => void end(now, {})}>
            {t('procedure.end')}
          </button>
        )}
        {now && shown?.kind === 'separation' && (
          <button type="button" className="btn" onClick={() => setNoting('cut')}>
            {t('procedure.cut')}
          </button>
        )}
        {about && (
          <button type="button" className="btn btn-quiet" onClick={() => setNoting('differs')}>
            {t('procedure.differs')}
          </button>
        )}
      </div>
      {noting && about && (
        <form
          key={noting}
          className="form after no-print"
          onSubmit={submitted(
            (form) =>
              void end(
                about,
                noting === 'cut'
                  ? { curtailed: true, why: textOf(form, 'why') }
                  : { deviation: textOf(form, 'deviation') },
              ),
          )}
        >
          {noting === 'cut' ? (
            <Field name="why" label={t('procedure.why')} hint={t('procedure.why_hint')} problem={problem}>
              {/* biome-ignore lint/a11y/noAutofocus: the form opens where its button was pressed */}
              <input type="text" required autoFocus />
            </Field>
          ) : (
            <Field name="deviation" label={t('procedure.deviation')} problem={problem}>
              {/* biome-ignore lint/a11y/noAutofocus: the form opens where its button was pressed */}
              <input type="text" required autoFocus />
            </Field>
          )}
          <div className="form-do">
            <button type="submit" className="btn" disabled={busy}>
              {t('procedure.note')}
            </button>
            <button type="button" className="btn btn-quiet" onClick={() => setNoting(undefined)}>
              {t('cancel')}
            </button>
          </div>
        </form>
      )}
      {steps.length > 0 && (
        <table className="table after">
          <caption className="vh">{t('procedure.log')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('procedure.episode')}</th>
              <th scope="col" className="wide">
                {t('procedure.began')}
              </th>
              <th scope="col">{t('procedure.took')}</th>
              <th scope="col">{t('procedure.noted')}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => {
              const episode = episodeOf(step.episode);
              return (
                <tr key={step.id}>
                  <th scope="row">
                    {episode?.label ?? step.episode}{' '}
                    {episode && !shared(system.episodes) && <Status of={episode.origin} />}
                  </th>
                  <td className="num wide">{clock(step.started_at)}</td>
                  <td className="num day">
                    {step.ended_at ? minutesOf((Date.parse(step.ended_at) - Date.parse(step.started_at)) / 1000) : ''}
                    {episode && (
                      <span className="meta desk-took">
                        {t('procedure.usual', { time: minutesOf(episode.usual_seconds) })}
                      </span>
                    )}
                  </td>
                  <td>
                    {step.curtailed && <span>{t('procedure.was_cut', { why: step.why ?? '' })} </span>}
                    {step.deviation}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Counts up, quietly. Past the usual length it says so and goes on. */
function Timer({ step, episode }: { step: Step; episode: Schemas['CodingEpisodeView'] }) {
  const { t } = useTexts();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, (now - Date.parse(step.started_at)) / 1000);
  const past = seconds > episode.usual_seconds;
  return (
    <div className="desk-timer">
      <p className="num desk-clock" role="timer" aria-live="off" aria-label={t('procedure.time')}>
        {minutesOf(seconds)}
      </p>
      <p className="sub">
        {t(past ? `procedure.past.${episode.kind}` : `procedure.within.${episode.kind}`, {
          time: minutesOf(episode.usual_seconds),
        })}
      </p>
      <div className="desk-limit" aria-hidden="true">
        <span style={{ inlineSize: `${Math.min(100, (seconds / episode.usual_seconds) * 100)}%` }} data-past={past} />
      </div>
    </div>
  );
}
