import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, secretOf, submitted, textOf, useChange } from '../parts';
import { clockOf, minutesOf, ReminderTexts } from './words';

/** How the practice sends reminders. */
export default function MailAccount() {
  return (
    <ReminderTexts>
      <Card />
    </ReminderTexts>
  );
}

function Card() {
  const { t, time } = useTexts();
  const account = useQuery({ queryKey: ['mail'], queryFn: () => ask(api.GET('/api/v1/mail')) });
  return (
    <section className="card form" id="mail" aria-labelledby="mail-title">
      <h2 id="mail-title">{t('mail.title')}</h2>
      <p className="measure">{t('mail.words')}</p>
      <Loaded query={account} part>
        {(known) => (
          <>
            {known.trouble && known.trouble_at && (
              <p className="measure" role="status">
                <strong>{t(`mail.trouble_${known.trouble}`)}</strong>{' '}
                {t('mail.trouble_at', { at: time(known.trouble_at) })}
              </p>
            )}
            {known.is_on && (
              <p className="sub">{t('mail.queue', { waiting: known.waiting, refused: known.refused })}</p>
            )}
            <Form key={String(known.has_password)} known={known} />
          </>
        )}
      </Loaded>
    </section>
  );
}

function Form({ known }: { known: Schemas['MailAccountView'] }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [security, setSecurity] = useState(known.security);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <form
      className="form"
      onSubmit={submitted((form) => {
        const password = secretOf(form, 'password');
        void run(
          () =>
            ask(
              api.PATCH('/api/v1/mail', {
                body: {
                  is_on: form.get('is_on') === 'on',
                  host: textOf(form, 'host'),
                  port: Number(textOf(form, 'port')),
                  security,
                  login: textOf(form, 'login'),
                  ...(password ? { password } : {}),
                  sender_name: textOf(form, 'sender_name'),
                  sender_address: textOf(form, 'sender_address'),
                  time_zone: textOf(form, 'time_zone'),
                  quiet_from: minutesOf(textOf(form, 'quiet_from')),
                  quiet_until: minutesOf(textOf(form, 'quiet_until')),
                  hours_before: Number(textOf(form, 'hours_before')),
                  days_after: Number(textOf(form, 'days_after')),
                },
              }),
            ),
          () => notice({ words: t('mail.saved') }),
          [['mail']],
        );
      })}
    >
      <ErrorSummary problem={problem} />
      <div className="grid-2">
        <Field name="sender_name" label={t('mail.sender_name')} hint={t('mail.sender_hint')} problem={problem}>
          <input type="text" defaultValue={known.sender_name} autoComplete="off" />
        </Field>
        <Field name="sender_address" label={t('mail.sender_address')} hint={t('mail.address_hint')} problem={problem}>
          <input type="text" inputMode="email" defaultValue={known.sender_address} autoComplete="off" />
        </Field>
        <Field name="host" label={t('mail.host')} problem={problem}>
          <input type="text" defaultValue={known.host} autoComplete="off" spellCheck={false} />
        </Field>
        <Field name="port" label={t('mail.port')} problem={problem}>
          <input type="text" inputMode="numeric" pattern="[0-9]{1,5}" required size={6} defaultValue={known.port} />
        </Field>
        <Field name="login" label={t('mail.login')} problem={problem}>
          <input type="text" defaultValue={known.login} autoComplete="off" spellCheck={false} />
        </Field>
        <Field
          name="password"
          label={t('mail.password')}
          hint={t(known.has_password ? 'mail.password_kept' : 'mail.password_hint')}
          problem={problem}
        >
          <input type="password" autoComplete="new-password" />
        </Field>
      </div>
      <fieldset className="choices row-choices">
        <legend>{t('mail.security')}</legend>
        {(['tls', 'starttls', 'none'] as const).map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="security" checked={security === one} onChange={() => setSecurity(one)} />
            <span>{t(`mail.security_${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <div className="grid-2">
        <Field name="hours_before" label={t('mail.hours_before')} problem={problem}>
          <input
            type="text"
            inputMode="numeric"
            pattern="[0-9]{1,3}"
            required
            size={4}
            defaultValue={known.hours_before}
          />
        </Field>
        <Field name="days_after" label={t('mail.days_after')} problem={problem}>
          <input
            type="text"
            inputMode="numeric"
            pattern="[0-9]{1,2}"
            required
            size={4}
            defaultValue={known.days_after}
          />
        </Field>
        <Field name="quiet_from" label={t('mail.quiet_from')} problem={problem}>
          <input
            type="text"
            inputMode="numeric"
            pattern="([01][0-9]|2[0-3]):[0-5][0-9]"
            size={6}
            required
            defaultValue={clockOf(known.quiet_from)}
          />
        </Field>
        <Field name="quiet_until" label={t('mail.quiet_until')} problem={problem}>
          <input
            type="text"
            inputMode="numeric"
            pattern="([01][0-9]|2[0-3]):[0-5][0-9]"
            size={6}
            required
            defaultValue={clockOf(known.quiet_until)}
          />
        </Field>
        <Field name="time_zone" label={t('mail.time_zone')} hint={t('mail.zone_hint', { here })} problem={problem}>
          <input
            type="text"
            required
            defaultValue={known.is_on || known.time_zone !== 'UTC' ? known.time_zone : here}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      </div>
      <label className="choice">
        <input type="checkbox" name="is_on" defaultChecked={known.is_on} />
        <span>
          {t('mail.on')}
          <span className="hint">{t('mail.on_hint')}</span>
        </span>
      </label>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('mail.save')}
        </button>
      </div>
    </form>
  );
}
