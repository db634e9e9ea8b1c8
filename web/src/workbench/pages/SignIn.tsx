import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Outside } from '../Gate';
import { ErrorSummary, Field, secretOf, submitted, textOf, useChange } from '../parts';
import { passkeysOffered, signInByPasskey } from '../passkeys';
import { useSession } from '../session';

export default function SignIn() {
  const { t } = useTexts();
  const { welcome } = useSession();
  const { busy, problem, run } = useChange();
  const navigate = useNavigate();
  const from = (useLocation().state as { from?: string } | null)?.from;
  const login = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  const [wantsCode, setWantsCode] = useState(false);
  const needed = problem?.code === 'sign_in.code_needed';
  useEffect(() => {
    document.title = t('title', { page: t('signin.title') });
    login.current?.focus();
  }, [t]);
  useEffect(() => {
    if (needed) setWantsCode(true);
  }, [needed]);
  useEffect(() => {
    if (wantsCode) code.current?.focus();
  }, [wantsCode]);
  const enter = (answer: Schemas['Welcome']) => {
    welcome(answer);
    navigate(from ?? '/today', { replace: true });
  };
  return (
    <Outside>
      <form
        className="card form"
        onSubmit={submitted((form) =>
          run(
            () =>
              ask(
                api.POST('/api/v1/session', {
                  body: {
                    login: textOf(form, 'login'),
                    password: secretOf(form, 'password'),
                    ...(wantsCode ? { code: textOf(form, 'code') } : {}),
                  },
                }),
              ),
            enter,
          ),
        )}
      >
        <h1>{t('signin.title')}</h1>
        {!needed && <ErrorSummary problem={problem} />}
        <Field name="login" label={t('login')}>
          <input ref={login} type="text" required autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Field>
        <Field name="password" label={t('password')}>
          <input type="password" required autoComplete="current-password" />
        </Field>
        {wantsCode && (
          <Field name="code" label={t('signin.code')} hint={t('signin.code_hint')}>
            <input ref={code} type="text" inputMode="numeric" autoComplete="one-time-code" required />
          </Field>
        )}
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('signin.do')}
        </button>
        {passkeysOffered() && (
          <button type="button" className="btn" disabled={busy} onClick={() => void run(signInByPasskey, enter)}>
            {t('signin.passkey')}
          </button>
        )}
        <p className="hint">{t('signin.forgot')}</p>
      </form>
    </Outside>
  );
}
