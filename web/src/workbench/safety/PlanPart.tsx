import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, Loaded, nameOf, submitted, textOf, useChange } from '../parts';
import { useStaffName } from '../queries';
import { useSafetyPlans } from './record';

type Course = Schemas['CourseView'];
type Plan = Schemas['SafetyPlanView'];
type Line = Schemas['SafetyPlanLine'];

const sections = ['warning_signs', 'own_coping', 'distraction', 'people', 'professionals', 'surroundings'] as const;
type Section = (typeof sections)[number];

const keyOf = (course: string, person: string) => ['course', course, 'safety-plans', person];

/** Six sections, written together; the newest version holds. */
export function PlanPart({ course, member, mine }: { course: Course; member: Schemas['MemberView']; mine: boolean }) {
  const { t } = useTexts();
  const plans = useSafetyPlans(course.id, member.person);
  const [writing, setWriting] = useState(false);
  const id = `plan-${member.person}`;
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>
        {t('plan6.title')} {course.members.length > 1 && <small>{nameOf(member)}</small>}
      </h2>
      <Loaded query={plans} part>
        {(versions) => {
          const newest = versions[0];
          if (writing)
            return <Write course={course} person={member.person} from={newest} done={() => setWriting(false)} />;
          return (
            <>
              {newest ? (
                <Shown course={course} person={member.person} plan={newest} mine={mine} />
              ) : (
                <p className="empty-line">{t('plan6.none')}</p>
              )}
              {mine && (
                <div className="form-do">
                  <button type="button" className="btn" onClick={() => setWriting(true)}>
                    {t(newest ? 'plan6.change' : 'plan6.write')}
                  </button>
                </div>
              )}
              {versions.length > 1 && <Earlier versions={versions.slice(1)} />}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function Lines({ lines }: { lines: Line[] }) {
  const { t, date } = useTexts();
  return sections.map((section) => {
    const own = lines.filter((line) => line.section === section);
    return (
      <div key={section} className="plan6-part">
        <h3>{t(`plan6.${section}`)}</h3>
        {own.length === 0 ? (
          <p className="sub">{t('plan6.empty')}</p>
        ) : (
          <ul>
            {own.map((line) => (
              <li key={`${line.words}${line.phone}`} className="account">
                {line.words}
                {line.phone && ` ${line.phone}`}
                {line.who && line.by && (
                  <span className="meta">
                    {' '}
                    {line.done ? t('plan6.done') : t('plan6.who_by', { who: line.who, at: date(line.by) })}
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    );
  });
}

function Shown({ course, person, plan, mine }: { course: Course; person: string; plan: Plan; mine: boolean }) {
  const { t, date } = useTexts();
  const staffName = useStaffName();
  const { busy, problem, run } = useChange();
  const shared = plan.shared_at && !plan.unshared_at;
  const path = { course: course.id, person, plan: plan.id };
  const change = (to: 'share' | 'unshare') =>
    run(
      () =>
        ask(
          to === 'share'
            ? api.POST('/api/v1/courses/{course}/people/{person}/safety-plans/{plan}/share', { params: { path } })
            : api.POST('/api/v1/courses/{course}/people/{person}/safety-plans/{plan}/unshare', { params: { path } }),
        ),
      undefined,
      [keyOf(course.id, person)],
    );
  return (
    <>
      <p className={plan.review_is_due ? 'due' : 'meta'}>
        {t('plan6.version', {
          n: plan.number,
          at: date(plan.written_at),
          name: staffName(plan.written_by) ?? t('glass.somebody'),
        })}{' '}
        {plan.review_is_due
          ? t('plan6.review_due', { at: date(plan.review_on) })
          : t('plan6.review', { at: date(plan.review_on) })}{' '}
        {plan.reviewed_at && t('plan6.reviewed', { at: date(plan.reviewed_at) })}
      </p>
      <div className="plan6">
        <Lines lines={plan.lines} />
      </div>
      <p className="sub">{t('plan6.means')}</p>
      {mine && (
        <>
          <ErrorSummary problem={problem} />
          <form
            className="form inline-form"
            onSubmit={submitted(
              (form) =>
                void run(
                  () =>
                    ask(
                      api.POST('/api/v1/courses/{course}/people/{person}/safety-plans/{plan}/review', {
                        params: { path },
                        body: { review_on: textOf(form, 'review_again') },
                      }),
                    ),
                  undefined,
                  [keyOf(course.id, person)],
                ),
            )}
          >
            <Field name="review_again" label={t('plan6.review_again')}>
              <input type="date" required />
            </Field>
            <button type="submit" className="btn" disabled={busy}>
              {t('plan6.reviewed_now')}
            </button>
          </form>
          <div className="form-do">
            <button
              type="button"
              className="btn"
              disabled={busy}
              onClick={() => void change(shared ? 'unshare' : 'share')}
            >
              {t(shared ? 'plan6.unshare' : 'plan6.share')}
            </button>
            <span className="hint">{t(shared ? 'plan6.is_shared' : 'plan6.share_hint')}</span>
          </div>
        </>
      )}
    </>
  );
}

function Earlier({ versions }: { versions: Plan[] }) {
  const { t, date } = useTexts();
  return (
    <details>
      <summary>{t('plan6.earlier', { n: versions.length })}</summary>
      {versions.map((plan) => (
        <div key={plan.id}>
          <h3>{t('plan6.of', { n: plan.number, at: date(plan.written_at) })}</h3>
          <Lines lines={plan.lines} />
        </div>
      ))}
    </details>
  );
}

interface Draft {
  key: number;
  section: Section;
  words: string;
  phone: string;
  who: string;
  by: string;
  done: boolean;
}

let next = 0;
const blank = (section: Section): Draft => ({
  key: next++,
  section,
  words: '',
  phone: '',
  who: '',
  by: '',
  done: false,
});
const draftOf = (line: Line): Draft => ({
  key: next++,
  section: line.section,
  words: line.words,
  phone: line.phone ?? '',
  who: line.who ?? '',
  by: line.by ?? '',
  done: line.done === true,
});

function Write({
  course,
  person,
  from,
  done,
}: {
  course: Course;
  person: string;
  from: Plan | undefined;
  done: () => void;
}) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const [lines, setLines] = useState<Draft[]>(() => [
    ...(from?.lines.map(draftOf) ?? []),
    ...sections.filter((section) => !from?.lines.some((line) => line.section === section)).map(blank),
  ]);
  const change = (key: number, part: Partial<Draft>) =>
    setLines(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  return (
    <form
      className="form plan6-write"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/people/{person}/safety-plans', {
                  params: { path: { course: course.id, person } },
                  body: {
                    after: from?.number ?? 0,
                    review_on: textOf(form, 'review_on'),
                    lines: lines
                      .filter((line) => line.words.trim())
                      .map((line) => ({
                        section: line.section,
                        words: line.words.trim(),
                        phone: line.phone.trim() || null,
                        who: line.section === 'surroundings' ? line.who.trim() || null : null,
                        by: line.section === 'surroundings' ? line.by || null : null,
                        done: line.section === 'surroundings' && line.done,
                      })),
                  },
                }),
              ),
            done,
            [keyOf(course.id, person)],
          ),
      )}
    >
      <p className="sub measure">{t('plan6.together')}</p>
      <ErrorSummary problem={problem} />
      {sections.map((section) => (
        <fieldset key={section} className="plan6-part">
          <legend>{t(`plan6.${section}`)}</legend>
          <p className="hint">{t(`plan6.${section}_hint`)}</p>
          {lines
            .filter((line) => line.section === section)
            .map((line, i) => (
              <div key={line.key} className="plan6-line">
                <input
                  type="text"
                  aria-label={`${t(`plan6.${section}`)} ${i + 1}`}
                  value={line.words}
                  onChange={(event) => change(line.key, { words: event.target.value })}
                />
                {(section === 'people' || section === 'professionals') && (
                  <input
                    type="tel"
                    aria-label={`${t('plan6.phone')} ${i + 1}`}
                    placeholder={t('plan6.phone')}
                    value={line.phone}
                    onChange={(event) => change(line.key, { phone: event.target.value })}
                  />
                )}
                {section === 'surroundings' && (
                  <>
                    <input
                      type="text"
                      aria-label={`${t('plan6.who')} ${i + 1}`}
                      placeholder={t('plan6.who')}
                      value={line.who}
                      onChange={(event) => change(line.key, { who: event.target.value })}
                    />
                    <input
                      type="date"
                      aria-label={`${t('plan6.by')} ${i + 1}`}
                      value={line.by}
                      onChange={(event) => change(line.key, { by: event.target.value })}
                    />
                    <label className="check">
                      <input
                        type="checkbox"
                        checked={line.done}
                        onChange={(event) => change(line.key, { done: event.target.checked })}
                      />{' '}
                      {t('plan6.done')}
                    </label>
                  </>
                )}
              </div>
            ))}
          <button type="button" className="btn btn-quiet" onClick={() => setLines([...lines, blank(section)])}>
            {t('plan6.more', { section: t(`plan6.${section}`) })}
          </button>
        </fieldset>
      ))}
      <Field name="review_on" label={t('plan6.review_on')} hint={t('plan6.review_hint')} problem={problem}>
        <input type="date" required />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('plan6.keep')}
        </button>
        <button type="button" className="btn btn-quiet" onClick={done}>
          {t('safety.not_now')}
        </button>
      </div>
    </form>
  );
}
