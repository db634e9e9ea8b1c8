import { useQueryClient } from '@tanstack/react-query';
import {
  BookOpen,
  CalendarDays,
  Clapperboard,
  Eye,
  Keyboard,
  LifeBuoy,
  Lock,
  Search,
  Settings,
  UserPlus,
  Users,
} from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { api, ask } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { SkipLink } from '../shared/ui/SkipLink';
import { Find } from './Find';
import { keyAction, keysOn, typing } from './keymap';
import { NoticeLine, useUndoLast } from './Notices';
import { coursesQuery } from './queries';
import { neighbour } from './search';
import { useSession, useUser } from './session';

const places = [
  ['today', CalendarDays, '/today'],
  ['caseload', Users, '/caseload'],
  ['new', UserPlus, '/new'],
  ['supervision', LifeBuoy, '/supervision'],
  ['outlines', Eye, '/outlines'],
  ['desk', Clapperboard, '/desk'],
  ['measures', BookOpen, '/measures'],
] as const;

/** Moves the focus along the rows of a list: links that carry data-row. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const now = rows.indexOf(document.activeElement as HTMLElement);
  const next = now < 0 ? (by === 1 ? 0 : rows.length - 1) : now + by;
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
}

export function Shell() {
  const { t } = useTexts();
  const user = useUser();
  const { demo, refresh } = useSession();
  const navigate = useNavigate();
  const undoLast = useUndoLast();
  const client = useQueryClient();
  const place = useLocation();
  const [finding, setFinding] = useState(false);
  const pending = useRef<number | undefined>(undefined);

  const here = /^\/courses\/([0-9a-f]+)/.exec(place.pathname)?.[1];
  const toClient = useCallback(
    async (by: 1 | -1) => {
      // The list that the user has seen already: asking for it anew would stand in the audit of everybody in it.
      const all = await client.fetchQuery({ ...coursesQuery, staleTime: Number.POSITIVE_INFINITY }).catch(() => []);
      const next = neighbour(
        all.filter((course) => !course.ended_on).map((course) => course.id),
        here,
        by,
      );
      if (next) navigate(`/courses/${next}`);
    },
    [client, here, navigate],
  );

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!keysOn() || typing(event) || event.repeat) return;
      const waiting = pending.current !== undefined;
      clearTimeout(pending.current);
      const { pending: wait, action } = keyAction(waiting, event.key);
      pending.current = wait ? window.setTimeout(() => (pending.current = undefined), 1500) : undefined;
      if (!action) return;
      event.preventDefault();
      if (action === 'find') setFinding(true);
      else if (action === 'next') step(1);
      else if (action === 'previous') step(-1);
      else if (action === 'undo') undoLast();
      else if (typeof action === 'number') document.querySelectorAll<HTMLElement>('.tabs .tab')[action - 1]?.click();
      else if (action === 'client_before') void toClient(-1);
      else if (action === 'client_after') void toClient(1);
      else navigate(`/${action}`);
    };
    addEventListener('keydown', pressed);
    return () => {
      removeEventListener('keydown', pressed);
      clearTimeout(pending.current);
    };
  }, [navigate, undoLast, toClient]);

  const shown = places.filter(([key]) =>
    key === 'new' || key === 'desk'
      ? user.therapist
      : key === 'outlines' || key === 'supervision'
        ? user.supervisor
        : true,
  );
  return (
    <div className="shell">
      <SkipLink words={t('nav.skip')} />
      <nav className="rail no-print" aria-label={t('nav.main')}>
        <div className="rail-in">
          <div className="brand">
            <img src="/icon.svg" alt="" width="30" height="30" />
            <span>{t('brand')}</span>
          </div>
          <button type="button" className="find" onClick={() => setFinding(true)}>
            <Search size={17} aria-hidden="true" /> {t('nav.find')} <span className="kbd">/</span>
          </button>
          <ul>
            {shown.map(([key, Icon, to]) => (
              <li key={key}>
                <NavLink to={to} className="rail-link">
                  <Icon size={19} strokeWidth={1.75} aria-hidden="true" />
                  <span>{t(`nav.${key}`)}</span>
                </NavLink>
              </li>
            ))}
            <li>
              <NavLink to="/settings" className="rail-link">
                <Settings size={19} strokeWidth={1.75} aria-hidden="true" />
                <span>{t('nav.settings')}</span>
              </NavLink>
            </li>
          </ul>
          <div className="rail-foot">
            <button
              type="button"
              className="rail-link"
              onClick={() => void ask(api.POST('/api/v1/session/lock')).finally(refresh)}
            >
              <Lock size={19} strokeWidth={1.75} aria-hidden="true" />
              <span>{t('nav.lock')}</span>
            </button>
            <NavLink to="/keys" className="rail-link">
              <Keyboard size={19} strokeWidth={1.75} aria-hidden="true" />
              <span>{t('nav.keys')}</span>
            </NavLink>
            <p className="rail-user">{user.display_name}</p>
          </div>
        </div>
      </nav>
      <main id="main" tabIndex={-1}>
        {demo && <p className="demo">{t('demo')}</p>}
        <Outlet key={place.pathname} />
      </main>
      <NoticeLine />
      {finding && <Find close={() => setFinding(false)} />}
    </div>
  );
}
