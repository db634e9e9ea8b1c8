import { useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { useFigureName } from '../history/words';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, submitted, textOf, useChange } from '../parts';
import type { Opening } from './Claims';
import type { About } from './Frame';
import { addedTo, type ClaimBook, claimCalls, claimsKey, type Moment, today } from './record';

const noticed = ['noticed', 'not_noticed', 'unsure'] as const;
const few = 4;

/** What was expected, what happened instead, and whether it was noticed. */
export function Moments({ about, book, opened, open }: { about: About; book: ClaimBook } & Opening) {
  const { t } = useTexts();
  const { busy, problem, setProblem, run } = useChange();
  const notice = useNotice();
  const [all, setAll] = useState(false);
  const calls = claimCalls(about.course.id, about.member.person);
  const stale = [claimsKey(about.course.id, about.member.person)];
  const show = (what: string | undefined) => {
    setProblem(undefined);
    open(what);
  };
  const draft = `moment.${about.course.id}.${about.member.person}`;
  return (
    <section className="card" aria-labelledby="moments">
      <div className="card-head">
        <h2 id="moments">{t('moment.title')}</h2>
        {about.mine && (
          <button
            type="button"
            className="btn no-print"
            aria-expanded={opened === 'moment'}
            onClick={() => show(opened === 'moment' ? undefined : 'moment')}
          >
            {t('moment.new')}
          </button>
        )}
      </div>
      {opened === 'moment' && about.mine && (
        <MomentForm
          about={about}
          book={book}
          draft={draft}
          problem={problem}
          busy={busy}
          close={() => show(undefined)}
          send={(body) =>
            void run(
              () => calls.addMoment(body),
              (after) => {
                dropDraft(draft);
                open(undefined);
                const added = addedTo(book.moments, after.moments, (each) => each.id);
                notice({
                  words: t('moment.added'),
                  stale,
                  ...(added ? { undo: () => calls.removeMoment(added.id) } : {}),
                });
              },
              stale,
            )
          }
        />
      )}
      {opened !== 'moment' && <ErrorSummary problem={problem} />}
      {book.moments.length === 0 ? (
        <p className="empty-line">{t('moment.none')}</p>
      ) : (
        <ul className="rows">
          {(all ? book.moments : book.moments.slice(0, few)).map((moment) => (
            <li key={moment.id}>
              <MomentLines about={about} book={book} moment={moment} />
              {about.mine && (
                <div className="alert-do no-print">
                  <button
                    type="button"
                    className="btn btn-quiet"
                    disabled={busy}
                    aria-label={t('moment.remove', { words: moment.happened })}
                    onClick={() =>
                      void run(
                        () => calls.removeMoment(moment.id),
                        () =>
                          notice({
                            words: t('moment.removed'),
                            stale,
                            undo: () => {
                              const { figure, claim, side, happened_on, expected, happened, words } = moment;
                              return calls.addMoment({
                                figure,
                                claim,
                                side,
                                happened_on,
                                expected,
                                happened,
                                noticed: moment.noticed,
                                words,
                              });
                            },
                          }),
                        stale,
                      )
                    }
                  >
                    {t('remove')}
                  </button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {book.moments.length > few && !all && (
        <p className="more no-print">
          <button type="button" className="btn btn-quiet" onClick={() => setAll(true)}>
            {t('moment.all', { n: book.moments.length })}
          </button>
        </p>
      )}
    </section>
  );
}

function MomentLines({ about, book, moment }: { about: About; book: ClaimBook; moment: Moment }) {
  const { t, date } = useTexts();
  const figureName = useFigureName(about.course.members);
  const figure = about.view.figures.find((each) => each.id === moment.figure);
  const claim = book.claims.find((each) => each.claim.id === moment.claim)?.claim;
  return (
    <article className="moment">
      <p className="meta num">
        {date(moment.happened_on)}
        {figure && ` · ${t('claim.with', { name: figureName(figure) })}`} · {t(`moment.${moment.noticed}`)}
      </p>
      <p className="sub">{t('moment.expected_said', { words: moment.expected })}</p>
      <p className="happened-words">{moment.happened}</p>
      {moment.words && <blockquote className="account">{moment.words}</blockquote>}
      {claim && (
        <p className="meta">
          {t(`moment.${moment.side}`, { rule: t('claim.rule', { cue: claim.cue, expectation: claim.expectation }) })}
        </p>
      )}
    </article>
  );
}

function MomentForm(props: {
  about: About;
  book: ClaimBook;
  draft: string;
  problem: Parameters<typeof ErrorSummary>[0]['problem'];
  busy: boolean;
  close: () => void;
  send: (body: Schemas['NewMoment']) => void;
}) {
  const { t } = useTexts();
  const { about, book, problem } = props;
  const figureName = useFigureName(about.course.members);
  const [draft] = useState(() => readDraft<Record<string, string>>(props.draft));
  const begun = (field: string, otherwise = ''): string => draft?.[field] ?? otherwise;
  const [claim, setClaim] = useState(begun('claim'));
  return (
    <form
      className="form opened no-print"
      aria-label={t('moment.new')}
      onInput={(event) => keepDraft(props.draft, Object.fromEntries(new FormData(event.currentTarget)))}
      onSubmit={submitted((form) =>
        props.send({
          figure: textOf(form, 'figure') || null,
          claim: claim || null,
          side: textOf(form, 'side') === 'supports' ? 'supports' : 'contradicts',
          happened_on: textOf(form, 'happened_on'),
          expected: textOf(form, 'expected'),
          happened: textOf(form, 'happened'),
          noticed: textOf(form, 'noticed') as Moment['noticed'],
          words: textOf(form, 'words') || null,
        }),
      )}
    >
      <ErrorSummary problem={problem} />
      <Field name="expected" label={t('moment.expected')} problem={problem}>
        <textarea rows={2} required defaultValue={begun('expected')} />
      </Field>
      <Field name="happened" label={t('moment.happened')} problem={problem}>
        <textarea rows={2} required defaultValue={begun('happened')} />
      </Field>
      <div className="grid-2">
        <Field name="noticed" label={t('moment.did_notice')} problem={problem}>
          <select defaultValue={begun('noticed', 'unsure')}>
            {noticed.map((each) => (
              <option key={each} value={each}>
                {t(`moment.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field name="happened_on" label={t('moment.day')} problem={problem}>
          <input type="date" required max={today()} defaultValue={begun('happened_on', today())} />
        </Field>
        <Field name="figure" label={t('moment.figure')} problem={problem}>
          <select defaultValue={begun('figure')}>
            <option value="">{t('claim.figure_none')}</option>
            {about.view.figures.map((figure) => (
              <option key={figure.id} value={figure.id}>
                {figureName(figure)}
              </option>
            ))}
          </select>
        </Field>
        <Field name="claim" label={t('moment.claim')} problem={problem}>
          <select value={claim} onChange={(event) => setClaim(event.target.value)}>
            <option value="">{t('moment.claim_none')}</option>
            {book.claims
              .filter((each) => !each.claim.retired_at)
              .map(({ claim: each }) => (
                <option key={each.id} value={each.id}>
                  {t('claim.rule', { cue: each.cue, expectation: each.expectation })}
                </option>
              ))}
          </select>
        </Field>
      </div>
      {claim && (
        <fieldset className="choices row-choices">
          <legend>{t('evidence.side')}</legend>
          {(['contradicts', 'supports'] as const).map((side) => (
            <label key={side} className="choice">
              <input type="radio" name="side" value={side} defaultChecked={begun('side', 'contradicts') === side} />
              <span>{t(`evidence.${side}`)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <Field name="words" label={t('moment.words')} hint={t('moment.words_hint')} problem={problem}>
        <textarea rows={2} defaultValue={begun('words')} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={props.busy}>
          {t('moment.save')}
        </button>
        <button type="button" className="btn" onClick={props.close}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}

/** What was noted with each figure, month by month: when, not why. */
export function Spread({ about, book }: { about: About; book: ClaimBook }) {
  const { t } = useTexts();
  const figureName = useFigureName(about.course.members);
  const months = [...new Set(book.spread.flatMap((one) => one.months.map((month) => month.month)))].sort();
  const monthName = (month: string) =>
    new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${month}-15T00:00:00Z`),
    );
  return (
    <section className="card table-card" aria-labelledby="spread">
      <h2 id="spread">{t('spread.title')}</h2>
      <p className="sub measure">{t('spread.words')}</p>
      {book.spread.length === 0 ? (
        <p className="empty-line">{t('spread.none')}</p>
      ) : (
        <table className="table spread-table">
          <thead>
            <tr>
              <th scope="col">{t('spread.who')}</th>
              {months.map((month) => (
                <th key={month} scope="col" className="num">
                  {monthName(month)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {book.spread.map((one) => (
              <tr key={one.figure ?? 'none'}>
                <th scope="row">
                  {one.figure
                    ? figureName(about.view.figures.find((each) => each.id === one.figure))
                    : t('spread.nobody')}
                </th>
                {months.map((name) => {
                  const month = one.months.find((each) => each.month === name);
                  return (
                    <td key={name} className="num">
                      {month ? (
                        <>
                          {month.moments > 0 && (
                            <span>{t('spread.moments', { n: month.moments, noticed: month.noticed })}</span>
                          )}
                          {month.reviewed.map((step, i) => (
                            <span key={i}>{t('spread.step', { from: step.from, to: step.to })}</span>
                          ))}
                        </>
                      ) : (
                        <span className="meta">{t('spread.nothing')}</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
