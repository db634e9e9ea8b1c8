import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { ErrorSummary, Field, Loaded, nameOf, Page, submitted, textOf, useChange, useCourseName } from '../parts';
import { useCourse } from '../queries';
import { useEnding } from '../safety/record';
import { SafetyTexts } from '../safety/SafetyTexts';
import { useUser } from '../session';

type Course = Schemas['CourseView'];
type View = Schemas['EndingPage'];

const reasons = [
  'goals_reached',
  'enough_for_now',
  'referred',
  'moved_away',
  'illness',
  'practice_reasons',
  'not_helping',
  'stopped_coming',
  'died',
  'other',
] as const;
const enders = ['both', 'client', 'therapist', 'circumstances'] as const;

/** How a course ended, by five definitions of a drop-out side by side, and how its people are afterwards. */
export default function Ending() {
  return (
    <SafetyTexts>
      <EndingPage />
    </SafetyTexts>
  );
}

function EndingPage() {
  const { course: id = '' } = useParams();
  const { t } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const ending = useEnding(id);
  const courseName = useCourseName();
  const [writing, setWriting] = useState(false);
  return (
    <Loaded query={course}>
      {(one) => {
        const mine = one.therapist === user.id;
        return (
          <Page
            title="course.ending"
            heading={courseName(one)}
            facts={t('ending.facts')}
            tabs={<CourseTabs course={id} />}
          >
            <Loaded query={ending} part>
              {(view) => (
                <>
                  <div className="col-wide">
                    {writing ? (
                      <Write course={one} view={view} done={() => setWriting(false)} />
                    ) : (
                      <How view={view} mine={mine} write={() => setWriting(true)} />
                    )}
                    {view.dropout.length > 0 && <Dropout view={view} />}
                    {view.ended_on && <After course={one} view={view} />}
                  </div>
                  <div className="col-side">
                    {view.ended_on && <FollowUps course={one} view={view} mine={mine} />}
                    {view.findings.map((finding) => (
                      <section key={finding.code} className="card">
                        <p>{finding.statement}</p>
                        <p className="sub">{finding.basis}</p>
                        <p className="sub">{finding.limits}</p>
                      </section>
                    ))}
                  </div>
                </>
              )}
            </Loaded>
          </Page>
        );
      }}
    </Loaded>
  );
}

function How({ view, mine, write }: { view: View; mine: boolean; write: () => void }) {
  const { t, date } = useTexts();
  const one = view.ending;
  return (
    <section className="card" aria-labelledby="how">
      <h2 id="how">{t('ending.how')}</h2>
      {one && view.ended_on ? (
        <>
          <p className="headline">
            {t(`ending.reason.${one.reason}`)}, {date(view.ended_on)}
          </p>
          <p>
            {t(one.planned ? 'ending.planned' : 'ending.unplanned')} · {t(`ending.by.${one.ended_by}`)}
            {one.attended !== null && ` · ${t('ending.sessions', { n: one.attended })}`}
            {one.planned_sessions !== null && ` ${t('ending.of_planned', { n: one.planned_sessions })}`}
          </p>
          {one.words && <p className="account">{one.words}</p>}
        </>
      ) : (
        <p className="empty-line">{t(view.ended_on ? 'ending.not_said' : 'ending.goes_on')}</p>
      )}
      {mine && (
        <div className="form-do">
          <button type="button" className="btn" onClick={write}>
            {t(one ? 'ending.change' : view.ended_on ? 'ending.say' : 'ending.end')}
          </button>
        </div>
      )}
    </section>
  );
}

const tri = (value: string): boolean | null => (value === 'yes' ? true : value === 'no' ? false : null);
const triWord = (value: boolean | null | undefined): string => (value === true ? 'yes' : value === false ? 'no' : '');
const whole = (value: string): number | null => (value === '' ? null : Number(value));

function Write({ course, view, done }: { course: Course; view: View; done: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const before = view.ending;
  return (
    <form
      className="card form"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.PUT('/api/v1/courses/{course}/ending', {
                  params: { path: { course: course.id } },
                  body: {
                    ended_on: textOf(form, 'ended_on'),
                    reason: textOf(form, 'reason') as (typeof reasons)[number],
                    planned: textOf(form, 'planned') === 'yes',
                    ended_by: textOf(form, 'ended_by') as (typeof enders)[number],
                    judged_dropout: tri(textOf(form, 'judged_dropout')),
                    missed_last: tri(textOf(form, 'missed_last')),
                    attended: whole(textOf(form, 'attended')),
                    planned_sessions: whole(textOf(form, 'planned_sessions')),
                    words: textOf(form, 'words') || null,
                  },
                }),
              ),
            done,
            [['course', course.id], ['courses']],
          ),
      )}
    >
      <h2>{t('ending.how')}</h2>
      <ErrorSummary problem={problem} />
      <Field name="ended_on" label={t('ending.ended_on')} problem={problem}>
        <input
          type="date"
          required
          max={new Date().toISOString().slice(0, 10)}
          defaultValue={view.ended_on ?? new Date().toISOString().slice(0, 10)}
        />
      </Field>
      <Field name="reason" label={t('ending.reason')}>
        <select required defaultValue={before?.reason ?? ''}>
          {!before && <option value="">{t('ending.choose')}</option>}
          {reasons.map((one) => (
            <option key={one} value={one}>
              {t(`ending.reason.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field name="planned" label={t('ending.was_planned')}>
        <select required defaultValue={before ? triWord(before.planned) : ''}>
          {!before && <option value="">{t('ending.choose')}</option>}
          <option value="yes">{t('ending.planned')}</option>
          <option value="no">{t('ending.unplanned')}</option>
        </select>
      </Field>
      <Field name="ended_by" label={t('ending.by')}>
        <select required defaultValue={before?.ended_by ?? ''}>
          {!before && <option value="">{t('ending.choose')}</option>}
          {enders.map((one) => (
            <option key={one} value={one}>
              {t(`ending.by.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      {(['judged_dropout', 'missed_last'] as const).map((name) => (
        <Field key={name} name={name} label={t(`ending.${name}`)}>
          <select defaultValue={triWord(before?.[name])}>
            <option value="">{t('ending.not_known')}</option>
            <option value="yes">{t('safety.answer.yes')}</option>
            <option value="no">{t('safety.answer.no')}</option>
          </select>
        </Field>
      ))}
      {(['attended', 'planned_sessions'] as const).map((name) => (
        <Field key={name} name={name} label={t(`ending.${name}`)} hint={t(`ending.${name}_hint`)} problem={problem}>
          <input type="number" min={0} max={2000} defaultValue={before?.[name] ?? ''} />
        </Field>
      ))}
      <Field name="words" label={t('ending.words')}>
        <textarea rows={3} defaultValue={before?.words ?? ''} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t(view.ended_on ? 'ending.keep' : 'ending.end_now')}
        </button>
        <button type="button" className="btn btn-quiet" onClick={done}>
          {t('safety.not_now')}
        </button>
        {!view.ended_on && <span className="hint">{t('ending.end_hint')}</span>}
      </div>
    </form>
  );
}

function Dropout({ view }: { view: View }) {
  const { t } = useTexts();
  return (
    <section className="card" aria-labelledby="dropout">
      <h2 id="dropout">{t('ending.dropout')}</h2>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('ending.definition')}</th>
            <th scope="col">{t('ending.answer')}</th>
            <th scope="col">{t('ending.rests_on')}</th>
          </tr>
        </thead>
        <tbody>
          {view.dropout.map((one) => (
            <tr key={one.definition}>
              <th scope="row">{one.name}</th>
              <td>{t(`ending.known.${one.answer}`)}</td>
              <td className="sub">{one.basis}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function After({ course, view }: { course: Course; view: View }) {
  const { t, number } = useTexts();
  return (
    <section className="card" aria-labelledby="after">
      <h2 id="after">{t('ending.after')}</h2>
      {view.scales.length === 0 && <p className="empty-line">{t('ending.no_scales')}</p>}
      {view.scales.map((one) => {
        const member = course.members.find((other) => other.person === one.person);
        const shown = (value: number | null) => (value === null ? t('ending.none') : number(value));
        return (
          <div key={`${one.person}${one.instrument}${one.scale}`} className="after-scale">
            <h3>
              {one.instrument}: {one.name}
              {course.members.length > 1 && member && ` · ${nameOf(member)}`}
            </h3>
            <p className="num">
              {t('ending.scores', {
                first: shown(one.intake),
                last: shown(one.end),
                after: one.after.length ? one.after.map(number).join(', ') : t('ending.none_yet'),
              })}{' '}
              {t(`ending.change.${one.change}`)}
            </p>
            <ul>
              {one.answers.map((answer) => (
                <li key={answer.kind}>
                  {t(`ending.kind.${answer.kind}`)}: <strong>{t(`ending.known.${answer.answer}`)}</strong>{' '}
                  <span className="sub">{answer.basis}</span>
                </li>
              ))}
            </ul>
            <p className="sub">{one.basis}</p>
          </div>
        );
      })}
    </section>
  );
}

function FollowUps({ course, view, mine }: { course: Course; view: View; mine: boolean }) {
  const { t, date } = useTexts();
  const [doing, setDoing] = useState<string>();
  return (
    <section className="card" aria-labelledby="follow-ups">
      <h2 id="follow-ups">{t('followup.title')}</h2>
      <ul className="rows">
        {view.follow_ups.map((place) => {
          const member = course.members.find((one) => one.person === place.person);
          const key = `${place.person}${place.months}`;
          const may = mine && place.state !== 'coming';
          return (
            <li key={key} className="risk-before">
              <p>
                <strong>{t('followup.months', { n: place.months })}</strong>
                {course.members.length > 1 && member && ` · ${nameOf(member)}`}{' '}
                <span className={place.state === 'open' ? 'tag tag-notice' : 'tag'}>
                  {t(`followup.${place.state}`)}
                </span>
              </p>
              <p className="meta">{t('followup.window', { from: date(place.opens), to: date(place.closes) })}</p>
              {place.attempts.map((one) => (
                <p key={one.id} className="sub">
                  {date(one.on_day)}: {t(`followup.contact.${one.contact}`)}
                  {one.treatment_since === true && ` · ${t('followup.treatment')} ${one.treatment ?? ''}`}
                  {one.words && ` · ${one.words}`}
                </p>
              ))}
              {may &&
                (doing === key ? (
                  <Note course={course} place={place} done={() => setDoing(undefined)} />
                ) : (
                  <button type="button" className="btn btn-quiet" onClick={() => setDoing(key)}>
                    {t('followup.note')}
                  </button>
                ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Note({ course, place, done }: { course: Course; place: Schemas['FollowUpPlace']; done: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  return (
    <form
      className="form"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/people/{person}/follow-ups', {
                  params: { path: { course: course.id, person: place.person } },
                  body: {
                    months: place.months,
                    on: textOf(form, 'on'),
                    contact: textOf(form, 'contact') as 'reached',
                    treatment_since: tri(textOf(form, 'treatment_since')),
                    treatment: textOf(form, 'treatment') || null,
                    words: textOf(form, 'follow_words') || null,
                  },
                }),
              ),
            done,
            [['course', course.id, 'ending'], ['follow-ups']],
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      <Field name="on" label={t('followup.on')} problem={problem}>
        <input type="date" required max={new Date().toISOString().slice(0, 10)} />
      </Field>
      <Field name="contact" label={t('followup.contact')}>
        <select>
          {(['reached', 'not_reached', 'declined'] as const).map((one) => (
            <option key={one} value={one}>
              {t(`followup.contact.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field name="treatment_since" label={t('followup.treatment_since')}>
        <select>
          <option value="">{t('followup.not_asked')}</option>
          <option value="yes">{t('safety.answer.yes')}</option>
          <option value="no">{t('safety.answer.no')}</option>
        </select>
      </Field>
      <Field name="treatment" label={t('followup.treatment')}>
        <input type="text" />
      </Field>
      <Field name="follow_words" label={t('followup.words')}>
        <textarea rows={2} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('safety.record')}
        </button>
        <button type="button" className="btn btn-quiet" onClick={done}>
          {t('safety.not_now')}
        </button>
      </div>
    </form>
  );
}
