import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, submitted, textOf, useChange } from '../parts';
import { clockOf, minutesOf, ReminderTexts } from './words';

/** Whether a person gets reminders: with their word, at an address for this alone. */
export default function PersonReminders({ person, mine }: { person: Schemas['Person']; mine: boolean }) {
  return (
    <ReminderTexts>
      <Card person={person} mine={mine} />
    </ReminderTexts>
  );
}

function Card({ person, mine }: { person: Schemas['Person']; mine: boolean }) {
  const { t } = useTexts();
  const reminders = useQuery({
    queryKey: ['person', person.id, 'reminders'],
    queryFn: () => ask(api.GET('/api/v1/people/{person}/reminders', { params: { path: { person: person.id } } })),
  });
  return (
    <section className="card form" aria-labelledby="reminders">
      <h2 id="reminders">{t('reminder.title')}</h2>
      <p className="measure">{t('reminder.words')}</p>
      <Loaded query={reminders} part>
        {(known) => <Choice person={person} known={known} mine={mine} />}
      </Loaded>
    </section>
  );
}

function Choice(props: { person: Schemas['Person']; known: Schemas['PersonReminders']; mine: boolean }) {
  const { person, known, mine } = props;
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [open, setOpen] = useState(false);
  const choice = known.choice;
  const gets = choice !== null && !choice.stopped_at;
  const stale = [['person', person.id, 'reminders']];
  return (
    <>
      <ErrorSummary problem={problem} />
      {!known.offered && <p className="hint">{t('reminder.off')}</p>}
      {gets && (
        <p>
          {t('reminder.gets', { address: choice.address, date: date(choice.agreed_at) })}{' '}
          {t(
            choice.sessions && choice.measures
              ? 'reminder.of_both'
              : choice.sessions
                ? 'reminder.of_sessions'
                : 'reminder.of_measures',
          )}
        </p>
      )}
      {choice?.stopped_at && (
        <p>
          {t(choice.stopped_by_client ? 'reminder.stopped_client' : 'reminder.stopped', {
            date: date(choice.stopped_at),
          })}
        </p>
      )}
      {!choice && <p>{t('reminder.none')}</p>}
      {mine && !known.has_safe_contact && <p className="hint">{t('reminder.safe_first')}</p>}
      {mine && open && (
        <Form
          person={person}
          known={choice}
          done={() => {
            setOpen(false);
            notice({ words: t('reminder.saved') });
          }}
        />
      )}
      {mine && !open && (
        <div className="form-do">
          <button type="button" className="btn" disabled={!known.has_safe_contact} onClick={() => setOpen(true)}>
            {t(gets ? 'reminder.change' : 'reminder.begin')}
          </button>
          {gets && (
            <button
              type="button"
              className="btn"
              disabled={busy}
              onClick={() =>
                void run(
                  () =>
                    ask(api.DELETE('/api/v1/people/{person}/reminders', { params: { path: { person: person.id } } })),
                  () => notice({ words: t('reminder.stopped_now') }),
                  stale,
                )
              }
            >
              {t('reminder.stop')}
            </button>
          )}
        </div>
      )}
      {known.latest.length > 0 && <Latest latest={known.latest} />}
    </>
  );
}

function Form(props: { person: Schemas['Person']; known: Schemas['ReminderChoiceView'] | null; done: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const { person, known } = props;
  return (
    <form
      className="form"
      onSubmit={submitted((form) => {
        const from = textOf(form, 'quiet_from');
        const until = textOf(form, 'quiet_until');
        void run(
          () =>
            ask(
              api.PUT('/api/v1/people/{person}/reminders', {
                params: { path: { person: person.id } },
                body: {
                  address: textOf(form, 'address'),
                  agreed: textOf(form, 'agreed'),
                  sessions: form.get('sessions') === 'on',
                  measures: form.get('measures') === 'on',
                  time_zone: textOf(form, 'time_zone') || null,
                  quiet_from: from ? minutesOf(from) : null,
                  quiet_until: until ? minutesOf(until) : null,
                },
              }),
            ),
          props.done,
          [['person', person.id, 'reminders']],
        );
      })}
    >
      <ErrorSummary problem={problem} />
      {person.safe_contact && (
        <p className="pre-line">
          <strong>{t('reminder.safe')}</strong> {person.safe_contact}
        </p>
      )}
      <Field name="address" label={t('reminder.address')} hint={t('reminder.address_hint')} problem={problem}>
        <input type="text" inputMode="email" required autoComplete="off" defaultValue={known?.address ?? ''} />
      </Field>
      <Field name="agreed" label={t('reminder.agreed')} hint={t('reminder.agreed_hint')} problem={problem}>
        <textarea rows={2} required defaultValue={known?.agreed ?? ''} />
      </Field>
      <fieldset className="choices row-choices">
        <legend>{t('reminder.of')}</legend>
        {(['sessions', 'measures'] as const).map((what) => (
          <label key={what} className="choice">
            <input type="checkbox" name={what} defaultChecked={known ? known[what] : what === 'sessions'} />
            <span>{t(`reminder.${what}`)}</span>
          </label>
        ))}
      </fieldset>
      <details>
        <summary>{t('reminder.own_hours')}</summary>
        <div className="grid-2">
          <Field name="quiet_from" label={t('mail.quiet_from')} problem={problem}>
            <input
              type="text"
              inputMode="numeric"
              pattern="([01][0-9]|2[0-3]):[0-5][0-9]"
              size={6}
              defaultValue={known?.quiet_from == null ? '' : clockOf(known.quiet_from)}
            />
          </Field>
          <Field name="quiet_until" label={t('mail.quiet_until')} problem={problem}>
            <input
              type="text"
              inputMode="numeric"
              pattern="([01][0-9]|2[0-3]):[0-5][0-9]"
              size={6}
              defaultValue={known?.quiet_until == null ? '' : clockOf(known.quiet_until)}
            />
          </Field>
          <Field name="time_zone" label={t('reminder.zone')} hint={t('reminder.zone_hint')} problem={problem}>
            <input type="text" autoComplete="off" spellCheck={false} defaultValue={known?.time_zone ?? ''} />
          </Field>
        </div>
      </details>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('reminder.save')}
        </button>
        <button type="button" className="btn" onClick={props.done}>
          {t('reminder.cancel')}
        </button>
      </div>
    </form>
  );
}

function Latest({ latest }: { latest: Schemas['ReminderView'][] }) {
  const { t, time } = useTexts();
  return (
    <details>
      <summary>{t('reminder.latest', { n: latest.length })}</summary>
      <ul className="rows">
        {latest.map((one) => (
          <li key={one.id} className="row">
            <span>
              {t(`reminder.kind_${one.kind}`)}, {time(one.due_at)}
            </span>
            <span className="meta">
              {t(`reminder.state_${one.state}`)}
              {one.state === 'refused' && one.reply ? ` (${one.reply})` : ''}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
