import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from './drafts';
import { useNotice } from './Notices';
import { ErrorSummary, useChange } from './parts';

type Occasion = NonNullable<Schemas['GiveMeasure']['occasion']>;
const occasionKey = (sheet: string) => `occasion.${sheet}`;

/** The server tells an occasion by its id only: what was chosen is kept with the drafts, for giving the sheet once more. */
export const keepOccasion = (sheet: string, occasion: Occasion): void => keepDraft(occasionKey(sheet), occasion);

/**
 * A sheet that was given by mistake. Stopping it is for good, so undoing it gives the same again, as a new sheet; what was
 * typed from paper goes with it. Where the person has opened it on their phone it is asked first.
 */
export function TakeBack({ given }: { given: Schemas['Administration'] }) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const [asking, setAsking] = useState(false);
  const stale = [['course', given.course]];
  const begun = given.progress === 'begun';
  const stop = () =>
    ask(
      api.POST('/api/v1/courses/{course}/sheets/{sheet}/stop', {
        params: { path: { course: given.course, sheet: given.id } },
      }),
    );
  const typed = readDraft<unknown>(`paper.${given.id}`);
  const occasion = readDraft<Occasion>(occasionKey(given.id)) ?? 'other';
  const giveAgain = async () => {
    const { instrument, respondent, subject, figure, item_order, mode, asks_risk: ask_risk } = given;
    const { adaptive, most_items } = given;
    const body = {
      instrument,
      respondent,
      subject,
      figure,
      item_order,
      mode,
      ask_risk,
      occasion,
      adaptive,
      most_items,
    };
    const again = await ask(
      api.POST('/api/v1/courses/{course}/sheets', { params: { path: { course: given.course } }, body }),
    );
    keepOccasion(again.id, occasion);
    if (typed !== undefined) keepDraft(`paper.${again.id}`, typed);
    navigate(`/courses/${given.course}/sheets/${again.id}`, { replace: true });
  };
  const takeBack = () =>
    void run(
      stop,
      () => {
        dropDraft(`paper.${given.id}`);
        dropDraft(occasionKey(given.id));
        notice({ words: t(`stop.done.${given.mode}`), stale, ...(begun ? {} : { undo: giveAgain }) });
        navigate(`/courses/${given.course}`);
      },
      stale,
    );
  return (
    <section className="card form no-print" aria-labelledby="take-back">
      <h2 id="take-back">{t('stop.title')}</h2>
      <ErrorSummary problem={problem} />
      <p className="sub measure">{t(`stop.words.${given.mode}`)}</p>
      {asking ? (
        <>
          <p className="callout" role="alert">
            {t('stop.begun')}
          </p>
          <div className="form-do">
            <button type="button" className="btn btn-grave" disabled={busy} onClick={takeBack}>
              {t('stop.do_begun')}
            </button>
            <button type="button" className="btn" onClick={() => setAsking(false)}>
              {t('cancel')}
            </button>
          </div>
        </>
      ) : (
        <div className="form-do">
          <button type="button" className="btn" disabled={busy} onClick={begun ? () => setAsking(true) : takeBack}>
            {t('stop.do')}
          </button>
        </div>
      )}
    </section>
  );
}
