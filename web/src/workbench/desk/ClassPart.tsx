import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, submitted, textOf, useChange } from '../parts';
import { Status } from './Desk';
import type { System } from './events';

/** The class a coder gives, never without the next best where it does not stand by itself. */
export function ClassPart(props: {
  system: System;
  coding: string;
  given: Schemas['CodedClassView'] | null;
  writes: boolean;
}) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const [chosen, setChosen] = useState(props.given?.class_id ?? '');
  if (!props.system.classes.length) return null;
  const label = (id: string | null | undefined): string => {
    const one = props.system.classes.find((known) => known.id === id);
    return one ? `${one.id}: ${one.label}` : (id ?? '');
  };
  const needs = props.system.classes.find((one) => one.id === chosen)?.needs_alternative === true;
  const alone = props.system.classes.filter((one) => !one.needs_alternative && one.id !== chosen);
  const said = props.given && (
    <p className="headline">
      {props.given.best_fit
        ? t('class.given_with', { given: label(props.given.class_id), other: label(props.given.best_fit) })
        : t('class.given', { given: label(props.given.class_id) })}
    </p>
  );
  return (
    <section className="card" aria-labelledby="class">
      <h2 id="class">
        {t('class.title')} <Status of={props.system.origin} />
      </h2>
      {said}
      {props.given?.note && <p className="sub">{props.given.note}</p>}
      {!props.writes && !props.given && <p className="empty-line">{t('class.none')}</p>}
      {props.writes && (
        <form
          className="form after no-print"
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  ask(
                    api.PUT('/api/v1/codings/{coding}/class', {
                      params: { path: { coding: props.coding } },
                      body: {
                        class_id: chosen,
                        best_fit: textOf(form, 'best_fit') || null,
                        note: textOf(form, 'note') || null,
                      },
                    }),
                  ),
                undefined,
                [['coding', props.coding]],
              ),
          )}
        >
          <ErrorSummary problem={problem} />
          <div className="grid-2">
            <Field name="class_id" label={t('class.which')} problem={problem}>
              <select required value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
                <option value="">{t('class.choose')}</option>
                {props.system.classes.map((one) => (
                  <option key={one.id} value={one.id}>
                    {label(one.id)}
                  </option>
                ))}
              </select>
            </Field>
            <Field
              name="best_fit"
              label={t('class.best_fit')}
              hint={t(needs ? 'class.best_fit_needed' : 'class.best_fit_hint')}
              problem={problem}
            >
              <select required={needs} defaultValue={props.given?.best_fit ?? ''}>
                <option value="">{t('class.none_other')}</option>
                {alone.map((one) => (
                  <option key={one.id} value={one.id}>
                    {label(one.id)}
                  </option>
                ))}
              </select>
            </Field>
          </div>
          <Field name="note" label={t('class.note')} problem={problem}>
            <textarea rows={2} defaultValue={props.given?.note ?? ''} />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn" disabled={busy}>
              {t('class.do')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
