import { useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { today, useClaims } from '../formulation/record';
import { useFigureName } from '../history/words';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, nameOf, submitted, textOf, useChange } from '../parts';
import { usePerson } from '../queries';
import { type Goal, type GoalBook, type Plan, planCalls, planKey } from './record';
import { Do } from './Where';

const levels = ['much_more', 'more', 'as_expected', 'less', 'much_less'] as const;
const worth = { much_less: -2, less: -1, as_expected: 0, more: 1, much_more: 2 } as const;
const signed = (n: number): string => (n > 0 ? `+${n}` : n < 0 ? `−${-n}` : '0');

interface Props {
  course: Schemas['CourseView'];
  plan: Plan;
  mine: boolean;
}

/** What each person wants to reach, in their words, and how it stands. */
export function Goals({ course, plan, mine }: Props) {
  return plan.goals.map((book) => <Of key={book.person} course={course} book={book} mine={mine} />);
}

function Of({ course, book, mine }: { course: Schemas['CourseView']; book: GoalBook; mine: boolean }) {
  const { t } = useTexts();
  const [opened, open] = useState<string>();
  const member = course.members.find((one) => one.person === book.person);
  const working = book.goals.filter((one) => !one.goal.ended_at);
  const ended = book.goals.filter((one) => one.goal.ended_at);
  const id = `goals-${book.person}`;
  const card = (one: Goal) => (
    <OneGoal key={one.goal.id} course={course} one={one} mine={mine} opened={opened} open={open} />
  );
  return (
    <section className="card goals" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>
          {course.members.length > 1 && member ? t('goal.title_of', { name: nameOf(member) }) : t('goal.title')}
        </h2>
        {mine && (
          <button
            type="button"
            className="btn no-print"
            aria-expanded={opened === 'new'}
            onClick={() => open(opened === 'new' ? undefined : 'new')}
          >
            {t('goal.add')}
          </button>
        )}
      </div>
      {book.finding && (
        <div className="goal-t">
          <p className="num">{book.finding.statement}</p>
          <p className="meta measure">
            {book.finding.basis} {book.finding.limits}
          </p>
        </div>
      )}
      {opened === 'new' && <GoalForm course={course} person={book.person} close={() => open(undefined)} />}
      {book.goals.length === 0 && opened !== 'new' && <p className="empty-line measure">{t('goal.none')}</p>}
      {working.map(card)}
      {ended.length > 0 && (
        <details className="after">
          <summary>{t('goal.ended', { n: ended.length })}</summary>
          {ended.map(card)}
        </details>
      )}
    </section>
  );
}

function OneGoal({
  course,
  one,
  mine,
  opened,
  open,
}: {
  course: Schemas['CourseView'];
  one: Goal;
  mine: boolean;
  opened: string | undefined;
  open: (what: string | undefined) => void;
}) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const calls = planCalls(course.id);
  const stale = [planKey(course.id)];
  const { goal } = one;
  const claims = useClaims(course.id, goal.person);
  const person = usePerson(goal.person);
  const figureName = useFigureName(course.members);
  const claim = claims.data?.claims.find((each) => each.claim.id === goal.claim)?.claim;
  const figure = person.data?.figures.find((each) => each.id === goal.figure);
  const last = one.ratings.at(-1);
  const show = (what: string) => open(opened === `${what}.${goal.id}` ? undefined : `${what}.${goal.id}`);
  const act = (what: string, label: string) => (
    <button
      type="button"
      className="btn btn-quiet"
      aria-expanded={opened === `${what}.${goal.id}`}
      onClick={() => show(what)}
    >
      {t(label)}
    </button>
  );
  return (
    <article className="goal" aria-label={goal.words}>
      <h3 className="rule">{goal.words}</h3>
      <p className="meta">
        {figure && t('goal.with', { name: figureName(figure) })}{' '}
        {claim && t('claim.rule', { cue: claim.cue, expectation: claim.expectation })}{' '}
        {goal.weight !== 1 && t('goal.weighs', { n: goal.weight })}{' '}
        {t(goal.shared_with_client ? 'goal.shared' : 'goal.unshared')}
      </p>
      <div className="goal-stands">
        <Progress one={one} />
        {last && (
          <p className="meta num">
            {t('goal.last', { date: date(last.rated_on), who: t(`goal.rater.${last.rater}`) })}
          </p>
        )}
      </div>
      {goal.as_expected && (
        <ol className="levels" aria-label={t('goal.levels')}>
          {levels.map((level) => (
            <li key={level} aria-current={one.attainment === worth[level] ? 'true' : undefined}>
              <span className="num level">{signed(worth[level])}</span> <span>{goal[level]}</span>
              {one.attainment === worth[level] && <span className="tag tag-plain">{t('goal.now')}</span>}
            </li>
          ))}
        </ol>
      )}
      {one.ratings.length > 0 && (
        <details>
          <summary>{t('goal.ratings', { n: one.ratings.length })}</summary>
          <ul className="listed">
            {[...one.ratings].reverse().map((rating) => (
              <li key={rating.id}>
                <span className="num">
                  {date(rating.rated_on)}:{' '}
                  {rating.scale === 'attainment' ? signed(rating.value) : t('goal.of_ten', { n: rating.value })}
                </span>{' '}
                <span className="meta">{t(`goal.rater.${rating.rater}`)}</span> {rating.words}
                {mine && (
                  <button
                    type="button"
                    className="btn btn-quiet no-print"
                    disabled={busy}
                    aria-label={t('goal.unrate_which', { date: date(rating.rated_on) })}
                    onClick={() =>
                      void run(
                        () => calls.unrate(rating.id),
                        () =>
                          notice({
                            words: t('goal.unrated'),
                            stale,
                            undo: () =>
                              calls.rate(goal.id, {
                                scale: rating.scale,
                                value: rating.value,
                                rater: rating.rater,
                                rated_on: rating.rated_on,
                                words: rating.words,
                              }),
                          }),
                        stale,
                      )
                    }
                  >
                    {t('remove')}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      {mine && (
        <div className="alert-do no-print">
          {!goal.ended_at && act('rate', 'goal.rate')}
          {act('change', 'goal.change')}
          <button
            type="button"
            className="btn btn-quiet"
            disabled={busy}
            onClick={() =>
              void run(
                () => calls.endGoal(goal.id, !goal.ended_at),
                () =>
                  notice({
                    words: t(goal.ended_at ? 'goal.again' : 'goal.ended_now'),
                    stale,
                    undo: () => calls.endGoal(goal.id, Boolean(goal.ended_at)),
                  }),
                stale,
              )
            }
          >
            {t(goal.ended_at ? 'goal.take_up' : 'goal.end')}
          </button>
        </div>
      )}
      {opened === `rate.${goal.id}` && <Rate course={course} one={one} close={() => open(undefined)} />}
      {opened === `change.${goal.id}` && (
        <GoalForm course={course} person={goal.person} one={one} close={() => open(undefined)} />
      )}
      <ErrorSummary problem={problem} />
    </article>
  );
}

/** Ratings from 0 to 10 over time; straight from one to the next, nothing between them is known. */
function Progress({ one }: { one: Goal }) {
  const { t } = useTexts();
  const ratings = one.ratings.filter((rating) => rating.scale === 'progress');
  const last = ratings.at(-1);
  if (!last) return one.attainment == null ? <p className="sub">{t('goal.unrated_yet')}</p> : null;
  const days = ratings.map((rating) => Date.parse(rating.rated_on));
  const first = days[0] ?? 0;
  const width = Math.max(1, (days.at(-1) ?? 0) - first);
  const at = ratings.map((rating, i) => ({
    x: 6 + (108 * ((days[i] ?? 0) - first)) / width,
    y: 30 - 2.4 * rating.value,
  }));
  return (
    <p className="goal-progress">
      {ratings.length > 1 && (
        <svg className="steps-line" width="120" height="36" viewBox="0 0 120 36" aria-hidden="true">
          <line x1="0" x2="120" y1="30" y2="30" />
          <line x1="0" x2="120" y1="6" y2="6" />
          <path d={`M${at.map((one) => `${one.x.toFixed(1)} ${one.y.toFixed(1)}`).join('L')}`} />
          {at.map((one, i) => (
            <circle key={ratings[i]?.id} cx={one.x} cy={one.y} r="2.6" />
          ))}
        </svg>
      )}
      <span className="num">
        {ratings.length > 1
          ? t('goal.from_to', { first: ratings[0]?.value ?? 0, last: last.value })
          : t('goal.of_ten', { n: last.value })}
      </span>
    </p>
  );
}

function Rate({ course, one, close }: { course: Schemas['CourseView']; one: Goal; close: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const stale = [planKey(course.id)];
  const { goal } = one;
  const scaled = goal.as_expected != null;
  const [scale, setScale] = useState<'attainment' | 'progress'>(scaled ? 'attainment' : 'progress');
  return (
    <form
      className="form opened no-print"
      aria-label={t('goal.rate')}
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              planCalls(course.id).rate(goal.id, {
                scale,
                value: Number(textOf(form, 'value')),
                rater: textOf(form, 'rater') as Schemas['RateGoal']['rater'],
                rated_on: textOf(form, 'rated_on'),
                words: textOf(form, 'words') || null,
              }),
            () => {
              close();
              notice({ words: t('goal.rated'), stale });
            },
            stale,
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      {scaled && (
        <fieldset className="seg start">
          <legend className="vh">{t('goal.scale')}</legend>
          {(['attainment', 'progress'] as const).map((each) => (
            <button key={each} type="button" aria-pressed={scale === each} onClick={() => setScale(each)}>
              {t(`goal.scale.${each}`)}
            </button>
          ))}
        </fieldset>
      )}
      {scale === 'attainment' ? (
        <fieldset className="choices">
          <legend>{t('goal.where')}</legend>
          {levels.map((level) => (
            <label key={level} className="choice">
              <input
                type="radio"
                name="value"
                value={worth[level]}
                required
                defaultChecked={one.attainment === worth[level]}
              />
              <span>
                <span className="num level">{signed(worth[level])}</span> {goal[level]}
              </span>
            </label>
          ))}
        </fieldset>
      ) : (
        <Field name="value" label={t('goal.how_far')} hint={t('goal.how_far_hint')} problem={problem}>
          <input type="number" min={0} max={10} step={1} required defaultValue={one.progress ?? ''} />
        </Field>
      )}
      <div className="grid-2">
        <Field name="rater" label={t('goal.by')}>
          <select defaultValue="together">
            {(['client', 'together', 'therapist'] as const).map((who) => (
              <option key={who} value={who}>
                {t(`goal.rater.${who}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field name="rated_on" label={t('goal.on')} problem={problem}>
          <input type="date" required defaultValue={today()} />
        </Field>
      </div>
      <Field name="words" label={t('goal.rating_words')} problem={problem}>
        <textarea rows={2} />
      </Field>
      <Do busy={busy} label={t('goal.rate_do')} close={close} />
    </form>
  );
}

function GoalForm({
  course,
  person,
  one,
  close,
}: {
  course: Schemas['CourseView'];
  person: string;
  one?: Goal;
  close: () => void;
}) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const stale = [planKey(course.id)];
  const claims = useClaims(course.id, person);
  const view = usePerson(person);
  const figureName = useFigureName(course.members);
  const goal = one?.goal;
  const [scaled, setScaled] = useState(goal?.as_expected != null);
  const calls = planCalls(course.id);
  const bodyOf = (form: FormData): Schemas['GoalWords'] => ({
    words: textOf(form, 'words'),
    claim: textOf(form, 'claim') || null,
    figure: textOf(form, 'figure') || null,
    weight: Number(textOf(form, 'weight') || 1),
    much_less: textOf(form, 'much_less') || null,
    less: textOf(form, 'less') || null,
    as_expected: textOf(form, 'as_expected') || null,
    more: textOf(form, 'more') || null,
    much_more: textOf(form, 'much_more') || null,
    shared_with_client: form.get('shared') !== null,
  });
  return (
    <form
      className="form opened no-print"
      aria-label={t(goal ? 'goal.change' : 'goal.add')}
      onSubmit={submitted(
        (form) =>
          void run(
            () => (goal ? calls.changeGoal(goal.id, bodyOf(form)) : calls.addGoal(person, bodyOf(form))),
            () => {
              close();
              notice({ words: t(goal ? 'goal.changed' : 'goal.added'), stale });
            },
            stale,
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      <Field name="words" label={t('goal.words')} hint={t('goal.words_hint')} problem={problem}>
        <textarea rows={2} required defaultValue={goal?.words} />
      </Field>
      <div className="grid-2">
        <Field name="figure" label={t('goal.figure')} problem={problem}>
          <select key={view.data ? 'there' : 'awaited'} defaultValue={goal?.figure ?? ''}>
            <option value="">{t('goal.no_figure')}</option>
            {view.data?.figures.map((figure) => (
              <option key={figure.id} value={figure.id}>
                {figureName(figure)}
              </option>
            ))}
          </select>
        </Field>
        <Field name="claim" label={t('goal.claim')} problem={problem}>
          <select key={claims.data ? 'there' : 'awaited'} defaultValue={goal?.claim ?? ''}>
            <option value="">{t('goal.no_claim')}</option>
            {claims.data?.claims
              .filter((each) => !each.claim.retired_at)
              .map(({ claim }) => (
                <option key={claim.id} value={claim.id}>
                  {t('claim.rule', { cue: claim.cue, expectation: claim.expectation })}
                </option>
              ))}
          </select>
        </Field>
      </div>
      <p className="hint">{t('goal.tie_hint')}</p>
      <label className="check">
        <input type="checkbox" checked={scaled} onChange={(event) => setScaled(event.target.checked)} />
        <span>{t('goal.with_levels')}</span>
      </label>
      {scaled && (
        <fieldset className="form">
          <legend className="hint">{t('goal.levels_hint')}</legend>
          {levels.map((level) => (
            <Field key={level} name={level} label={t(`goal.level.${level}`)} problem={problem}>
              <input type="text" required maxLength={400} defaultValue={goal?.[level] ?? ''} />
            </Field>
          ))}
        </fieldset>
      )}
      <Field name="weight" label={t('goal.weight')} hint={t('goal.weight_hint')} problem={problem}>
        <input type="number" min={0.5} max={10} step={0.5} defaultValue={goal?.weight ?? 1} />
      </Field>
      <label className="check">
        <input type="checkbox" name="shared" defaultChecked={goal?.shared_with_client ?? true} />
        <span>{t('goal.share')}</span>
      </label>
      <Do busy={busy} label={t(goal ? 'goal.save' : 'goal.add')} close={close} />
    </form>
  );
}
