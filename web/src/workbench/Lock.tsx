import { LockKeyhole } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { api, ask } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { Outside } from './Gate';
import { ErrorSummary, Field, secretOf, submitted, useChange } from './parts';
import { useSession } from './session';

export function Lock() {
  const { t } = useTexts();
  const { refresh, signOut } = useSession();
  const { busy, problem, run } = useChange();
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = t('title', { page: t('lock.title') });
    password.current?.focus();
  }, [t]);
  return (
    <Outside>
      <form
        className="card form"
        onSubmit={submitted((form) =>
          run(
            () => ask(api.POST('/api/v1/session/unlock', { body: { password: secretOf(form, 'password') } })),
            () => void refresh(),
          ),
        )}
      >
        <h1>
          <LockKeyhole size={22} aria-hidden="true" /> {t('lock.title')}
        </h1>
        <p className="sub">{t('lock.words')}</p>
        <ErrorSummary problem={problem} />
        <Field name="password" label={t('password')} problem={problem}>
          <input ref={password} type="password" autoComplete="current-password" required />
        </Field>
        <div className="form-do">
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {t('lock.open')}
          </button>
          <button type="button" className="btn btn-quiet" onClick={() => void signOut(false)}>
            {t('sign_out')}
          </button>
        </div>
      </form>
    </Outside>
  );
}
