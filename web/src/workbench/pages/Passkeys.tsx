import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, secretOf, submitted, textOf, useChange } from '../parts';
import { addPasskey, passkeysOffered } from '../passkeys';

/** One's own passkeys. They belong to this address; at a number there can be none. */
export function Passkeys() {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [adding, setAdding] = useState(false);
  const known = useQuery({
    queryKey: ['passkeys'],
    queryFn: async () => (await ask(api.GET('/api/v1/passkeys'))).items,
  });
  const stale = [['passkeys']];
  return (
    <section className="card form" aria-labelledby="passkeys">
      <h2 id="passkeys">{t('passkey.title')}</h2>
      <p className="measure">{t(passkeysOffered() ? 'passkey.words' : 'passkey.not_here')}</p>
      <ErrorSummary problem={problem} />
      <Loaded query={known}>
        {(all) =>
          all.length === 0 ? (
            <p className="empty-line">{t('passkey.none')}</p>
          ) : (
            <ul className="rows">
              {all.map((one) => (
                <li key={one.id} className="row">
                  <span>{one.name}</span>
                  <span className="meta">{t('passkey.since', { date: date(one.created_at) })}</span>
                  <button
                    type="button"
                    className="btn btn-quiet"
                    disabled={busy}
                    aria-label={t('passkey.remove_which', { name: one.name })}
                    onClick={() =>
                      void run(
                        () => ask(api.DELETE('/api/v1/passkeys/{passkey}', { params: { path: { passkey: one.id } } })),
                        () => notice({ words: t('passkey.removed', { name: one.name }) }),
                        stale,
                      )
                    }
                  >
                    {t('passkey.remove')}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {passkeysOffered() &&
        (adding ? (
          <form
            className="form"
            onSubmit={submitted(
              (form) =>
                void run(
                  () => addPasskey(secretOf(form, 'password'), textOf(form, 'name')),
                  (made) => {
                    setAdding(false);
                    notice({ words: t('passkey.added', { name: made.name }) });
                  },
                  stale,
                ),
            )}
          >
            <Field name="name" label={t('passkey.name')} hint={t('passkey.name_hint')} problem={problem}>
              <input type="text" required maxLength={64} autoComplete="off" />
            </Field>
            <Field name="password" label={t('password')} hint={t('codes.password_hint')} problem={problem}>
              <input type="password" required autoComplete="current-password" />
            </Field>
            <div className="form-do">
              <button type="submit" className="btn btn-primary" disabled={busy}>
                {t('passkey.do')}
              </button>
              <button type="button" className="btn" onClick={() => setAdding(false)}>
                {t('cancel')}
              </button>
            </div>
          </form>
        ) : (
          <div className="form-do">
            <button type="button" className="btn" onClick={() => setAdding(true)}>
              {t('passkey.add')}
            </button>
          </div>
        ))}
    </section>
  );
}
