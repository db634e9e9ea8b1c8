import { useState } from 'react';
import { api, ask } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Page, secretOf, submitted, textOf, useChange } from '../parts';
import { useSession, useUser } from '../session';
import { Passkeys } from './Passkeys';
import { SettingsTabs } from './SettingsTabs';

export default function Account() {
  const { t } = useTexts();
  const user = useUser();
  const { refresh, signOut } = useSession();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [secret, setSecret] = useState<string>();
  return (
    <Page
      title="account.title"
      facts={t('account.facts', { name: user.display_name, login: user.login })}
      tabs={<SettingsTabs />}
      plain
    >
      <section className="card form" aria-labelledby="codes">
        <h2 id="codes">{t('codes.title')}</h2>
        <p className="measure">{t(user.uses_codes ? 'codes.on' : 'codes.words')}</p>
        <ErrorSummary problem={problem} />
        {secret === undefined ? (
          <div className="form-do">
            <button
              type="button"
              className="btn"
              disabled={busy}
              onClick={() =>
                void run(
                  () => ask(api.POST('/api/v1/codes')),
                  (offered) => setSecret(offered.secret),
                )
              }
            >
              {t(user.uses_codes ? 'codes.renew' : 'codes.begin')}
            </button>
          </div>
        ) : (
          <form
            className="form"
            onSubmit={submitted(
              (form) =>
                void run(
                  () =>
                    ask(
                      api.PUT('/api/v1/codes', {
                        body: { password: secretOf(form, 'password'), secret, code: textOf(form, 'code') },
                      }),
                    ),
                  () => {
                    setSecret(undefined);
                    notice({ words: t('codes.done') });
                    void refresh();
                  },
                ),
            )}
          >
            <p>{t('codes.secret')}</p>
            <output className="code">{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</output>
            <Field name="password" label={t('password')} hint={t('codes.password_hint')} problem={problem}>
              <input type="password" required autoComplete="current-password" />
            </Field>
            <Field name="code" label={t('codes.first')} problem={problem}>
              <input type="text" inputMode="numeric" autoComplete="one-time-code" required size={8} />
            </Field>
            <div className="form-do">
              <button type="submit" className="btn btn-primary" disabled={busy}>
                {t('codes.do')}
              </button>
              <button type="button" className="btn" onClick={() => setSecret(undefined)}>
                {t('cancel')}
              </button>
            </div>
          </form>
        )}
      </section>
      <Passkeys />
      <section className="card form" aria-labelledby="out">
        <h2 id="out">{t('account.sessions')}</h2>
        <p className="measure">{t('account.sessions_words')}</p>
        <div className="form-do">
          <button type="button" className="btn" onClick={() => void signOut(false)}>
            {t('sign_out')}
          </button>
          <button type="button" className="btn" onClick={() => void signOut(true)}>
            {t('account.everywhere')}
          </button>
        </div>
      </section>
    </Page>
  );
}
