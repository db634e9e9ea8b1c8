import { type ReactNode, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, nameOf, Page, submitted, textOf, useChange, useCourseName } from '../parts';
import { useCourse, useCourses, useInstruments, useSheet } from '../queries';
import { find } from '../search';
import { useUser } from '../session';

type Course = Schemas['CourseView'];
type Member = Schemas['MemberView'];
interface Place {
  course: Course;
  member: Member;
}
const most = 8;

/** Answers that stand in somebody else's record: whose they are, why, and one look at both names before they move. */
export default function Move() {
  const { course: id = '', sheet: sheetId = '' } = useParams();
  const { t } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const sheet = useSheet(id, sheetId);
  const courses = useCourses();
  const courseName = useCourseName();
  const frame = (one: Course, body: ReactNode) => (
    <Page title="move.title" heading={t('move.title')} facts={courseName(one)} tabs={<CourseTabs course={id} />} plain>
      {body}
    </Page>
  );
  return (
    <Loaded query={course}>
      {(one) => (
        <Loaded query={sheet}>
          {(shown) => (
            <Loaded query={courses}>
              {(all) => {
                const given = shown.administration;
                const mine = one.therapist === user.id;
                const from = one.members.find((member) => member.person === given.respondent);
                if (!mine || !from || given.progress !== 'sent')
                  return frame(
                    one,
                    <div className="card">
                      <p>{t(mine ? 'move.nothing' : 'problem.access.forbidden')}</p>
                      <p className="more">
                        <Link to={`/courses/${id}/sheets/${sheetId}`}>{t('paper.to_sheet')}</Link>
                      </p>
                    </div>,
                  );
                const own = all.filter((each) => each.therapist === user.id);
                const others = [...own].sort((a, b) => Number(b.id === id) - Number(a.id === id));
                const places = others
                  .flatMap((each) => each.members.map((member) => ({ course: each, member })))
                  .filter((place) => place.course.id !== id || place.member.person !== given.respondent);
                return frame(one, <MoveForm sheet={shown} from={{ course: one, member: from }} places={places} />);
              }}
            </Loaded>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

const keyOf = (place: Place) => `${place.course.id}.${place.member.person}`;

function MoveForm({ sheet, from, places }: { sheet: Schemas['Sheet']; from: Place; places: Place[] }) {
  const { t, date } = useTexts();
  const navigate = useNavigate();
  const notice = useNotice();
  const instruments = useInstruments();
  const { busy, problem, run } = useChange();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Place>();
  const given = sheet.administration;
  const title = instruments.data?.find((one) => one.id === given.instrument)?.abbreviation ?? given.instrument;
  const found = find(places, typed, ({ member }) => `${nameOf(member)} ${member.code}`);
  const listed = found.slice(0, most);
  const shown = chosen && !listed.includes(chosen) ? [chosen, ...listed.slice(0, most - 1)] : listed;
  const stale = [['course'], ['risks'], ['courses']];
  const move = (from: string, { course, member }: Place, reason: string) =>
    ask(
      api.POST('/api/v1/courses/{course}/sheets/{sheet}/move', {
        params: { path: { course: from, sheet: given.id } },
        body: { to: course.id, respondent: member.person, reason },
      }),
    );
  const named = { from: nameOf(from.member), to: chosen ? nameOf(chosen.member) : '' };
  const send = (to: Place, reason: string) =>
    void run(
      () => move(from.course.id, to, reason),
      () => {
        const back = () => move(to.course.id, from, t('move.undo_reason'));
        const goBack = () => navigate(`/courses/${from.course.id}/sheets/${given.id}`, { replace: true });
        // Whom it was about is not carried over, and would not come back: then nothing is promised.
        notice({
          words: t('move.done', { name: nameOf(to.member) }),
          stale,
          ...(given.figure ? {} : { undo: back, undone: goBack }),
        });
        navigate(`/courses/${to.course.id}/sheets/${given.id}`, { replace: true });
      },
      stale,
    );
  if (places.length === 0)
    return (
      <div className="card empty">
        <p>{t('move.nobody')}</p>
      </div>
    );
  return (
    <form className="card form" onSubmit={submitted((form) => chosen && send(chosen, textOf(form, 'reason')))}>
      <p className="measure">
        {t('move.words', { measure: title, date: date(given.sent_at ?? given.given_at), name: named.from })}
      </p>
      <ErrorSummary problem={problem} />
      {problem?.code === 'consent.missing' && chosen && (
        <p>
          <Link to={`/courses/${chosen.course.id}/people`}>{t('move.consent', { name: named.to })}</Link>
        </p>
      )}
      <fieldset className="choices whom">
        <legend>{t('move.whose')}</legend>
        {places.length > most && (
          <Field name="filter" label={t('caseload.filter')}>
            <input
              type="search"
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') event.preventDefault();
              }}
            />
          </Field>
        )}
        {shown.map((place) => (
          <label key={keyOf(place)} className="choice">
            <input
              type="radio"
              name="to"
              required
              checked={chosen !== undefined && keyOf(chosen) === keyOf(place)}
              onChange={() => setChosen(place)}
            />
            <span>
              {nameOf(place.member)}
              <span className="hint num">
                {place.member.code} · {t(`unit.${place.course.unit}`)} ·{' '}
                {place.course.id === from.course.id
                  ? t('move.same_course')
                  : place.course.ended_on
                    ? t('course.until', { date: date(place.course.ended_on) })
                    : t('course.since', { date: date(place.course.begun_on) })}
              </span>
            </span>
          </label>
        ))}
        <p className="hint" role="status">
          {found.length === 0
            ? t('caseload.none_found', { typed })
            : found.length > most && t('move.more', { n: found.length - most })}
        </p>
      </fieldset>
      {chosen && (
        <div className="form" key={keyOf(chosen)}>
          <dl className="from-to">
            <div>
              <dt>{t('move.from')}</dt>
              <dd>
                {named.from} <span className="meta num">{from.member.code}</span>
              </dd>
            </div>
            <div>
              <dt>{t('move.to')}</dt>
              <dd>
                {named.to} <span className="meta num">{chosen.member.code}</span>
              </dd>
            </div>
          </dl>
          {sheet.risks.some((risk) => risk.raised) && <p className="callout">{t('move.risk', named)}</p>}
          {given.figure && <p className="callout">{t('move.figure', named)}</p>}
          <Field name="reason" label={t('move.reason')} hint={t('move.reason_hint')} problem={problem}>
            <textarea rows={2} required minLength={3} />
          </Field>
          <label className="check">
            <input type="checkbox" required />
            <span>{t('move.sure', { name: named.to, code: chosen.member.code })}</span>
          </label>
        </div>
      )}
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {chosen ? t('move.do', { name: named.to }) : t('move.do_plain')}
        </button>
        <Link className="btn" to={`/courses/${from.course.id}/sheets/${given.id}`}>
          {t('cancel')}
        </Link>
        <span className="hint">{t('move.audited')}</span>
      </div>
    </form>
  );
}
