import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { api, ask } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Outside } from '../Gate';
import { ErrorSummary, Field, secretOf, submitted, textOf, useChange } from '../parts';
import { useHeading } from './heading';

/** An invitation or a reset: the token stands behind the # of the address and is taken out of it at once. */
export default function Welcome() {
  const { t } = useTexts();
  const { busy, problem, setProblem, run } = useChange();
  const heading = useHeading('welcome.title');
  const [token] = useState(() => location.hash.slice(1));
  const [login, setLogin] = useState<string>();
  const [unequal, setUnequal] = useState(false);
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, '', location.pathname);
  }, []);
  return (
    <Outside>
      {login !== undefined ? (
        <div className="card form">
          <h1 role="status">{t('welcome.done')}</h1>
          <p>{t('welcome.done_words', { login })}</p>
          <Link className="btn btn-primary" to="/sign-in">
            {t('signin.title')}
          </Link>
        </div>
      ) : (
        <form
          className="card form"
          onSubmit={submitted((form) => {
            setProblem(undefined);
            const password = secretOf(form, 'password');
            const differ = password !== secretOf(form, 'again');
            setUnequal(differ);
            if (differ) return;
            void run(
              () => ask(api.POST('/api/v1/password', { body: { token: textOf(form, 'token'), password } })),
              (user) => setLogin(user.login),
            );
          })}
        >
          <h1 ref={heading} tabIndex={-1}>
            {t('welcome.title')}
          </h1>
          <p className="sub">{t('welcome.words')}</p>
          <ErrorSummary problem={problem} faults={unequal ? [{ field: 'again', words: t('welcome.unequal') }] : []} />
          <Field name="token" label={t('welcome.token')} problem={problem}>
            <input type="text" required autoComplete="off" spellCheck={false} defaultValue={token} />
          </Field>
          <Field name="password" label={t('password')} hint={t('password_hint')} problem={problem}>
            <input type="password" required autoComplete="new-password" />
          </Field>
          <Field name="again" label={t('welcome.again')}>
            <input type="password" required autoComplete="new-password" />
          </Field>
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {t('welcome.do')}
          </button>
        </form>
      )}
    </Outside>
  );
}
