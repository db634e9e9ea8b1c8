import { useState } from 'react';
import { api, ask } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Outside } from '../Gate';
import { ErrorSummary, Field, secretOf, submitted, textOf, useChange } from '../parts';
import { useSession } from '../session';
import { useHeading } from './heading';

export default function SetUp() {
  const { t } = useTexts();
  const { refresh, welcome } = useSession();
  const { busy, problem, run } = useChange();
  const heading = useHeading('setup.title');
  const [token] = useState(() => location.hash.slice(1));
  return (
    <Outside>
      <form
        className="card form"
        onSubmit={submitted((form) =>
          run(
            async () => {
              const login = textOf(form, 'login');
              const password = secretOf(form, 'password');
              await ask(
                api.POST('/api/v1/set-up', {
                  body: {
                    token: textOf(form, 'token'),
                    practice_name: textOf(form, 'practice_name'),
                    display_name: textOf(form, 'display_name'),
                    login,
                    password,
                    therapist: form.get('therapist') === 'on',
                  },
                }),
              );
              return ask(api.POST('/api/v1/session', { body: { login, password } }));
            },
            (answer) => {
              history.replaceState(null, '', '/today');
              welcome(answer);
              void refresh();
            },
          ),
        )}
      >
        <h1 ref={heading} tabIndex={-1}>
          {t('setup.title')}
        </h1>
        <p className="sub">{t('setup.words')}</p>
        <ErrorSummary problem={problem} />
        <Field name="token" label={t('setup.token')} hint={t('setup.token_hint')} problem={problem}>
          <input type="text" required autoComplete="off" spellCheck={false} defaultValue={token} />
        </Field>
        <Field name="practice_name" label={t('setup.practice')} hint={t('setup.practice_hint')} problem={problem}>
          <input type="text" required autoComplete="organization" />
        </Field>
        <Field name="display_name" label={t('user.display_name')} hint={t('user.display_name_hint')} problem={problem}>
          <input type="text" required autoComplete="name" />
        </Field>
        <Field name="login" label={t('login')} problem={problem}>
          <input type="text" required autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Field>
        <Field name="password" label={t('password')} hint={t('password_hint')} problem={problem}>
          <input type="password" required autoComplete="new-password" />
        </Field>
        <label className="check">
          <input type="checkbox" name="therapist" defaultChecked /> {t('setup.therapist')}
        </label>
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('setup.do')}
        </button>
      </form>
    </Outside>
  );
}
