import { useQuery } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, nameOf, submitted, textOf, useChange } from '../parts';
import { useCourses } from '../queries';
import { useUser } from '../session';
import { SafetyTexts } from './SafetyTexts';

/** On Today: what one is told of since nobody has seen it, and, further down, follow-ups that are open. */
export default function TodaySafety({ own, part }: { own: string[]; part: 'told' | 'follow_ups' }) {
  const user = useUser();
  return <SafetyTexts>{part === 'told' ? <Told own={own} /> : user.therapist && <FollowUps />}</SafetyTexts>;
}

function Told({ own }: { own: string[] }) {
  const { t } = useTexts();
  const told = useQuery({
    queryKey: ['escalations'],
    queryFn: async () => (await ask(api.GET('/api/v1/escalations'))).items,
  });
  // One's own stand above already.
  const others = told.data?.filter((one) => !one.course || !own.includes(one.course)) ?? [];
  if (others.length === 0) return null;
  return (
    <section className="card urgent" aria-labelledby="told">
      <h2 id="told">{t('told.title')}</h2>
      <ul className="rows">
        {others.map((one) => (
          <One key={one.risk} one={one} />
        ))}
      </ul>
    </section>
  );
}

function One({ one }: { one: Schemas['Escalation'] }) {
  const { t, time } = useTexts();
  const [opened, setOpened] = useState(false);
  return (
    <li className="alert">
      <CircleAlert size={19} aria-hidden="true" />
      <div>
        <h3>
          {one.code
            ? t('told.of', { code: one.code, name: one.therapist_name })
            : t('told.of_somebody', { name: one.therapist_name })}
        </h3>
        <p>{t('told.waits', { at: time(one.since), n: one.staffed_minutes })}</p>
        <p className="sub">{one.why}</p>
        {opened ? (
          <Opened risk={one.risk} />
        ) : (
          <button type="button" className="btn" onClick={() => setOpened(true)}>
            {t('told.open')}
          </button>
        )}
      </div>
    </li>
  );
}

function Opened({ risk }: { risk: string }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const opened = useQuery({
    queryKey: ['escalations', risk],
    queryFn: () => ask(api.GET('/api/v1/escalations/{risk}', { params: { path: { risk } } })),
  });
  const view = opened.data;
  if (!view) return null;
  if (!view.answer) return <p>{t('told.admin')}</p>;
  return (
    <>
      <dl className="reach">
        {(['name', 'safe_contact', 'contact', 'emergency_contact'] as const).map((part) => (
          <div key={part}>
            <dt>{t(`told.${part}`)}</dt>
            <dd>{view[part] ?? t('contact.none')}</dd>
          </div>
        ))}
      </dl>
      <p>{t('risk.answered', { answer: view.answer })}</p>
      <form
        className="form"
        onSubmit={submitted(
          (form) =>
            void run(
              () =>
                ask(
                  api.POST('/api/v1/escalations/{risk}/acknowledge', {
                    params: { path: { risk } },
                    body: { what_was_done: textOf(form, `told-${risk}`) },
                  }),
                ),
              undefined,
              [['escalations'], ['risks']],
            ),
        )}
      >
        <ErrorSummary problem={problem} />
        <Field name={`told-${risk}`} label={t('told.done')} hint={t('told.done_hint')}>
          <textarea rows={2} required />
        </Field>
        <div className="form-do">
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {t('safety.record')}
          </button>
        </div>
      </form>
    </>
  );
}

function FollowUps() {
  const { t, date } = useTexts();
  const due = useQuery({
    queryKey: ['follow-ups'],
    queryFn: async () => (await ask(api.GET('/api/v1/follow-ups'))).items,
  });
  const courses = useCourses();
  if (!due.data?.length) return null;
  /** The name, for whoever may see it; otherwise the code. */
  const named = (one: { course: string; code: string; place: { person: string } }) => {
    const course = courses.data?.find((other) => other.id === one.course);
    const member = course?.members.find((other) => other.person === one.place.person);
    return member ? nameOf(member) : one.code;
  };
  return (
    <section className="card" aria-labelledby="today-follow-ups">
      <h2 id="today-follow-ups">{t('followup.due')}</h2>
      <ul className="rows">
        {due.data.map((one) => (
          <li key={`${one.course}${one.place.person}${one.place.months}`} className="row">
            <Link data-row to={`/courses/${one.course}/ending`}>
              {named(one)}
            </Link>
            <span className="meta">
              {t('followup.months', { n: one.place.months })} · {t('followup.until', { at: date(one.place.closes) })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
