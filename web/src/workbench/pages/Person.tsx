import { Link, useNavigate, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, nameOf, Page, submitted, textOf, useChange } from '../parts';
import { useCourse, usePerson } from '../queries';
import ClientPage from '../reminders/ClientPage';
import PersonReminders from '../reminders/PersonReminders';
import { useUser } from '../session';

/** One person: the way to their history, a copy of their record, its erasure. */
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
                <section className="card form" aria-labelledby="history">
                  <h2 id="history">{t('history.page')}</h2>
                  <p className="measure">{t('one.history')}</p>
                  <p className="form-do">
                    <Link className="btn" to={`/courses/${id}/history?of=${personId}`}>
                      {t('one.history_do')}
                    </Link>
                  </p>
                </section>
                {member && <ClientPage course={id} person={personId} mine={mine} />}
                <PersonReminders person={view.person} mine={mine} />
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
