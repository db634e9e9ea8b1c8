import { useState } from 'react';
import { Link, useLocation, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, nameOf, Page, submitted, textOf, useChange, useCourseName } from '../parts';
import { useCourse, usePerson } from '../queries';
import { contactParts, readSafeContact, type SafeContact, writeSafeContact } from '../safeContact';
import { useUser } from '../session';

type Kind = Schemas['Consent']['kind'];

/** Before the first question: consent, limits of confidentiality, safe contact, emergency contact. One part a person. */
export default function Begin() {
  const { course: id = '' } = useParams();
  const { t } = useTexts();
  const course = useCourse(id);
  const courseName = useCourseName();
  const first = useLocation().pathname.endsWith('/begin');
  return (
    <Loaded query={course}>
      {(one) => (
        <Page
          title={first ? 'begin.title' : 'course.people'}
          heading={courseName(one)}
          facts={first ? t('begin.facts') : t('people.facts')}
          tabs={first ? undefined : <CourseTabs course={id} />}
          plain
        >
          {one.members.map((member) => (
            <Member key={member.person} course={one} member={member} alone={one.members.length === 1} more={!first} />
          ))}
          <p className="form-do">
            <Link className="btn btn-primary" to={`/courses/${id}/give`}>
              {t('give.title')}
            </Link>
            <Link className="btn" to={`/courses/${id}`}>
              {t('begin.later')}
            </Link>
          </p>
        </Page>
      )}
    </Loaded>
  );
}

function Member({
  course,
  member,
  alone,
  more,
}: {
  course: Schemas['CourseView'];
  member: Schemas['MemberView'];
  alone: boolean;
  more: boolean;
}) {
  const { t } = useTexts();
  const user = useUser();
  const person = usePerson(member.person);
  const [undone, setUndone] = useState(0);
  return (
    <section className="card person" aria-label={nameOf(member)}>
      {!alone && <h2>{nameOf(member)}</h2>}
      <Loaded query={person} part>
        {(view) => (
          <>
            <fieldset className="person" disabled={course.therapist !== user.id}>
              <legend className="vh">{nameOf(member)}</legend>
              <Consents course={course} view={view} />
              <Particulars key={undone} view={view} undone={() => setUndone(undone + 1)} />
            </fieldset>
            {more && (
              <p>
                <Link to={`/courses/${course.id}/people/${member.person}`}>
                  {t('one.more', { name: nameOf(member) })}
                </Link>
              </p>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Consents({ course, view }: { course: Schemas['CourseView']; view: Schemas['PersonView'] }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const person = view.person.id;
  const kinds: Kind[] = [
    'treatment',
    'limits_explained',
    'measures',
    'portal',
    ...(course.unit === 'individual' ? [] : (['sharing_with_partner'] as const)),
    'supervision',
    'research',
  ];
  const valid = (kind: Kind) =>
    view.consents.find(
      (consent) => consent.kind === kind && !consent.withdrawn_at && (!consent.course || consent.course === course.id),
    );
  const give = (kind: Kind) =>
    ask(
      api.POST('/api/v1/people/{person}/consents', {
        params: { path: { person } },
        body: { kind, course: course.id, form_version: '1', note: null },
      }),
    );
  const withdraw = (consent: string) =>
    ask(api.POST('/api/v1/people/{person}/consents/{consent}/withdraw', { params: { path: { person, consent } } }));
  const turn = (kind: Kind) => {
    const consent = valid(kind);
    void run(
      () => (consent ? withdraw(consent.id) : give(kind)),
      (after) => {
        const given = after.consents.find((one) => one.kind === kind && !one.withdrawn_at);
        notice({
          words: t(consent ? 'consent.withdrawn' : 'consent.given', { kind: t(`consent.${kind}`) }),
          undo: () => (given ? withdraw(given.id) : give(kind)),
          stale: [['person', person]],
        });
      },
      [['person', person]],
    );
  };
  return (
    <fieldset className="part">
      <legend>{t('consent.head')}</legend>
      <p className="sub measure">{t('consent.limits')}</p>
      <ErrorSummary problem={problem} />
      <ul className="consents">
        {kinds.map((kind) => {
          const consent = valid(kind);
          return (
            <li key={kind}>
              <label className="check">
                <input type="checkbox" checked={consent !== undefined} disabled={busy} onChange={() => turn(kind)} />
                <span>
                  {t(`consent.${kind}`)}
                  <span className="hint">
                    {consent ? t('consent.since', { date: date(consent.given_at) }) : t(`consent.${kind}_hint`)}
                  </span>
                </span>
              </label>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}

function Particulars({ view, undone }: { view: Schemas['PersonView']; undone: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const person = view.person;
  const labels = Object.fromEntries(contactParts.map((part) => [part, t(`contact.${part}`)])) as unknown as SafeContact;
  const key = `person.${person.id}`;
  const [draft] = useState(() => readDraft<Record<string, string>>(key));
  const [unsaved, setUnsaved] = useState(draft !== undefined);
  const [safe, setSafe] = useState<SafeContact>(() => {
    const held = readSafeContact(person.safe_contact ?? '', labels);
    const typed = (part: keyof SafeContact) => draft?.[`${person.id}-${part}`] ?? held[part];
    return { number: typed('number'), hours: typed('hours'), voicemail: typed('voicemail'), seen_by: typed('seen_by') };
  });
  const patch = (body: Schemas['Particulars']) =>
    ask(api.PATCH('/api/v1/people/{person}', { params: { path: { person: person.id } }, body }));
  const stale = [['person', person.id], ['course'], ['courses']];
  return (
    <form
      className="part form"
      onBlur={(event) => {
        // Whoever leaves the form means it to be kept.
        if (unsaved && !event.currentTarget.contains(event.relatedTarget)) event.currentTarget.requestSubmit();
      }}
      onInput={(event) => {
        keepDraft(key, Object.fromEntries(new FormData(event.currentTarget)));
        setUnsaved(true);
      }}
      onSubmit={submitted((form) => {
        const year = textOf(form, 'birth_year');
        const before = {
          name: person.name,
          contact: person.contact,
          safe_contact: person.safe_contact,
          emergency_contact: person.emergency_contact,
          birth_year: person.birth_year,
          gender: person.gender,
        };
        const after = {
          name: textOf(form, 'name') || null,
          contact: textOf(form, 'contact') || null,
          safe_contact: writeSafeContact(safe, labels) || null,
          emergency_contact: textOf(form, `${person.id}-emergency`) || null,
          birth_year: year ? Number(year) : null,
          gender: textOf(form, 'gender') || null,
        };
        void run(
          () => patch(after),
          () => {
            dropDraft(key);
            setUnsaved(false);
            notice({ words: t('person.saved'), undo: () => patch(before), stale, undone });
          },
          stale,
        );
      })}
    >
      <ErrorSummary problem={problem} />
      <fieldset className="part">
        <legend>{t('contact.head')}</legend>
        <p className="sub measure">{t('contact.words')}</p>
        <div className="grid-2">
          {contactParts.map((part) => (
            <Field key={part} name={`${person.id}-${part}`} label={labels[part]} hint={t(`contact.${part}_hint`)}>
              <input
                type={part === 'number' ? 'tel' : 'text'}
                autoComplete="off"
                value={safe[part]}
                onChange={(event) => setSafe({ ...safe, [part]: event.target.value })}
              />
            </Field>
          ))}
        </div>
        <div className="after">
          <Field name={`${person.id}-emergency`} label={t('contact.emergency')} hint={t('contact.emergency_hint')}>
            <input
              type="text"
              autoComplete="off"
              defaultValue={draft?.[`${person.id}-emergency`] ?? person.emergency_contact ?? ''}
            />
          </Field>
        </div>
      </fieldset>
      <details className="part">
        <summary>{t('person.more')}</summary>
        <div className="grid-2">
          {(['name', 'contact', 'birth_year', 'gender'] as const).map((part) => (
            <div className="field" key={part}>
              <label htmlFor={`${part}-${person.id}`}>{t(`person.${part}`)}</label>
              {part === 'gender' ? (
                <select id={`gender-${person.id}`} name="gender" defaultValue={draft?.gender ?? person.gender ?? ''}>
                  <option value="">{t('gender.none')}</option>
                  {(['female', 'male', 'other'] as const).map((one) => (
                    <option key={one} value={one}>
                      {t(`gender.${one}`)}
                    </option>
                  ))}
                </select>
              ) : (
                <input
                  id={`${part}-${person.id}`}
                  name={part}
                  type="text"
                  inputMode={part === 'birth_year' ? 'numeric' : undefined}
                  pattern={part === 'birth_year' ? '[0-9]{4}' : undefined}
                  autoComplete="off"
                  defaultValue={draft?.[part] ?? person[part] ?? ''}
                />
              )}
            </div>
          ))}
        </div>
      </details>
      <div className="form-do">
        <button type="submit" className="btn" disabled={busy}>
          {t('person.save')}
        </button>
        <span className="hint" role="status">
          {unsaved ? t('person.unsaved') : t('person.code_is', { code: person.code })}
        </span>
      </div>
    </form>
  );
}
