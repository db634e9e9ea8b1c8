import { Undo2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTexts } from '../../shared/i18n/texts';
import { keysOn } from '../keymap';
import { Status, shared } from './Desk';
import { type Code, type CodedEvent, clockOf, grouped, inTime, latest, running, type System, valuesOf } from './events';

/** A button for each code, with its key. One that lasts is pressed in while it goes on. */
export function CodeKeys(props: {
  system: System;
  events: readonly CodedEvent[];
  put: (code: Code) => void;
  undo: (event: CodedEvent) => void;
}) {
  const { t } = useTexts();
  const lasts = props.system.codes.some((code) => code.span === 'duration');
  const last = latest(props.events);
  const lastLabel = props.system.codes.find((code) => code.id === last?.code)?.label ?? '';
  return (
    <section className="card" aria-labelledby="codes">
      <div className="card-head">
        <h2 id="codes">{t('codes.title')}</h2>
        <p className="meta">{t(keysOn() ? (lasts ? 'codes.keys_lasting' : 'codes.keys') : 'codes.keys_off')}</p>
      </div>
      <div className="desk-last">
        <p role="status" className="sub num">
          {last ? t('codes.last', { code: lastLabel, time: clockOf(last.start_ms) }) : t('codes.no_last')}
        </p>
        {last && (
          <button type="button" className="btn btn-quiet" onClick={() => props.undo(last)}>
            <Undo2 size={16} aria-hidden="true" /> {t('undo')}
          </button>
        )}
      </div>
      {grouped(props.system.codes).map(([group, codes]) => (
        <fieldset key={group} className="desk-group">
          <legend>
            {group || t('codes.all')} <Status of={shared(codes)} />
          </legend>
          <div className="desk-keys">
            {codes.map((code) => {
              const goes = running(props.events, code) !== undefined;
              return (
                <button
                  key={code.id}
                  type="button"
                  className="desk-key"
                  title={code.help || undefined}
                  {...(code.span === 'duration' ? { 'aria-pressed': goes } : {})}
                  onClick={() => props.put(code)}
                >
                  <kbd className="kbd">{code.key}</kbd>
                  <span>
                    {code.label}
                    {code.span === 'duration' && (
                      <span className="meta"> {t(goes ? 'codes.goes_on' : 'codes.lasts')}</span>
                    )}{' '}
                    {!shared(codes) && <Status of={code.origin} />}
                  </span>
                </button>
              );
            })}
          </div>
        </fieldset>
      ))}
    </section>
  );
}

/** What was put down, by time. A time leads the recording there. */
export function CodeList(props: {
  system: System;
  events: readonly CodedEvent[];
  removed: number;
  latest: string | undefined;
  seek: (ms: number) => void;
  value?: (event: CodedEvent, value: number) => void;
  undo?: (event: CodedEvent) => void;
}) {
  const { t } = useTexts();
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (props.latest) row.current?.scrollIntoView({ block: 'nearest' });
  }, [props.latest]);
  const codes = new Map(props.system.codes.map((code) => [code.id, code]));
  return (
    <section className="card table-card desk-list" aria-labelledby="put">
      <h2 id="put">{t('list.title', { n: props.events.length })}</h2>
      {props.events.length === 0 ? (
        <p className="empty-line">{t('list.none')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        <section className="desk-scroll" aria-label={t('list.scroll')} tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('list.time')}</th>
                <th scope="col">{t('list.code')}</th>
                <th scope="col">{t('list.value')}</th>
                {props.undo && (
                  <th scope="col" className="no-print">
                    <span className="vh">{t('list.undo')}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {inTime(props.events).map((event) => {
                const code = codes.get(event.code);
                const label = code?.label ?? event.code;
                return (
                  <tr
                    key={event.id}
                    ref={event.id === props.latest ? row : undefined}
                    className={event.id === props.latest ? 'desk-latest' : undefined}
                  >
                    <th scope="row" className="num day">
                      <button
                        type="button"
                        className="btn btn-quiet desk-at"
                        aria-label={t('list.seek', { time: clockOf(event.start_ms) })}
                        onClick={() => props.seek(event.start_ms)}
                      >
                        {clockOf(event.start_ms)}
                      </button>
                      {event.end_ms !== null && (
                        <span className="meta">{t('list.to', { time: clockOf(event.end_ms) })}</span>
                      )}
                      {code?.span === 'duration' && event.end_ms === null && (
                        <span className="meta">{t('list.goes_on')}</span>
                      )}
                    </th>
                    <td>
                      {label}
                      {code?.track && <span className="meta"> {code.track}</span>}
                      {event.note && <span className="meta desk-note">{event.note}</span>}
                    </td>
                    <td>
                      {code?.value && (
                        <Values
                          values={valuesOf(code.value)}
                          label={t('list.value_of', { code: label, what: code.value_label })}
                          value={event.value}
                          choose={props.value && ((value) => props.value?.(event, value))}
                        />
                      )}
                    </td>
                    {props.undo && (
                      <td className="cell-do no-print">
                        <button
                          type="button"
                          className="btn btn-quiet btn-icon"
                          aria-label={t('list.undo_which', { code: label, time: clockOf(event.start_ms) })}
                          onClick={() => props.undo?.(event)}
                        >
                          <Undo2 size={16} aria-hidden="true" />
                        </button>
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      )}
      {props.removed > 0 && <p className="meta">{t('list.removed', { n: props.removed })}</p>}
    </section>
  );
}

function Values(props: {
  values: number[];
  label: string;
  value: number | null;
  choose: ((value: number) => void) | undefined;
}) {
  if (!props.choose) return <span className="num">{props.value ?? ''}</span>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that is seen in each row
    <span className="seg desk-values" role="group" aria-label={props.label}>
      {props.values.map((value) => (
        <button
          key={value}
          type="button"
          className="num"
          aria-pressed={props.value === value}
          onClick={() => props.choose?.(value)}
        >
          {value}
        </button>
      ))}
    </span>
  );
}
