import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, nameOf, submitted, textOf, useChange } from '../parts';
import { usePerson, useStaffName } from '../queries';
import { instantOf, localField, touched } from './record';
import { Screen } from './Screen';

type Course = Schemas['CourseView'];
type Page = Schemas['SafetyPage'];
type Risk = Schemas['RiskEntry'];

const whose = (course: Course, person: string) => course.members.find((one) => one.person === person);

/** Everything that is open, each with what leads to its closing. */
export function Entries({ course, page, may, mine }: { course: Course; page: Page; may: boolean; mine: boolean }) {
  const { t } = useTexts();
  return (
    <>
      {page.open.map((risk) => (
        <Open key={risk.id} course={course} page={page} risk={risk} may={may} mine={mine} />
      ))}
      {page.open.length === 0 && (
        <section className="card" aria-labelledby="none-open">
          <h2 id="none-open">{t('safety.none_open')}</h2>
          <p className="measure">{t('safety.none_open_words')}</p>
        </section>
      )}
    </>
  );
}

function Open({
  course,
  page,
  risk,
  may,
  mine,
}: {
  course: Course;
  page: Page;
  risk: Risk;
  may: boolean;
  mine: boolean;
}) {
  const { t, time } = useTexts();
  const staffName = useStaffName();
  const [doing, setDoing] = useState<'close' | 'ask'>();
  const member = whose(course, risk.person);
  return (
    <section className="card urgent" aria-labelledby={`open-${risk.id}`}>
      <div className="alert">
        <CircleAlert size={22} aria-hidden="true" />
        <div>
          <h2 id={`open-${risk.id}`} className="headline">
            {t('risk.contact', { name: member ? nameOf(member) : t('risk.person') })}
          </h2>
          <p>{t('risk.answered', { answer: risk.answer })}</p>
          <p className="sub">
            {t('risk.since', { at: time(risk.created_at) })} {!risk.acknowledged_at && t('risk.nobody')}{' '}
            <Link to={`/courses/${course.id}/sheets/${risk.administration}`}>{t('risk.sheet')}</Link>
          </p>
          <Reach person={risk.person} />
          <p className="sub">
            {risk.acknowledged_at
              ? t('safety.seen_by', {
                  name: staffName(risk.acknowledged_by) ?? t('glass.somebody'),
                  at: time(risk.acknowledged_at),
                })
              : t('safety.seen_by_nobody')}
            {risk.what_was_done && ` ${risk.what_was_done}`}
          </p>
        </div>
      </div>
      {may && (
        <div className="form-do">
          {mine && (
            <button
              type="button"
              className="btn"
              aria-expanded={doing === 'ask'}
              onClick={() => setDoing(doing === 'ask' ? undefined : 'ask')}
            >
              {t('safety.ask')}
            </button>
          )}
          <button
            type="button"
            className="btn btn-primary"
            aria-expanded={doing === 'close'}
            onClick={() => setDoing(doing === 'close' ? undefined : 'close')}
          >
            {t('safety.close')}
          </button>
        </div>
      )}
      {doing === 'close' && <Close course={course} risk={risk} />}
      {doing === 'ask' && (
        <Screen course={course} person={risk.person} risk={risk.id} page={page} done={() => setDoing(undefined)} />
      )}
    </section>
  );
}

/** How this person may be reached, where it is needed. */
function Reach({ person }: { person: string }) {
  const { t } = useTexts();
  const view = usePerson(person).data?.person;
  if (!view) return null;
  return (
    <dl className="reach">
      <div>
        <dt>{t('contact.safe')}</dt>
        <dd>{view.safe_contact ?? view.contact ?? t('contact.none')}</dd>
      </div>
      <div>
        <dt>{t('contact.emergency')}</dt>
        <dd>{view.emergency_contact ?? t('contact.none')}</dd>
      </div>
    </dl>
  );
}

function Close({ course, risk }: { course: Course; risk: Risk }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const draft = `close.${risk.id}`;
  const [words, setWords] = useState(() => readDraft<Record<string, string>>(draft) ?? {});
  const write = (name: string, value: string) => {
    const next = { ...words, [name]: value };
    setWords(next);
    keepDraft(draft, next);
  };
  return (
    <form
      className="form"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/risks/{risk}/close', {
                  params: { path: { course: course.id, risk: risk.id } },
                  body: {
                    spoke: textOf(form, 'spoke'),
                    spoke_at: instantOf(textOf(form, 'spoke_at')),
                    found: textOf(form, 'found'),
                    next_step: textOf(form, 'next_step'),
                  },
                }),
              ),
            () => {
              dropDraft(draft);
              notice({ words: t('safety.closed_now') });
            },
            touched(course.id),
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      <Field name="spoke" label={t('safety.spoke')} problem={problem}>
        <input
          type="text"
          required
          value={words.spoke ?? ''}
          onChange={(event) => write('spoke', event.target.value)}
        />
      </Field>
      <Field name="spoke_at" label={t('safety.spoke_at')} problem={problem}>
        <input type="datetime-local" required max={localField(new Date())} />
      </Field>
      <Field name="found" label={t('safety.found')} hint={t('safety.found_hint')} problem={problem}>
        <textarea
          rows={3}
          required
          value={words.found ?? ''}
          onChange={(event) => write('found', event.target.value)}
        />
      </Field>
      <Field name="next_step" label={t('safety.next_step')} hint={t('safety.next_step_hint')} problem={problem}>
        <textarea
          rows={2}
          required
          value={words.next_step ?? ''}
          onChange={(event) => write('next_step', event.target.value)}
        />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('safety.close_now')}
        </button>
        <span className="hint">{t('safety.close_hint')}</span>
      </div>
    </form>
  );
}

/** While one is open: what was asked and has not been answered. */
export function Silences({ course, page }: { course: Course; page: Page }) {
  const { t, date } = useTexts();
  if (page.open.length === 0) return null;
  return (
    <section className="card" aria-labelledby="silences">
      <h2 id="silences">{t('safety.silences')}</h2>
      {page.silences.length === 0 ? (
        <p className="empty-line">{t('safety.no_silences')}</p>
      ) : (
        <ul className="rows">
          {page.silences.map((one) => {
            const member = whose(course, one.person);
            return (
              <li key={one.sheet} className="row">
                <Link to={`/courses/${course.id}/sheets/${one.sheet}`}>{one.instrument}</Link>
                <span className="meta">
                  {t(`safety.silence.${one.kind}`)} · {date(one.since)}
                  {course.members.length > 1 && member && ` · ${nameOf(member)}`}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <p className="sub">{t('safety.silence_means')}</p>
    </section>
  );
}

export function Closed({ course, page }: { course: Course; page: Page }) {
  const { t, date, time } = useTexts();
  const staffName = useStaffName();
  if (page.closed.length === 0) return null;
  return (
    <section className="card" aria-labelledby="closed">
      <h2 id="closed">{t('safety.closed')}</h2>
      <ul className="rows">
        {page.closed.map((risk) => {
          const member = whose(course, risk.person);
          return (
            <li key={risk.id} className="risk-before">
              <p>
                <Link to={`/courses/${course.id}/sheets/${risk.administration}`}>{date(risk.created_at)}</Link>
                {course.members.length > 1 && member && `, ${nameOf(member)}`}: {risk.answer}
              </p>
              {risk.found ? (
                <dl className="said">
                  {risk.what_was_done && (
                    <div>
                      <dt>{t('safety.done_first')}</dt>
                      <dd className="account">{risk.what_was_done}</dd>
                    </div>
                  )}
                  <div>
                    <dt>{t('safety.spoke_short')}</dt>
                    <dd>
                      {risk.spoke}, {risk.spoke_at && time(risk.spoke_at)}
                    </dd>
                  </div>
                  <div>
                    <dt>{t('safety.found')}</dt>
                    <dd className="account">{risk.found}</dd>
                  </div>
                  <div>
                    <dt>{t('safety.next_step')}</dt>
                    <dd className="account">{risk.next_step}</dd>
                  </div>
                </dl>
              ) : (
                <p className="account">
                  {risk.what_was_done} <small className="sub">{t('safety.closed_before')}</small>
                </p>
              )}
              <p className="meta">
                {t('safety.closed_by', {
                  name: staffName(risk.closed_by) ?? t('glass.somebody'),
                  at: time(risk.closed_at ?? risk.created_at),
                })}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
