import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Listing } from '../Listing';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Page, submitted, textOf, useChange } from '../parts';
import { useUser } from '../session';
import { SettingsTabs } from './SettingsTabs';

const stale = [['users'], ['staff']];
const roles = ['therapist', 'supervisor', 'admin', 'researcher'] as const;

export default function Users() {
  const { t } = useTexts();
  const me = useUser();
  const users = useQuery({
    queryKey: ['users'],
    queryFn: async () => (await ask(api.GET('/api/v1/users'))).items,
  });
  const [token, setToken] = useState<Schemas['Invited']>();
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const [inviting, setInviting] = useState(0);
  const reset = (user: string) =>
    run(() => ask(api.POST('/api/v1/users/{user}/reset', { params: { path: { user } } })), setToken, stale);
  const turn = (user: User, on: boolean) =>
    ask(api.POST(`/api/v1/users/{user}/${on ? 'enable' : 'disable'}`, { params: { path: { user: user.id } } }));
  const change = (user: User) =>
    run(
      () => turn(user, user.disabled),
      () =>
        notice({
          words: t(user.disabled ? 'users.enabled_done' : 'users.disabled_done', { name: user.display_name }),
          undo: () => turn(user, !user.disabled),
          stale,
        }),
      stale,
    );
  const deeds = (user: User) => (
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
      <button
        type="button"
        className="btn btn-quiet"
        aria-label={t('users.change_who', { name: user.display_name })}
        onClick={() => setChanging(user.id)}
      >
        {t('users.change')}
      </button>
      <button
        type="button"
        className="btn btn-quiet"
        disabled={busy}
        aria-label={t(user.disabled ? 'users.enable_who' : 'users.disable_who', { name: user.display_name })}
        onClick={() => void change(user)}
      >
        {t(user.disabled ? 'users.enable' : 'users.disable')}
      </button>
    </>
  );
  const [changing, setChanging] = useState<string>();
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
      {users.data
        ?.filter((user) => user.id === changing)
        .map((user) => (
          <Change key={user.id} user={user} all={users.data} close={() => setChanging(undefined)} />
        ))}
      <Listing
        query={users}
        title="users.title"
        empty="users.none"
        keyOf={(user) => user.id}
        columns={[
          {
            head: 'caseload.name',
            cell: (user) => (
              <>
                {user.display_name} {user.disabled && <span className="tag tag-draft">{t('users.disabled')}</span>}
                <span className="narrow meta">{user.login}</span>
              </>
            ),
          },
          { head: 'login', is: 'wide', cell: (user) => user.login },
          {
            head: 'users.roles',
            cell: (user) =>
              roles
                .filter((role) => user[role])
                .map((role) => t(`users.${role}`))
                .join(', '),
          },
          { head: 'users.codes', is: 'wide', cell: (user) => t(user.uses_codes ? 'users.yes' : 'users.no') },
          { head: 'users.do', is: 'do', cell: (user) => user.id !== me.id && deeds(user) },
        ]}
      />
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
              stale,
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

type User = Schemas['UserView'];

/** A user's name and roles, and their courses for somebody else. */
function Change({ user, all, close }: { user: User; all: User[]; close: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const handing = useChange();
  const notice = useNotice();
  const path = { user: user.id };
  const patch = (body: Schemas['ChangeUser']) => ask(api.PATCH('/api/v1/users/{user}', { params: { path }, body }));
  const others = all.filter((one) => one.therapist && !one.disabled && one.id !== user.id);
  return (
    <section className="card callout-card form" aria-labelledby="change">
      <h2 id="change">{t('users.change_who', { name: user.display_name })}</h2>
      <form
        className="form"
        onSubmit={submitted((form) => {
          const before = Object.fromEntries(roles.map((role) => [role, user[role]]));
          const after = Object.fromEntries(roles.map((role) => [role, form.get(role) === 'on']));
          void run(
            () => patch({ display_name: textOf(form, 'new_name'), ...after }),
            () => {
              notice({
                words: t('settings.saved'),
                undo: () => patch({ display_name: user.display_name, ...before }),
                stale,
              });
              close();
            },
            stale,
          );
        })}
      >
        <ErrorSummary problem={problem} />
        <Field name="new_name" label={t('users.name')} problem={problem}>
          {/* biome-ignore lint/a11y/noAutofocus: the form opens where its button was pressed */}
          <input type="text" required autoFocus autoComplete="off" defaultValue={user.display_name} />
        </Field>
        <fieldset className="checks">
          <legend>{t('users.roles')}</legend>
          {roles.map((role) => (
            <label key={role} className="check">
              <input type="checkbox" name={role} defaultChecked={user[role]} />
              <span>
                {t(`users.${role}`)}
                <span className="hint">{t(`users.${role}_hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="form-do">
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {t('settings.save')}
          </button>
          <button type="button" className="btn" onClick={close}>
            {t('cancel')}
          </button>
        </div>
      </form>
      {user.therapist && others.length > 0 && (
        <form
          className="form"
          onSubmit={submitted(
            (form) =>
              void handing.run(
                () =>
                  ask(
                    api.POST('/api/v1/users/{user}/hand-over', { params: { path }, body: { to: textOf(form, 'to') } }),
                  ),
                ({ courses }) => {
                  notice({ words: t('users.handed', { n: courses }) });
                  close();
                },
                [['courses']],
              ),
          )}
        >
          <ErrorSummary problem={handing.problem} />
          <Field name="to" label={t('users.hand')} hint={t('users.hand_hint')} problem={handing.problem}>
            <select>
              {others.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.display_name}
                </option>
              ))}
            </select>
          </Field>
          <div className="form-do">
            <button type="submit" className="btn" disabled={handing.busy}>
              {t('users.hand_do')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
