import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../shared/api/client';
import type { Problem } from '../../shared/api/problem';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { useAge, useFigureName, useKind } from '../history/words';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, submitted, textOf, useChange } from '../parts';
import { useCoursePage, useInstruments } from '../queries';
import { Confidence } from './Confidence';
import type { About } from './Frame';
import { addedTo, type ClaimBook, type ClaimView, claimCalls, claimsKey, type Evidence, useEpisodes } from './record';

export interface Opening {
  opened: string | undefined;
  open: (what: string | undefined) => void;
}

/** "If I show that I am frightened, then they leave the room." */
export function Rule({ cue, expectation }: { cue: string; expectation: string }) {
  const { t } = useTexts();
  return <>{t('claim.rule', { cue, expectation })}</>;
}

export function Claims({ about, book, opened, open }: { about: About; book: ClaimBook } & Opening) {
  const { t } = useTexts();
  const { busy, problem, setProblem, run } = useChange();
  const notice = useNotice();
  const { course, member } = about;
  const calls = claimCalls(course.id, member.person);
  const stale = [claimsKey(course.id, member.person)];
  const figureName = useFigureName(about.course.members);
  const [only, setOnly] = useState('');
  const named = about.view.figures.filter((figure) => book.claims.some((one) => one.claim.figure === figure.id));
  const shown = book.claims.filter((one) => !only || one.claim.figure === only);
  const held = shown.filter((one) => !one.claim.retired_at);
  const retired = shown.filter((one) => one.claim.retired_at);
  const show = (what: string | undefined) => {
    setProblem(undefined);
    open(what);
  };
  const card = (one: ClaimView) => (
    <ClaimCard key={one.claim.id} about={about} book={book} one={one} opened={opened} open={open} />
  );
  return (
    <section className="card claims" aria-labelledby="claims">
      <div className="card-head">
        <h2 id="claims">{t('claim.title')}</h2>
        {about.mine && (
          <button
            type="button"
            className="btn no-print"
            aria-expanded={opened === 'claim'}
            onClick={() => show(opened === 'claim' ? undefined : 'claim')}
          >
            {t('claim.new')}
          </button>
        )}
      </div>
      <p className="sub measure">{t('claim.about')}</p>
      {named.length > 0 && book.claims.length > 2 && (
        <p className="filter after no-print">
          <label htmlFor="claims-with">{t('claim.show')}</label>
          <select id="claims-with" className="pick" value={only} onChange={(event) => setOnly(event.target.value)}>
            <option value="">{t('claim.show_all')}</option>
            {named.map((figure) => (
              <option key={figure.id} value={figure.id}>
                {t('claim.with', { name: figureName(figure) })}
              </option>
            ))}
          </select>
        </p>
      )}
      {opened === 'claim' && about.mine && (
        <ClaimForm
          about={about}
          busy={busy}
          problem={problem}
          close={() => show(undefined)}
          send={(body, confidence) =>
            void run(
              () => calls.add({ ...body, confidence }),
              (after) => {
                dropDraft(draftOf(about));
                open(undefined);
                const added = addedTo(book.claims, after.claims, (each) => each.claim.id);
                notice({
                  words: t('claim.added'),
                  stale,
                  ...(added ? { undo: () => calls.remove(added.claim.id) } : {}),
                });
              },
              stale,
            )
          }
        />
      )}
      {held.length === 0 ? <p className="empty-line measure">{t('claim.none')}</p> : held.map(card)}
      {retired.length > 0 && (
        <details className="after">
          <summary>{t('claim.retired', { n: retired.length })}</summary>
          {retired.map(card)}
        </details>
      )}
    </section>
  );
}

const draftOf = (about: About, one?: ClaimView) => `claim.${about.course.id}.${one?.claim.id ?? about.member.person}`;

function ClaimCard({ about, book, one, opened, open }: { about: About; book: ClaimBook; one: ClaimView } & Opening) {
  const { t, date } = useTexts();
  const figureName = useFigureName(about.course.members);
  const { busy, problem, setProblem, run } = useChange();
  const notice = useNotice();
  const { claim } = one;
  const calls = claimCalls(about.course.id, about.member.person);
  const stale = [claimsKey(about.course.id, about.member.person)];
  const figure = about.view.figures.find((each) => each.id === claim.figure);
  const moments = book.moments.filter((moment) => moment.claim === claim.id);
  const unused = one.supports + one.contradicts === 0 && one.reviews.length < 2;
  const show = (what: string) => {
    setProblem(undefined);
    open(opened === `${what}.${claim.id}` ? undefined : `${what}.${claim.id}`);
  };
  const act = (what: string, label: string) => (
    <button
      type="button"
      className="btn btn-quiet"
      aria-expanded={opened === `${what}.${claim.id}`}
      onClick={() => show(what)}
    >
      {t(label)}
    </button>
  );
  const words = {
    about: claim.about,
    figure: claim.figure,
    cue: claim.cue,
    expectation: claim.expectation,
    disconfirmed_by: claim.disconfirmed_by,
  };
  return (
    <article className="claim" aria-label={t('claim.rule', { cue: claim.cue, expectation: claim.expectation })}>
      <p className="tags">
        <span className="tag tag-plain">{t(`claim.about.${claim.about}`)}</span>
        {figure && <span className="tag tag-plain">{t('claim.with', { name: figureName(figure) })}</span>}
      </p>
      <h3 className="rule">
        <Rule cue={claim.cue} expectation={claim.expectation} />
      </h3>
      <p className="sub measure">{t('claim.disconfirmed', { words: claim.disconfirmed_by })}</p>
      <div className="claim-facts">
        <Confidence reviews={one.reviews} />
        <p className="sub num">
          {t('claim.counts', { supports: one.supports, contradicts: one.contradicts })}
          <br />
          {t('claim.looked', { date: date(claim.reviewed_at), days: one.days_since_review })}
          {one.since_review > 0 && ` ${t('claim.since', { n: one.since_review })}`}
        </p>
      </div>
      {(one.evidence.length > 0 || moments.length > 0 || one.reviews.length > 1) && (
        <details>
          <summary>{t('claim.open', { n: one.evidence.length + moments.length })}</summary>
          <Sides about={about} book={book} one={one} />
          <Reviews one={one} />
        </details>
      )}
      {about.mine && (
        <div className="alert-do no-print">
          {!claim.retired_at && act('review', 'claim.review')}
          {!claim.retired_at && act('evidence', 'claim.evidence')}
          {act('change', 'claim.change')}
          {claim.retired_at ? (
            <button
              type="button"
              className="btn btn-quiet"
              disabled={busy}
              onClick={() =>
                void run(
                  () => calls.takeUp(claim.id),
                  () => notice({ words: t('claim.taken_up'), stale, undo: () => calls.retire(claim.id) }),
                  stale,
                )
              }
            >
              {t('claim.take_up')}
            </button>
          ) : (
            <button
              type="button"
              className="btn btn-quiet"
              disabled={busy}
              onClick={() =>
                void run(
                  () => calls.retire(claim.id),
                  () => notice({ words: t('claim.retired_now'), stale, undo: () => calls.takeUp(claim.id) }),
                  stale,
                )
              }
            >
              {t('claim.retire')}
            </button>
          )}
          {unused && (
            <button
              type="button"
              className="btn btn-quiet"
              disabled={busy}
              onClick={() =>
                void run(
                  () => calls.remove(claim.id),
                  () =>
                    notice({
                      words: t('claim.removed'),
                      stale,
                      undo: () => calls.add({ ...words, confidence: claim.confidence }),
                    }),
                  stale,
                )
              }
            >
              {t('remove')}
            </button>
          )}
        </div>
      )}
      {!opened?.endsWith(claim.id) && <ErrorSummary problem={problem} />}
      {opened === `change.${claim.id}` && (
        <ClaimForm
          about={about}
          one={one}
          busy={busy}
          problem={problem}
          close={() => show('change')}
          send={(body) =>
            void run(
              () => calls.change(claim.id, body),
              () => {
                dropDraft(draftOf(about, one));
                open(undefined);
                notice({ words: t('claim.changed'), stale, undo: () => calls.change(claim.id, words) });
              },
              stale,
            )
          }
        />
      )}
      {opened === `review.${claim.id}` && (
        <form
          className="form opened no-print"
          aria-label={t('claim.review')}
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  calls.review(claim.id, {
                    confidence: Number(textOf(form, 'confidence')),
                    words: textOf(form, 'words') || null,
                  }),
                () => {
                  open(undefined);
                  notice({ words: t('claim.reviewed') });
                },
                stale,
              ),
          )}
        >
          <ErrorSummary problem={problem} />
          <div className="grid-2">
            <ConfidenceField value={claim.confidence} problem={problem} />
            <Field name="words" label={t('claim.why')} hint={t('claim.why_hint')} problem={problem}>
              <input type="text" autoComplete="off" />
            </Field>
          </div>
          <Do label="claim.review_do" busy={busy} close={() => show('review')} />
        </form>
      )}
      {opened === `evidence.${claim.id}` && (
        <EvidenceForm
          about={about}
          book={book}
          busy={busy}
          problem={problem}
          close={() => show('evidence')}
          send={(body) =>
            void run(
              () => calls.addEvidence(claim.id, body),
              (after) => {
                open(undefined);
                const now = after.claims.find((each) => each.claim.id === claim.id);
                const added = addedTo(one.evidence, now?.evidence ?? [], (each) => each.id);
                notice({
                  words: t('evidence.added'),
                  stale,
                  ...(added ? { undo: () => calls.removeEvidence(added.id) } : {}),
                });
              },
              stale,
            )
          }
        />
      )}
    </article>
  );
}

function Do({ label, busy, close }: { label: string; busy: boolean; close: () => void }) {
  const { t } = useTexts();
  return (
    <div className="form-do">
      <button type="submit" className="btn btn-primary" disabled={busy}>
        {t(label)}
      </button>
      <button type="button" className="btn" onClick={close}>
        {t('cancel')}
      </button>
    </div>
  );
}

function ConfidenceField({ value, problem }: { value: number | string; problem: Problem | undefined }) {
  const { t } = useTexts();
  return (
    <Field name="confidence" label={t('claim.confidence')} hint={t('claim.confidence_hint')} problem={problem}>
      <input
        type="text"
        inputMode="numeric"
        pattern="100|[0-9]{1,2}"
        required
        size={4}
        autoComplete="off"
        defaultValue={value}
      />
    </Field>
  );
}

/** A claim, new or written anew. What was typed is kept in this tab until it is sent. */
function ClaimForm(props: {
  about: About;
  one?: ClaimView;
  busy: boolean;
  problem: Problem | undefined;
  close: () => void;
  send: (body: Schemas['ClaimWords'], confidence: number) => void;
}) {
  const { t } = useTexts();
  const { about, one } = props;
  const figureName = useFigureName(about.course.members);
  const key = draftOf(about, one);
  const [draft] = useState(() => readDraft<Record<string, string>>(key));
  const begun = (field: 'about' | 'figure' | 'cue' | 'expectation' | 'disconfirmed_by', otherwise = ''): string =>
    draft?.[field] ?? one?.claim[field] ?? otherwise;
  return (
    <form
      className="form opened no-print"
      aria-label={t(one ? 'claim.change' : 'claim.new')}
      onInput={(event) => keepDraft(key, Object.fromEntries(new FormData(event.currentTarget)))}
      onSubmit={submitted((form) =>
        props.send(
          {
            about: textOf(form, 'about') as Schemas['ClaimWords']['about'],
            figure: textOf(form, 'figure') || null,
            cue: textOf(form, 'cue'),
            expectation: textOf(form, 'expectation'),
            disconfirmed_by: textOf(form, 'disconfirmed_by'),
          },
          Number(textOf(form, 'confidence') || 50),
        ),
      )}
    >
      <ErrorSummary problem={props.problem} />
      <div className="grid-2">
        <Field name="about" label={t('claim.is_about')} problem={props.problem}>
          <select defaultValue={begun('about', 'other')}>
            {(['self', 'other', 'strategy'] as const).map((each) => (
              <option key={each} value={each}>
                {t(`claim.about.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field name="figure" label={t('claim.figure')} hint={t('claim.figure_hint')} problem={props.problem}>
          <select defaultValue={begun('figure')}>
            <option value="">{t('claim.figure_none')}</option>
            {about.view.figures.map((figure) => (
              <option key={figure.id} value={figure.id}>
                {figureName(figure)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <div className="grid-2">
        <Field name="cue" label={t('claim.cue')} hint={t('claim.cue_hint')} problem={props.problem}>
          <textarea rows={2} required defaultValue={begun('cue')} />
        </Field>
        <Field
          name="expectation"
          label={t('claim.expectation')}
          hint={t('claim.expectation_hint')}
          problem={props.problem}
        >
          <textarea rows={2} required defaultValue={begun('expectation')} />
        </Field>
      </div>
      <Field
        name="disconfirmed_by"
        label={t('claim.disconfirmed_by')}
        hint={t('claim.disconfirmed_hint')}
        problem={props.problem}
      >
        <textarea rows={2} required defaultValue={begun('disconfirmed_by')} />
      </Field>
      {!one && <ConfidenceField value={draft?.confidence ?? 50} problem={props.problem} />}
      <Do label="claim.save" busy={props.busy} close={props.close} />
    </form>
  );
}

const evidenceSources = ['session', 'history', 'score', 'episode', 'moment', 'other'] as const;
type Source = (typeof evidenceSources)[number];

/** What may be named as standing elsewhere in the record: id and words. */
function useNameable(about: About, book: ClaimBook) {
  const { t, date } = useTexts();
  const age = useAge();
  const kind = useKind();
  const page = useCoursePage(about.course.id);
  const instruments = useInstruments();
  const episodes = useEpisodes(about.course.id, about.member.person);
  const short = (words: string | null): string =>
    words && words.length > 60 ? `${words.slice(0, 58)}…` : (words ?? '');
  return (source: Source): { id: string; words: string }[] => {
    if (source === 'history')
      return about.view.history.map((event) => ({
        id: event.id,
        words: t('evidence.event', { kind: kind(event.kind), age: age(event) }),
      }));
    if (source === 'score')
      return (page.data?.sheets ?? [])
        .map((sheet) => sheet.administration)
        .filter((given) => given.progress === 'sent' && given.respondent === about.member.person)
        .map((given) => ({
          id: given.id,
          words: t('evidence.sheet', {
            name: instruments.data?.find((each) => each.id === given.instrument)?.abbreviation ?? given.instrument,
            date: date(given.sent_at ?? given.given_at),
          }),
        }));
    if (source === 'episode')
      return (episodes.data?.episodes ?? []).map((episode) => ({
        id: episode.id,
        words: t('evidence.dated', { date: date(episode.told_on), words: short(episode.account) }),
      }));
    if (source === 'moment')
      return book.moments.map((moment) => ({
        id: moment.id,
        words: t('evidence.dated', { date: date(moment.happened_on), words: short(moment.happened) }),
      }));
    return [];
  };
}

export function EvidenceForm(props: {
  about: About;
  book: ClaimBook;
  begin?: { source: Source; id: string; words: string };
  busy: boolean;
  problem: Problem | undefined;
  close: () => void;
  send: (body: Schemas['NewEvidence']) => void;
}) {
  const { t } = useTexts();
  const nameable = useNameable(props.about, props.book);
  const [source, setSource] = useState<Source>(props.begin?.source ?? 'session');
  const named = nameable(source);
  const names = source !== 'session' && source !== 'other';
  return (
    <form
      className="form opened no-print"
      aria-label={t('claim.evidence')}
      onSubmit={submitted((form) =>
        props.send({
          side: textOf(form, 'side') === 'contradicts' ? 'contradicts' : 'supports',
          source,
          source_id: names ? textOf(form, 'source_id') || null : null,
          words: textOf(form, 'words'),
        }),
      )}
    >
      <ErrorSummary problem={props.problem} />
      <fieldset className="choices row-choices">
        <legend>{t('evidence.side')}</legend>
        {(['supports', 'contradicts'] as const).map((side) => (
          <label key={side} className="choice">
            <input type="radio" name="side" value={side} required />
            <span>{t(`evidence.${side}`)}</span>
          </label>
        ))}
      </fieldset>
      <Field name="words" label={t('evidence.words')} hint={t('evidence.words_hint')} problem={props.problem}>
        <textarea rows={2} required defaultValue={props.begin?.words ?? ''} />
      </Field>
      <div className="grid-2">
        <Field name="source" label={t('evidence.source')} problem={props.problem}>
          <select value={source} onChange={(event) => setSource(event.target.value as Source)}>
            {evidenceSources.map((each) => (
              <option key={each} value={each}>
                {t(`evidence.source.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        {names &&
          (named.length ? (
            <Field name="source_id" label={t('evidence.which')} problem={props.problem}>
              <select required defaultValue={props.begin?.id}>
                {named.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.words}
                  </option>
                ))}
              </select>
            </Field>
          ) : (
            <p className="empty-line">{t(`evidence.none.${source}`)}</p>
          ))}
      </div>
      <Do label="evidence.save" busy={props.busy || (names && named.length === 0)} close={props.close} />
    </form>
  );
}

/** What speaks for it beside what speaks against it, each where it stands. */
function Sides({ about, book, one }: { about: About; book: ClaimBook; one: ClaimView }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const nameable = useNameable(about, book);
  const calls = claimCalls(about.course.id, about.member.person);
  const stale = [claimsKey(about.course.id, about.member.person)];
  const named = new Set(one.evidence.flatMap((each) => (each.source === 'moment' ? [each.source_id] : [])));
  const moments = book.moments.filter((moment) => moment.claim === one.claim.id && !named.has(moment.id));
  const where = (evidence: Evidence) => {
    const words = nameable(evidence.source).find((each) => each.id === evidence.source_id)?.words;
    const label = words ?? t(`evidence.source.${evidence.source}`);
    if (evidence.source === 'score' && evidence.source_id)
      return <Link to={`/courses/${about.course.id}/sheets/${evidence.source_id}`}>{label}</Link>;
    if (evidence.source === 'history' && words) return <Link to={about.to('history')}>{label}</Link>;
    if (evidence.source === 'episode' && words) return <Link to={about.to('episodes')}>{label}</Link>;
    return label;
  };
  return (
    <div className="sides">
      <ErrorSummary problem={problem} />
      {(['supports', 'contradicts'] as const).map((side) => {
        const rows = one.evidence.filter((each) => each.side === side);
        const seen = moments.filter((moment) => moment.side === side);
        return (
          <section key={side}>
            <h4>{t(`evidence.${side}`)}</h4>
            {rows.length + seen.length === 0 && <p className="empty-line">{t('evidence.nothing')}</p>}
            <ul className="rows">
              {rows.map((evidence) => (
                <li key={evidence.id} className="said">
                  <p>{evidence.words}</p>
                  <p className="meta num">
                    {where(evidence)} · {date(evidence.noted_at)}
                    {about.mine && (
                      <button
                        type="button"
                        className="btn btn-quiet no-print"
                        disabled={busy}
                        aria-label={t('evidence.remove', { words: evidence.words })}
                        onClick={() =>
                          void run(
                            () => calls.removeEvidence(evidence.id),
                            () =>
                              notice({
                                words: t('evidence.removed'),
                                stale,
                                undo: () =>
                                  calls.addEvidence(one.claim.id, {
                                    side: evidence.side,
                                    source: evidence.source,
                                    source_id: evidence.source_id,
                                    words: evidence.words,
                                  }),
                              }),
                            stale,
                          )
                        }
                      >
                        {t('remove')}
                      </button>
                    )}
                  </p>
                </li>
              ))}
              {seen.map((moment) => (
                <li key={moment.id} className="said">
                  <p>{moment.happened}</p>
                  <p className="meta num">
                    {t('evidence.source.moment')} · {date(moment.happened_on)}
                  </p>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function Reviews({ one }: { one: ClaimView }) {
  const { t, date } = useTexts();
  return (
    <section className="after">
      <h4>{t('claim.reviews')}</h4>
      <ul className="listed num">
        {one.reviews.map((review) => (
          <li key={review.id}>
            {t('claim.review_line', { date: date(review.reviewed_at), confidence: review.confidence })}
            {review.words && ` ${review.words}`}
          </li>
        ))}
      </ul>
    </section>
  );
}
