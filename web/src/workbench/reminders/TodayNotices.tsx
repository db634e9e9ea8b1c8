import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, nameOf, submitted, textOf, useChange } from '../parts';
import { ReminderTexts } from './words';

/** On Today: what clients asked for, and reminders that did not arrive. Nothing where there is neither. */
export default function TodayNotices({ courses }: { courses: Schemas['CourseView'][] }) {
  return (
    <ReminderTexts>
      <Notices courses={courses} />
    </ReminderTexts>
  );
}

function Notices({ courses }: { courses: Schemas['CourseView'][] }) {
  const { t, date, time } = useTexts();
  const requests = useQuery({
    queryKey: ['requests'],
    queryFn: async () => (await ask(api.GET('/api/v1/requests'))).items,
  });
  const failed = useQuery({
    queryKey: ['failed-reminders'],
    queryFn: async () => (await ask(api.GET('/api/v1/failed-reminders'))).items,
  });
  const nameIn = (course: string, person: string): string => {
    const member = courses.find((one) => one.id === course)?.members.find((one) => one.person === person);
    return member ? nameOf(member) : t('request.someone');
  };
  return (
    <>
      {(requests.data?.length ?? 0) > 0 && (
        <section className="card" aria-labelledby="requests">
          <h2 id="requests">{t('request.title')}</h2>
          <ul className="rows">
            {requests.data?.map((one) => (
              <li key={one.id}>
                <p>
                  <Link to={`/courses/${one.course}/people/${one.person}`}>
                    {t(`request.${one.kind}`, { name: nameIn(one.course, one.person) })}
                  </Link>{' '}
                  <span className="meta">{t('request.since', { date: date(one.asked_at) })}</span>
                </p>
                <Handle request={one} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {(failed.data?.length ?? 0) > 0 && (
        <section className="card" aria-labelledby="failed-reminders">
          <h2 id="failed-reminders">{t('failed.title')}</h2>
          <p className="sub measure">{t('failed.words')}</p>
          <ul className="rows">
            {failed.data?.map((one) => (
              <li key={one.id} className="row">
                <Link data-row to={`/courses/${one.course}/people/${one.person}`}>
                  {nameIn(one.course, one.person)}
                </Link>
                <span className="meta">
                  {t(`reminder.kind_${one.kind}`)}, {time(one.due_at)}.{' '}
                  {t(one.why === 'late' ? 'failed.late' : 'failed.refused', { reply: one.reply })}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Handle({ request }: { request: Schemas['RequestView'] }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [open, setOpen] = useState(false);
  if (!open)
    return (
      <p className="form-do">
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          {t('request.handle')}
        </button>
      </p>
    );
  return (
    <form
      className="form"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/requests/{request}/handle', {
                  params: { path: { course: request.course, request: request.id } },
                  body: { outcome: textOf(form, 'outcome') },
                }),
              ),
            () => notice({ words: t('request.handled') }),
            [['requests']],
          ),
      )}
    >
      <ErrorSummary problem={problem} />
      <Field name="outcome" label={t('request.outcome')} hint={t('request.outcome_hint')} problem={problem}>
        <input type="text" required autoComplete="off" />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('request.save')}
        </button>
      </div>
    </form>
  );
}
