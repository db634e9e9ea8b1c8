import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, Loaded, Page, submitted, textOf, useChange } from '../parts';
import { useUser } from '../session';
import { SettingsTabs } from './SettingsTabs';

const roles = ['therapist', 'supervisor', 'admin', 'researcher'] as const;

export default function Users() {
  const { t } = useTexts();
  const me = useUser();
  const users = useQuery({
    queryKey: ['users'],
    queryFn: async () => (await ask(api.GET('/api/v1/users'))).items,
  });
  const [token, setToken] = useState<Schemas['Invited']>();
  const { busy, problem, run } = useChange();
  const [inviting, setInviting] = useState(0);
  const reset = (user: string) =>
    run(() => ask(api.POST('/api/v1/users/{user}/reset', { params: { path: { user } } })), setToken, [['users']]);
  const disable = (user: string) =>
    run(() => ask(api.POST('/api/v1/users/{user}/disable', { params: { path: { user } } })), undefined, [['users']]);
  return (
    <Page title="users.title" tabs={<SettingsTabs />} plain>
      <ErrorSummary problem={problem} />
      {token && (
        <div className="card callout-card" role="status">
          <p>{t('users.token', { name: token.user.display_name })}</p>
          <output className="code">{`${location.origin}/welcome#${token.token}`}</output>
          <p className="sub">{t('users.token_hint')}</p>
        </div>
      )}
      <Loaded query={users}>
        {(all) => (
          <div className="card table-card">
            <table className="table">
              <caption className="vh">{t('users.title')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('caseload.name')}</th>
                  <th scope="col">{t('login')}</th>
                  <th scope="col">{t('users.roles')}</th>
                  <th scope="col">{t('users.codes')}</th>
                  <th scope="col">
                    <span className="vh">{t('users.do')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {all.map((user) => (
                  <tr key={user.id}>
                    <th scope="row">
                      {user.display_name}{' '}
                      {user.disabled && <span className="tag tag-draft">{t('users.disabled')}</span>}
                    </th>
                    <td>{user.login}</td>
                    <td>
                      {roles
                        .filter((role) => user[role])
                        .map((role) => t(`users.${role}`))
                        .join(', ')}
                    </td>
                    <td>{t(user.uses_codes ? 'users.yes' : 'users.no')}</td>
                    <td className="cell-do">
                      {user.id !== me.id && (
                        <>
                          <button
                            type="button"
                            className="btn btn-quiet"
                            disabled={busy}
                            aria-label={t('users.reset_who', { name: user.display_name })}
                            onClick={() => void reset(user.id)}
                          >
                            {t('users.reset')}
                          </button>
                          {!user.disabled && (
                            <button
                              type="button"
                              className="btn btn-quiet"
                              disabled={busy}
                              aria-label={t('users.disable_who', { name: user.display_name })}
                              onClick={() => void disable(user.id)}
                            >
                              {t('users.disable')}
                            </button>
                          )}
                        </>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      <form
        key={inviting}
        className="card form"
        onSubmit={submitted(
          (form) =>
            void run(
              () =>
                ask(
                  api.POST('/api/v1/users', {
                    body: {
                      display_name: textOf(form, 'display_name'),
                      login: textOf(form, 'login'),
                      therapist: form.get('therapist') === 'on',
                      supervisor: form.get('supervisor') === 'on',
                      admin: form.get('admin') === 'on',
                      researcher: form.get('researcher') === 'on',
                    },
                  }),
                ),
              (invited) => {
                setToken(invited);
                setInviting(inviting + 1);
                scrollTo(0, 0);
              },
              [['users']],
            ),
        )}
      >
        <h2>{t('users.invite')}</h2>
        <div className="grid-2">
          <Field name="display_name" label={t('users.name')} problem={problem}>
            <input type="text" required autoComplete="off" />
          </Field>
          <Field name="login" label={t('login')} problem={problem}>
            <input type="text" required autoComplete="off" autoCapitalize="none" spellCheck={false} />
          </Field>
        </div>
        <fieldset className="checks">
          <legend>{t('users.roles')}</legend>
          {roles.map((role) => (
            <label key={role} className="check">
              <input type="checkbox" name={role} defaultChecked={role === 'therapist'} />
              <span>
                {t(`users.${role}`)}
                <span className="hint">{t(`users.${role}_hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="form-do">
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {t('users.invite_do')}
          </button>
        </div>
      </form>
    </Page>
  );
}
