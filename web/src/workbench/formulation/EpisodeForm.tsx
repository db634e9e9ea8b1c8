import { useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import type { Problem } from '../../shared/api/problem';
import { useTexts } from '../../shared/i18n/texts';
import { keepDraft, readDraft } from '../drafts';
import { useFigureName } from '../history/words';
import { ErrorSummary, Field, submitted, textOf } from '../parts';
import type { About } from './Frame';
import { type Episode, type EpisodeBook, today } from './record';

const valences = ['positive', 'negative', 'mixed'] as const;
const parts = ['wish', 'response_of_other', 'response_of_self'] as const;

/** "4, 12" as numbers; undefined: something else stands there. */
export function numbersOf(text: string): number[] | undefined {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  if (words.some((word) => !/^[1-9]\d{0,2}$/.test(word))) return undefined;
  return [...new Set(words.map(Number))];
}

/** One episode: when and with whom, what was told, and its codes. What was typed is kept in this tab until it is sent. */
export function EpisodeForm(props: {
  about: About;
  book: EpisodeBook;
  episode?: Episode | undefined;
  draft: string;
  busy: boolean;
  problem: Problem | undefined;
  close: () => void;
  send: (body: Schemas['NewEpisode']) => void;
}) {
  const { t } = useTexts();
  const { about, book, episode, problem } = props;
  const figureName = useFigureName(about.course.members);
  const [draft] = useState(() => readDraft<[string, string][]>(props.draft));
  const begun = (field: string, otherwise = ''): string =>
    draft ? (draft.find(([name]) => name === field)?.[1] ?? '') : otherwise;
  const ticked = (part: (typeof parts)[number], number: number): boolean =>
    draft
      ? draft.some(([name, value]) => name === part && value === String(number))
      : (episode?.[part].clusters.includes(number) ?? false);
  const [faults, setFaults] = useState<{ field: string; words: string }[]>([]);
  const valenceOf = (form: FormData, name: string) => (textOf(form, name) || null) as Episode['other_valence'];
  const send = (form: FormData) => {
    const wrong = parts.filter((part) => numbersOf(textOf(form, `${part}.standard`)) === undefined);
    setFaults(wrong.map((part) => ({ field: `${part}.standard`, words: t('episode.numbers_wrong') })));
    if (wrong.length) return;
    const codes = (part: string): Schemas['NewCodes'] => ({
      clusters: form.getAll(part).map(Number),
      standard: numbersOf(textOf(form, `${part}.standard`)) ?? [],
    });
    props.send({
      figure: textOf(form, 'figure') || null,
      told_on: textOf(form, 'told_on'),
      account: textOf(form, 'account') || null,
      wish: codes('wish'),
      response_of_other: codes('response_of_other'),
      response_of_self: codes('response_of_self'),
      other_valence: valenceOf(form, 'other_valence'),
      self_valence: valenceOf(form, 'self_valence'),
    });
  };
  return (
    <form
      className="form opened no-print"
      aria-label={t(episode ? 'episode.change' : 'episode.new')}
      onInput={(event) => keepDraft(props.draft, [...new FormData(event.currentTarget)])}
      onSubmit={submitted(send)}
    >
      <ErrorSummary problem={problem} faults={faults} />
      <div className="grid-2">
        <Field name="told_on" label={t('episode.told_on')} problem={problem}>
          <input type="date" required max={today()} defaultValue={begun('told_on', episode?.told_on ?? today())} />
        </Field>
        <Field name="figure" label={t('moment.figure')} problem={problem}>
          <select defaultValue={begun('figure', episode?.figure ?? '')}>
            <option value="">{t('claim.figure_none')}</option>
            {about.view.figures.map((figure) => (
              <option key={figure.id} value={figure.id}>
                {figureName(figure)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <Field name="account" label={t('episode.account')} hint={t('episode.account_hint')} problem={problem}>
        <textarea rows={4} defaultValue={begun('account', episode?.account ?? '')} />
      </Field>
      {parts.map((part, i) => {
        const component = book.components[i];
        if (!component) return null;
        return (
          <fieldset key={part} className="codes">
            <legend>
              {component.name} <span className="meta">{component.about}</span>
            </legend>
            <div className="code-grid">
              {component.clusters.map((cluster) => (
                <label key={cluster.number} className="check">
                  <input
                    type="checkbox"
                    name={part}
                    value={cluster.number}
                    defaultChecked={ticked(part, cluster.number)}
                  />
                  <span>{cluster.label}</span>
                </label>
              ))}
            </div>
            <div className="grid-2">
              <Field
                name={`${part}.standard`}
                label={t('episode.numbers')}
                hint={t('episode.numbers_hint', { n: component.standard })}
                problem={problem}
              >
                <input
                  type="text"
                  inputMode="numeric"
                  autoComplete="off"
                  defaultValue={begun(`${part}.standard`, episode?.[part].standard.join(', ') ?? '')}
                />
              </Field>
              {part !== 'wish' && (
                <Field
                  name={part === 'response_of_other' ? 'other_valence' : 'self_valence'}
                  label={t('episode.valence')}
                  problem={problem}
                >
                  <select
                    defaultValue={
                      part === 'response_of_other'
                        ? begun('other_valence', episode?.other_valence ?? '')
                        : begun('self_valence', episode?.self_valence ?? '')
                    }
                  >
                    <option value="">{t('episode.valence_none')}</option>
                    {valences.map((each) => (
                      <option key={each} value={each}>
                        {t(`episode.valence.${each}`)}
                      </option>
                    ))}
                  </select>
                </Field>
              )}
            </div>
          </fieldset>
        );
      })}
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={props.busy}>
          {t('episode.save')}
        </button>
        <button type="button" className="btn" onClick={props.close}>
          {t('cancel')}
        </button>
        <span className="hint">{t('episode.kept')}</span>
      </div>
    </form>
  );
}
