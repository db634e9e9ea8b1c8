import { CircleAlert, ClipboardPlus } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { Chart, Limits } from '../../shared/charts/Chart';
import { personOf, saidOnce, together } from '../../shared/charts/layout';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { GlassList } from '../Glass';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, nameOf, Page, submitted, textOf, useChange, useCourseName } from '../parts';
import { useCourse, useCoursePage, useGlass, useInstruments, usePerson, useStaff, useStaffName } from '../queries';
import { useUser } from '../session';

export default function Course() {
  const { course: id = '' } = useParams();
  const { t, date } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const page = useCoursePage(id);
  const courseName = useCourseName();
  return (
    <Loaded query={course}>
      {(one) => (
        <Loaded query={page}>
          {(shown) => (
            <Page
              title="course.title"
              heading={courseName(one)}
              facts={
                <>
                  <span>{t(`unit.${one.unit}`)}</span> <span>{t('course.since', { date: date(one.begun_on) })}</span>
                  {one.ended_on && <span>{t('course.until', { date: date(one.ended_on) })}</span>}
                </>
              }
              actions={
                one.therapist === user.id && (
                  <Link className="btn btn-primary" to={`/courses/${id}/give`}>
                    <ClipboardPlus size={16} aria-hidden="true" /> {t('give.title')}
                  </Link>
                )
              }
              tabs={<CourseTabs course={id} />}
            >
              <div className="col-wide">
                {shown.open_risk_entries.map((risk) => (
                  <Risk key={risk.id} risk={risk} course={one} />
                ))}
                {one.therapist === user.id && <Glass course={id} />}
                <Trajectories course={one} page={shown} />
              </div>
              <div className="col-side">
                <Sheets course={one} page={shown} />
                <RisksBefore course={one} page={shown} />
                <People course={one} />
                <Matters course={one} mine={one.therapist === user.id} />
              </div>
            </Page>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

/** What was answered earlier, and what somebody did about it. */
function RisksBefore({ course, page }: { course: Schemas['CourseView']; page: Schemas['CoursePage'] }) {
  const { t, date, time } = useTexts();
  const staffName = useStaffName();
  if (page.acknowledged_risk_entries.length === 0) return null;
  return (
    <section className="card" aria-labelledby="risks-before">
      <h2 id="risks-before">{t('risk.before')}</h2>
      <ul className="rows">
        {page.acknowledged_risk_entries.map((risk) => {
          const member = course.members.find((one) => one.person === risk.person);
          return (
            <li key={risk.id} className="risk-before">
              <p>
                <Link to={`/courses/${course.id}/sheets/${risk.administration}`}>{date(risk.created_at)}</Link>
                {course.members.length > 1 && member && `, ${nameOf(member)}`}: {risk.answer}
              </p>
              <p className="account">{risk.what_was_done}</p>
              {risk.found && <p className="account">{risk.found}</p>}
              <p className="meta">
                {t('risk.done_by', {
                  name: staffName(risk.acknowledged_by) ?? t('glass.somebody'),
                  at: time(risk.acknowledged_at ?? risk.created_at),
                })}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A person first, not a document: whom to contact and how, then what was answered, then what was done. */
function Risk({ risk, course }: { risk: Schemas['RiskEntry']; course: Schemas['CourseView'] }) {
  const { t, time } = useTexts();
  const member = course.members.find((one) => one.person === risk.person);
  const person = usePerson(risk.person);
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const draft = `risk.${risk.id}`;
  const [done, setDone] = useState(() => readDraft<string>(draft) ?? '');
  const view = person.data?.person;
  const user = useUser();
  const staffName = useStaffName();
  const may = course.therapist === user.id || course.supervisor === user.id;
  return (
    <section className="card urgent" aria-labelledby={`risk-${risk.id} answer-${risk.id}`}>
      <div className="alert">
        <CircleAlert size={22} aria-hidden="true" />
        <div>
          <h2 id={`risk-${risk.id}`} className="headline">
            {t('risk.contact', { name: member ? nameOf(member) : t('risk.person') })}
          </h2>
          <p id={`answer-${risk.id}`}>{t('risk.answered', { answer: risk.answer })}</p>
          <p className="sub">
            {t('risk.since', { at: time(risk.created_at) })} {!risk.acknowledged_at && t('risk.nobody')}{' '}
            <Link to={`/courses/${course.id}/sheets/${risk.administration}`}>{t('risk.sheet')}</Link>
          </p>
        </div>
      </div>
      {view && (
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
      )}
      {risk.acknowledged_at ? (
        <p className="sub">
          {t('risk.done_by', {
            name: staffName(risk.acknowledged_by) ?? t('glass.somebody'),
            at: time(risk.acknowledged_at),
          })}{' '}
          {risk.what_was_done} <Link to={`/courses/${course.id}/safety`}>{t('risk.close')}</Link>
        </p>
      ) : may ? (
        <form
          className="form"
          onSubmit={submitted(
            () =>
              void run(() =>
                ask(
                  api.POST('/api/v1/courses/{course}/risks/{risk}/acknowledge', {
                    params: { path: { course: course.id, risk: risk.id } },
                    body: { what_was_done: done.trim() },
                  }),
                ), () => {
                dropDraft(draft);
                notice({ words: t('risk.recorded') });
              }, [['course', course.id], ['risks'], ['courses']]),
          )}
        >
          <ErrorSummary problem={problem} />
          <Field name={`done-${risk.id}`} label={t('risk.done')} hint={t('risk.done_hint')}>
            <textarea
              rows={3}
              required
              value={done}
              onChange={(event) => {
                setDone(event.target.value);
                keepDraft(draft, event.target.value);
              }}
            />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn btn-primary" disabled={busy}>
              {t('risk.record')}
            </button>
            <span className="hint">{t('risk.stays')}</span>
          </div>
        </form>
      ) : (
        <p className="sub">{t('risk.others')}</p>
      )}
    </section>
  );
}

function Trajectories({ course, page }: { course: Schemas['CourseView']; page: Schemas['CoursePage'] }) {
  const { t } = useTexts();
  const [which, setWhich] = useState(0);
  const several = course.members.length > 1;
  const groups = together(page.charts, several);
  const group = groups[which] ?? groups[0];
  const short = groups.length <= 3 && groups.every((one) => one.name.length <= 18);
  return (
    <section className="card" aria-labelledby="going">
      <div className="card-head">
        <h2 id="going">{t('course.going')}</h2>
        {groups.length > 1 && short && (
          <fieldset className="seg no-print">
            <legend className="vh">{t('course.which')}</legend>
            {groups.map((one, i) => (
              <button key={one.name} type="button" aria-pressed={one === group} onClick={() => setWhich(i)}>
                {one.name}
              </button>
            ))}
          </fieldset>
        )}
        {groups.length > 1 && !short && (
          <select
            className="pick no-print"
            aria-label={t('course.which')}
            value={which}
            onChange={(event) => setWhich(Number(event.target.value))}
          >
            {groups.map((one, i) => (
              <option key={one.name} value={i}>
                {one.name}
              </option>
            ))}
          </select>
        )}
        {groups.length === 1 && group && <span className="meta">{group.name}</span>}
      </div>
      {group ? (
        <>
          <div className="twins" data-n={group.charts.length}>
            {group.charts.map((chart) => (
              <div key={chart.id}>
                {several && <h3 className="twin">{personOf(chart.title)}</h3>}
                <Chart model={chart} beside={group.charts} />
              </div>
            ))}
          </div>
          <Limits limits={saidOnce(group.charts)} />
        </>
      ) : (
        <p className="empty-line">{t(page.sheets.length ? 'course.no_scores' : 'course.no_sheets')}</p>
      )}
    </section>
  );
}

function Sheets({ course, page }: { course: Schemas['CourseView']; page: Schemas['CoursePage'] }) {
  const { t, date } = useTexts();
  const instruments = useInstruments();
  return (
    <section className="card" aria-labelledby="sheets">
      <h2 id="sheets">{t('course.sheets')}</h2>
      {page.sheets.length === 0 ? (
        <p className="empty-line">{t('course.sheets_none')}</p>
      ) : (
        <ul className="rows">
          {page.sheets.map(({ administration: given, risks }) => {
            const member = course.members.find((one) => one.person === given.respondent);
            const title =
              instruments.data?.find((one) => one.id === given.instrument)?.abbreviation ?? given.instrument;
            return (
              <li key={given.id} className="sheet-row">
                <Link data-row to={`/courses/${course.id}/sheets/${given.id}`}>
                  {title}
                </Link>
                <span className="meta num">
                  {date(given.sent_at ?? given.given_at)} · {t(`mode.${given.mode}`)}
                  {course.members.length > 1 && member && ` · ${nameOf(member)}`}
                </span>
                <span className="tags">
                  {given.progress !== 'sent' && (
                    <span className={given.progress === 'stopped' ? 'tag tag-plain' : 'tag tag-draft'}>
                      {t(`progress.${given.progress}`)}
                    </span>
                  )}
                  {risks.some((risk) => risk.raised) && <span className="tag tag-urgent">{t('sheet.raised')}</span>}
                  {given.asks_risk && risks.some((risk) => risk.answer === null) && (
                    <span className="tag tag-urgent">{t('sheet.risk_empty')}</span>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function People({ course }: { course: Schemas['CourseView'] }) {
  const { t } = useTexts();
  return (
    <section className="card" aria-labelledby="people">
      <h2 id="people">{t('course.who')}</h2>
      <ul className="rows">
        {course.members.map((member) => (
          <li key={member.person} className="sheet-row">
            <span>{nameOf(member)}</span>
            <span className="meta">
              {t(`role.${member.role}`)} · {t(`age.${member.age_group}`)} · <span className="num">{member.code}</span>
            </span>
          </li>
        ))}
      </ul>
      <p className="more">
        <Link to={`/courses/${course.id}/people`}>{t('course.people')}</Link>
      </p>
    </section>
  );
}

/** Who read this course without being its therapist or supervisor: while they can, and once more afterwards. */
function Glass({ course }: { course: string }) {
  const { t } = useTexts();
  const glass = useGlass(course);
  const news = glass.data?.filter((one) => one.seen_at === null || Date.parse(one.until_ms) > Date.now()) ?? [];
  if (!news.length) return null;
  return (
    <section className="card" aria-labelledby="glass">
      <h2 id="glass">{t('glass.list')}</h2>
      <GlassList broken={news} />
    </section>
  );
}

/** Who treats, who supervises, and the end of the course. */
function Matters({ course, mine }: { course: Schemas['CourseView']; mine: boolean }) {
  const { t } = useTexts();
  const staff = useStaff();
  const staffName = useStaffName();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [ending, setEnding] = useState(false);
  const stale = [['course', course.id], ['courses']];
  const path = { course: course.id };
  const assign = (supervisor: string | null) =>
    ask(api.PUT('/api/v1/courses/{course}/supervisor', { params: { path }, body: { supervisor } }));
  const choose = (supervisor: string | null) =>
    void run(
      () => assign(supervisor),
      () =>
        notice({
          words: supervisor
            ? t('matters.supervised', { name: staffName(supervisor) ?? '' })
            : t('matters.supervised_nobody'),
          undo: () => assign(course.supervisor),
          stale,
        }),
      stale,
    );
  const supervisors = staff.data?.filter((one) => one.supervisor && one.id !== course.therapist) ?? [];
  return (
    <section className="card form" aria-labelledby="matters">
      <h2 id="matters">{t('matters.title')}</h2>
      <ErrorSummary problem={problem} />
      <dl className="facts-list">
        <div>
          <dt>{t('outlines.therapist')}</dt>
          <dd>{staffName(course.therapist) ?? t('glass.somebody')}</dd>
        </div>
        {!(mine && supervisors.length > 0) && (
          <div>
            <dt>{t('matters.supervisor')}</dt>
            <dd>{course.supervisor ? (staffName(course.supervisor) ?? t('glass.somebody')) : t('matters.nobody')}</dd>
          </div>
        )}
      </dl>
      {mine && supervisors.length > 0 && (
        <Field name="supervisor" label={t('matters.supervisor')} hint={t('matters.supervisor_hint')}>
          <select
            value={course.supervisor ?? ''}
            disabled={busy}
            onChange={(event) => choose(event.target.value || null)}
          >
            <option value="">{t('matters.nobody')}</option>
            {supervisors.map((one) => (
              <option key={one.id} value={one.id}>
                {one.display_name}
              </option>
            ))}
          </select>
        </Field>
      )}
      {mine && course.ended_on && (
        <div className="form-do no-print">
          <button
            type="button"
            className="btn"
            disabled={busy}
            onClick={() =>
              void run(
                () => ask(api.DELETE('/api/v1/courses/{course}/end', { params: { path } })),
                () => notice({ words: t('matters.reopened') }),
                stale,
              )
            }
          >
            {t('matters.reopen')}
          </button>
        </div>
      )}
      {mine && !course.ended_on && !ending && (
        <div className="form-do no-print">
          <button type="button" className="btn" onClick={() => setEnding(true)}>
            {t('matters.end')}
          </button>
        </div>
      )}
      {mine && !course.ended_on && ending && (
        <form
          className="form"
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  ask(
                    api.POST('/api/v1/courses/{course}/end', {
                      params: { path },
                      body: { ended_on: textOf(form, 'ended_on') },
                    }),
                  ),
                () => {
                  setEnding(false);
                  notice({
                    words: t('matters.ended'),
                    undo: () => ask(api.DELETE('/api/v1/courses/{course}/end', { params: { path } })),
                    stale,
                  });
                },
                stale,
              ),
          )}
        >
          <Field name="ended_on" label={t('matters.ended_on')} hint={t('matters.end_hint')} problem={problem}>
            <input type="date" required min={course.begun_on} defaultValue={new Date().toISOString().slice(0, 10)} />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn btn-primary" disabled={busy}>
              {t('matters.end_do')}
            </button>
            <button type="button" className="btn" onClick={() => setEnding(false)}>
              {t('cancel')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
