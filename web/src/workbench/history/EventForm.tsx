import { useEffect, useRef, useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import type { Problem } from '../../shared/api/problem';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { ErrorSummary, Field, submitted, textOf } from '../parts';
import { type Dating, type EventKind, eventKinds, knownKind, type Source } from './timeline';
import { type Figure, type HistoryEvent, useFigureName } from './words';

export type NewEvent = Schemas['NewHistoryEvent'];
const datings = ['exact', 'about', 'unknown'] as const;
export const sources = ['remembered', 'told', 'document'] as const;

/** An entry written anew is sent whole. Words from before there was a list of kinds go on in the account. */
export function asSent(event: HistoryEvent): NewEvent {
  const kind = knownKind(event.kind);
  return {
    kind: kind ?? 'other',
    age_from: event.age_from,
    age_to: event.age_to,
    // Before ages had a dating, all of them were taken as about.
    dating: event.age_from === null ? 'unknown' : event.dating,
    source: event.source,
    figure: event.figure,
    account: kind ? event.account : [event.kind, event.account].filter(Boolean).join('\n'),
  };
}

/** A form that was asked for takes the focus to its first field. */
export function useFirstField() {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('select, input, textarea')?.focus(), []);
  return form;
}

/** One entry: new, changed, or of trauma, which is a form of its own. What was typed is kept in this tab until it is sent. */
export function EventForm(props: {
  draft: string;
  event?: HistoryEvent | undefined;
  trauma: boolean;
  figures: Figure[];
  members: Schemas['MemberView'][];
  busy: boolean;
  problem: Problem | undefined;
  send: (event: NewEvent) => void;
  close: () => void;
}) {
  const { t } = useTexts();
  const figureName = useFigureName(props.members);
  const held = props.event && asSent(props.event);
  const [draft] = useState(() => readDraft<Record<string, string>>(props.draft));
  const begun = (field: string, value: string | number | null | undefined): string =>
    draft?.[field] ?? (value === null || value === undefined ? '' : String(value));
  const [dating, setDating] = useState<string>(begun('dating', held?.dating ?? 'exact'));
  const [from, setFrom] = useState(begun('age_from', held?.age_from));
  const form = useFirstField();
  const years = (text: string) => (text ? Number(text) : null);
  const kinds = eventKinds.filter((kind) => kind !== 'trauma');
  return (
    <form
      ref={form}
      className="form opened no-print"
      aria-label={t(props.trauma ? 'trauma.form' : props.event ? 'history.change' : 'history.new')}
      onInput={(event) => keepDraft(props.draft, Object.fromEntries(new FormData(event.currentTarget)))}
      onSubmit={submitted((form) => {
        const ages = [years(textOf(form, 'age_from')), years(textOf(form, 'age_to'))] as const;
        props.send({
          kind: props.trauma ? 'trauma' : (textOf(form, 'kind') as EventKind),
          age_from: ages[0],
          age_to: ages[1] ?? ages[0],
          dating: ages[0] === null ? 'unknown' : (textOf(form, 'dating') as Dating),
          source: textOf(form, 'source') as Source,
          figure: textOf(form, 'figure') || null,
          account: textOf(form, 'account') || null,
        });
      })}
    >
      <ErrorSummary problem={props.problem} />
      {props.trauma && <p className="measure">{t('trauma.kept')}</p>}
      <div className="grid-2">
        {!props.trauma && (
          <Field name="kind" label={t('history.what')} problem={props.problem}>
            <select defaultValue={begun('kind', held?.kind ?? 'birth')}>
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {t(`history.kind.${kind}`)}
                </option>
              ))}
            </select>
          </Field>
        )}
        <Field name="figure" label={t('history.whom')} problem={props.problem}>
          <select defaultValue={begun('figure', held?.figure)}>
            <option value="">{t('history.whom_nobody')}</option>
            {props.figures.map((figure) => (
              <option key={figure.id} value={figure.id}>
                {figureName(figure)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <fieldset className="ages">
        <legend>{t('history.when')}</legend>
        <div className="ages-row">
          <Field name="age_from" label={t('history.age_from')} problem={props.problem}>
            <input
              type="text"
              inputMode="numeric"
              pattern="[0-9]{1,3}"
              autoComplete="off"
              size={4}
              value={from}
              onChange={(event) => setFrom(event.target.value)}
            />
          </Field>
          <Field name="age_to" label={t('history.age_to')} problem={props.problem}>
            <input
              type="text"
              inputMode="numeric"
              pattern="[0-9]{1,3}"
              autoComplete="off"
              size={4}
              defaultValue={begun('age_to', held?.age_to)}
            />
          </Field>
          <Field name="dating" label={t('history.dating')} problem={props.problem}>
            <select value={from.trim() ? dating : 'unknown'} onChange={(event) => setDating(event.target.value)}>
              {datings.map((one) => (
                <option key={one} value={one} disabled={!from.trim() && one !== 'unknown'}>
                  {t(one === 'unknown' && from.trim() ? 'history.dating.between' : `history.dating.${one}`)}
                </option>
              ))}
            </select>
          </Field>
        </div>
        <p className="hint">{t('history.when_hint')}</p>
      </fieldset>
      <SourceField value={begun('source', held?.source ?? 'remembered')} />
      <Field name="account" label={t('history.account')} hint={t('history.account_hint')} problem={props.problem}>
        <textarea rows={3} defaultValue={begun('account', held?.account)} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={props.busy}>
          {t(props.event ? 'history.save' : 'history.add')}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() => {
            dropDraft(props.draft);
            props.close();
          }}
        >
          {t('history.leave')}
        </button>
      </div>
    </form>
  );
}

/** How it is known: the same three words wherever something is written down. */
export function SourceField({ value }: { value: string }) {
  const { t } = useTexts();
  return (
    <fieldset className="choices row-choices">
      <legend>{t('history.how_known')}</legend>
      {sources.map((source) => (
        <label key={source} className="choice">
          <input type="radio" name="source" value={source} defaultChecked={source === value} />
          <span>{t(`history.source.${source}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
