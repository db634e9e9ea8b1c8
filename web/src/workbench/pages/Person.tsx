import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, nameOf, Page, submitted, textOf, useChange } from '../parts';
import { useCourse, usePerson } from '../queries';
import { useUser } from '../session';

const figureKinds = [
  'mother',
  'father',
  'caregiver',
  'partner',
  'former_partner',
  'sibling',
  'friend',
  'child',
  'therapist',
  'other',
] as const;

/** One person: who is close to them, what happened, a copy of their record, its erasure. */
export default function Person() {
  const { course: id = '', person: personId = '' } = useParams();
  const { t } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const person = usePerson(personId);
  return (
    <Loaded query={course}>
      {(one) => (
        <Loaded query={person}>
          {(view) => {
            const member = one.members.find((known) => known.person === personId);
            const mine = one.therapist === user.id && !view.person.erased_at;
            return (
              <Page
                title="one.title"
                heading={member ? nameOf(member) : view.person.code}
                facts={
                  <>
                    <span>{view.person.code}</span> <span>{t(`age.${view.person.age_group}`)}</span>
                  </>
                }
                tabs={<CourseTabs course={id} />}
                plain
              >
                <Figures view={view} mine={mine} members={one.members} />
                <History view={view} mine={mine} />
                {mine && (
                  <section className="card form" aria-labelledby="copy">
                    <h2 id="copy">{t('copy.title')}</h2>
                    <p className="measure">{t('copy.words')}</p>
                    <p className="form-do">
                      <Link className="btn" to={`/courses/${id}/people/${personId}/copy`}>
                        {t('copy.do')}
                      </Link>
                    </p>
                  </section>
                )}
                {mine && <Erase course={one} person={view.person} />}
              </Page>
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}

function Figures(props: { view: Schemas['PersonView']; mine: boolean; members: Schemas['MemberView'][] }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [made, setMade] = useState(0);
  const person = props.view.person.id;
  const stale = [['person', person]];
  const add = (body: Schemas['NewFigure']) =>
    ask(api.POST('/api/v1/people/{person}/figures', { params: { path: { person } }, body }));
  const remove = (figure: string) =>
    ask(api.DELETE('/api/v1/people/{person}/figures/{figure}', { params: { path: { person, figure } } }));
  return (
    <section className="card form" aria-labelledby="figures">
      <h2 id="figures">{t('figures.title')}</h2>
      {props.view.figures.length === 0 ? (
        <p className="empty-line">{t('figures.none')}</p>
      ) : (
        <ul className="rows">
          {props.view.figures.map((figure) => {
            const known = props.members.find((member) => member.person === figure.is_person);
            return (
              <li key={figure.id} className="row">
                <span>{figure.name ?? (known && nameOf(known)) ?? t(`figures.kind.${figure.kind}`)}</span>
                <span className="meta">{t(`figures.kind.${figure.kind}`)}</span>
                {props.mine && (
                  <button
                    type="button"
                    className="btn btn-quiet no-print"
                    disabled={busy}
                    aria-label={t('figures.remove_one', {
                      name: figure.name ?? (known && nameOf(known)) ?? t(`figures.kind.${figure.kind}`),
                    })}
                    onClick={() =>
                      void run(
                        () => remove(figure.id),
                        () =>
                          notice({
                            words: t('figures.removed'),
                            undo: () => add({ kind: figure.kind, name: figure.name, is_person: figure.is_person }),
                            stale,
                          }),
                        stale,
                      )
                    }
                  >
                    {t('remove')}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {props.mine && (
        <form
          key={made}
          className="form"
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  add({
                    kind: textOf(form, 'figure-kind') as Schemas['Figure']['kind'],
                    name: textOf(form, 'figure-name') || null,
                    is_person: textOf(form, 'figure-person') || null,
                  }),
                (view) => {
                  setMade(made + 1);
                  const added = view.figures.at(-1);
                  notice({ words: t('figures.added'), stale, ...(added ? { undo: () => remove(added.id) } : {}) });
                },
                stale,
              ),
          )}
        >
          <ErrorSummary problem={problem} />
          <div className="grid-2">
            <Field name="figure-kind" label={t('figures.who')} hint={t('figures.who_hint')}>
              <select>
                {figureKinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {t(`figures.kind.${kind}`)}
                  </option>
                ))}
              </select>
            </Field>
            <Field name="figure-name" label={t('figures.name')} hint={t('figures.name_hint')}>
              <input type="text" autoComplete="off" />
            </Field>
            {props.members.length > 1 && (
              <Field name="figure-person" label={t('figures.is')}>
                <select>
                  <option value="">{t('figures.is_nobody')}</option>
                  {props.members
                    .filter((member) => member.person !== person)
                    .map((member) => (
                      <option key={member.person} value={member.person}>
                        {nameOf(member)}
                      </option>
                    ))}
                </select>
              </Field>
            )}
          </div>
          <div className="form-do">
            <button type="submit" className="btn" disabled={busy}>
              {t('figures.add')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}

/** The age at which something happened, in words. */
export function useAge() {
  const { t } = useTexts();
  return ({ age_from: from, age_to: to }: Schemas['HistoryEvent']): string => {
    if (from === null && to === null) return t('history.no_age');
    if (from === null || to === null || from === to) return t('history.age', { age: from ?? to ?? 0 });
    return t('history.ages', { from, to });
  };
}

function History({ view, mine }: { view: Schemas['PersonView']; mine: boolean }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [made, setMade] = useState(0);
  const person = view.person.id;
  const stale = [['person', person]];
  const add = (body: Schemas['NewHistoryEvent']) =>
    ask(api.POST('/api/v1/people/{person}/history', { params: { path: { person } }, body }));
  const remove = (event: string) =>
    ask(api.DELETE('/api/v1/people/{person}/history/{event}', { params: { path: { person, event } } }));
  const age = useAge();
  const years = (text: string) => (text ? Number(text) : null);
  return (
    <section className="card form" aria-labelledby="history">
      <h2 id="history">{t('history.title')}</h2>
      {view.history.length === 0 ? (
        <p className="empty-line">{t('history.none')}</p>
      ) : (
        <ul className="rows">
          {view.history.map((event) => (
            <li key={event.id} className="sheet-row">
              <span>{event.kind}</span>
              <span className="meta num">
                {age(event)} · {t('history.written', { date: date(event.created_at) })}
              </span>
              {event.account && <p className="account">{event.account}</p>}
              {mine && (
                <button
                  type="button"
                  className="btn btn-quiet no-print"
                  disabled={busy}
                  aria-label={t('figures.remove_one', { name: event.kind })}
                  onClick={() =>
                    void run(
                      () => remove(event.id),
                      () =>
                        notice({
                          words: t('history.removed'),
                          undo: () =>
                            add({
                              kind: event.kind,
                              age_from: event.age_from,
                              age_to: event.age_to,
                              account: event.account,
                            }),
                          stale,
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
      )}
      {mine && (
        <form
          key={made}
          className="form"
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  add({
                    kind: textOf(form, 'event'),
                    age_from: years(textOf(form, 'age_from')),
                    age_to: years(textOf(form, 'age_to')) ?? years(textOf(form, 'age_from')),
                    account: textOf(form, 'account') || null,
                  }),
                (after) => {
                  setMade(made + 1);
                  const added = after.history.at(-1);
                  notice({ words: t('history.added'), stale, ...(added ? { undo: () => remove(added.id) } : {}) });
                },
                stale,
              ),
          )}
        >
          <ErrorSummary problem={problem} />
          <Field name="event" label={t('history.what')} hint={t('history.what_hint')} problem={problem}>
            <input type="text" required autoComplete="off" />
          </Field>
          <div className="grid-2">
            {(['age_from', 'age_to'] as const).map((part) => (
              <Field key={part} name={part} label={t(`history.${part}`)} problem={problem}>
                <input type="text" inputMode="numeric" pattern="[0-9]{1,3}" autoComplete="off" size={4} />
              </Field>
            ))}
          </div>
          <Field name="account" label={t('history.account')} hint={t('history.account_hint')} problem={problem}>
            <textarea rows={3} />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn" disabled={busy}>
              {t('history.add')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}

/** What cannot be taken back asks for the code, and says first what stands in the way. */
function Erase({ course, person }: { course: Schemas['CourseView']; person: Schemas['Person'] }) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const ways = [
    ...(course.ended_on ? [] : [t('erase.way_course')]),
    ...(course.open_risk_entries ? [t('erase.way_risk')] : []),
  ];
  return (
    <section className="card form" aria-labelledby="erase">
      <h2 id="erase">{t('erase.title')}</h2>
      <p className="measure">{t('erase.words')}</p>
      {ways.length > 0 ? (
        <div>
          <p>{t('erase.ways')}</p>
          <ul className="listed">
            {ways.map((way) => (
              <li key={way}>{way}</li>
            ))}
          </ul>
        </div>
      ) : (
        <form
          className="form"
          onSubmit={submitted(
            (form) =>
              void run(() =>
                ask(
                  api.POST('/api/v1/people/{person}/erase', {
                    params: { path: { person: person.id } },
                    body: {
                      ground: textOf(form, 'ground') === 'retention' ? 'retention' : 'request',
                      code: textOf(form, 'code'),
                    },
                  }),
                ), () => {
                notice({ words: t('erase.done', { code: person.code }) });
                navigate('/caseload');
              }, [['courses'], ['course'], ['person']]),
          )}
        >
          <ErrorSummary problem={problem} />
          <fieldset className="choices row-choices">
            <legend>{t('erase.why')}</legend>
            {(['request', 'retention'] as const).map((ground) => (
              <label key={ground} className="choice">
                <input type="radio" name="ground" value={ground} defaultChecked={ground === 'request'} />
                <span>{t(`erase.${ground}`)}</span>
              </label>
            ))}
          </fieldset>
          <Field name="code" label={t('erase.code', { code: person.code })} problem={problem}>
            <input type="text" required autoComplete="off" spellCheck={false} size={12} />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn btn-grave" disabled={busy}>
              {t('erase.do')}
            </button>
            <span className="hint">{t('erase.gone')}</span>
          </div>
        </form>
      )}
    </section>
  );
}
