import type { ReactNode } from 'react';
import { Link, Navigate, Outlet, useLocation } from 'react-router';
import { useTexts } from '../shared/i18n/texts';
import { Lock } from './Lock';
import { Page, Waiting } from './parts';
import { lockedSheet } from './room';
import { useSession } from './session';

const open = ['/set-up', '/sign-in', '/welcome'];

/** Which page may be shown: before set-up, before signing in, while locked, while a questionnaire is in a client's hands. */
export function Gate() {
  const { state, refresh } = useSession();
  const { pathname } = useLocation();
  const outside = open.includes(pathname);
  if (state.kind === 'asking') return <Waiting />;
  if (state.kind === 'down')
    return (
      <Outside>
        <Down again={() => void refresh()} />
      </Outside>
    );
  if (state.kind === 'new') return pathname === '/set-up' ? <Outlet /> : <Navigate to="/set-up" replace />;
  if (pathname === '/welcome') return <Outlet />;
  if (state.kind === 'out') {
    if (pathname === '/sign-in') return <Outlet />;
    return <Navigate to="/sign-in" replace state={{ from: pathname }} />;
  }
  if (state.kind === 'room') return pathname === '/room' ? <Outlet /> : <Navigate to="/room" replace />;
  if (state.kind === 'locked') return <Lock />;
  if (pathname === '/room') return <Navigate to={lockedSheet() ?? '/today'} replace />;
  if (outside) return <Navigate to="/today" replace />;
  return <Outlet />;
}

/** The frame of the pages without navigation: set-up, signing in, the lock. */
export function Outside({ children }: { children: ReactNode }) {
  const { t } = useTexts();
  return (
    <main className="outside" id="main">
      <p className="brand">
        <img src="/icon.svg" alt="" width="34" height="34" />
        <span>{t('brand')}</span>
      </p>
      {children}
    </main>
  );
}

function Down({ again }: { again: () => void }) {
  const { t } = useTexts();
  return (
    <div className="card" role="alert">
      <h1>{t('down.title')}</h1>
      <p>{t('down.words')}</p>
      <button type="button" className="btn" onClick={again}>
        {t('wait.again')}
      </button>
    </div>
  );
}

export function NotFound() {
  const { t } = useTexts();
  return (
    <Page title="none.title" plain>
      <div className="card">
        <p>{t('none.words')}</p>
        <p>
          <Link to="/today">{t('none.back')}</Link>
        </p>
      </div>
    </Page>
  );
}
