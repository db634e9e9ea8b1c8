import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, Loaded, submitted, textOf, useChange } from '../parts';
import { useStaffName } from '../queries';
import { useCases } from './record';

type Course = Schemas['CourseView'];
type Case = Schemas['SupervisionCase'];

const keys = (course: string) => [['course', course, 'cases'], ['supervision']];

/** What this course is brought to supervision with. */
export function Cases({ course, mine, may }: { course: Course; mine: boolean; may: boolean }) {
  const { t } = useTexts();
  const cases = useCases(course.id);
  const staffName = useStaffName();
  const { busy, problem, run } = useChange();
  return (
    <section className="card" aria-labelledby="cases">
      <h2 id="cases">{t('case.title')}</h2>
      <p className="sub">
        {course.supervisor
          ? t('case.supervisor', { name: staffName(course.supervisor) ?? t('glass.somebody') })
          : t('case.nobody')}
      </p>
      <Loaded query={cases} part>
        {(all) => (
          <ul className="rows">
            {all.map((one) => (
              <li key={one.id} className="risk-before">
                <CaseWords one={one} />
                {may && !one.discussed_at && !one.withdrawn_at && <Discuss course={course.id} brought={one.id} />}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {mine && course.supervisor && (
        <form
          className="form"
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  ask(
                    api.POST('/api/v1/courses/{course}/supervision-cases', {
                      params: { path: { course: course.id } },
                      body: { question: textOf(form, 'question') },
                    }),
                  ),
                undefined,
                keys(course.id),
              ),
          )}
        >
          <ErrorSummary problem={problem} />
          <Field name="question" label={t('case.question')} hint={t('case.question_hint')} problem={problem}>
            <textarea rows={3} required />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn" disabled={busy}>
              {t('case.bring')}
            </button>
          </div>
        </form>
      )}
      {mine && (
        <p>
          <Link to="/supervision">{t('supervision.looks')}</Link>
        </p>
      )}
    </section>
  );
}

export function CaseWords({ one }: { one: Case }) {
  const { t, date } = useTexts();
  const staffName = useStaffName();
  return (
    <>
      <p className="account">{one.question}</p>
      <p className="meta">
        {t('case.brought', { name: staffName(one.brought_by) ?? t('glass.somebody'), at: date(one.brought_at) })}
        {one.withdrawn_at && ` · ${t('case.withdrawn')}`}
      </p>
      {one.outcome && (
        <>
          <p className="account">{one.outcome}</p>
          <p className="meta">
            {t('case.discussed', {
              name: staffName(one.discussed_by) ?? t('glass.somebody'),
              at: date(one.discussed_at ?? one.brought_at),
            })}
          </p>
        </>
      )}
    </>
  );
}

export function Discuss({ course, brought }: { course: string; brought: string }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const [opened, setOpened] = useState(false);
  if (!opened)
    return (
      <button type="button" className="btn btn-quiet" onClick={() => setOpened(true)}>
        {t('case.discuss')}
      </button>
    );
  return (
    <form
      className="form"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/supervision-cases/{case}/discuss', {
                  params: { path: { course, case: brought } },
                  body: { outcome: textOf(form, `outcome-${brought}`) },
                }),
              ),
            () => setOpened(false),
            keys(course),
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      <Field name={`outcome-${brought}`} label={t('case.outcome')} problem={problem}>
        <textarea rows={3} required />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('safety.record')}
        </button>
      </div>
    </form>
  );
}
