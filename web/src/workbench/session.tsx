import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { api, ask, asProblem, carry, hearRefusals, type Schemas } from '../shared/api/client';
import { dropAllDrafts } from './drafts';
import { lockTo, unlockSheet } from './room';

export type User = Schemas['UserView'];
type State =
  | { kind: 'asking' }
  | { kind: 'out' }
  | { kind: 'new' }
  | { kind: 'locked' }
  | { kind: 'room' }
  | { kind: 'down' }
  | { kind: 'in'; user: User };

/** Other tabs of this browser hear that the session is another one now: locked, handed over, ended, taken back. */
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('session');
export const tellTabs = (): void => tabs?.postMessage('changed');

interface Session {
  state: State;
  /** A practice to look around in: everything in it is invented. */
  demo: boolean;
  refresh: () => Promise<void>;
  welcome: (welcome: Schemas['Welcome']) => void;
  /** Hands the screen over: from now on the server gives this session one questionnaire and nothing else. */
  handOver: (course: string, sheet: string) => Promise<void>;
  signOut: (everywhere: boolean) => Promise<void>;
}

const Context = createContext<Session | null>(null);
const idleMs = 15 * 60_000;

/** Who is signed in. A page that nobody uses for a quarter of an hour shows nothing until the password is entered. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ kind: 'asking' });
  const [demo, setDemo] = useState(false);
  const client = useQueryClient();

  const welcome = useCallback((answer: Schemas['Welcome']) => {
    carry(answer.csrf);
    setDemo((answer as { demo?: boolean }).demo === true);
    setState({ kind: 'in', user: answer.user });
  }, []);

  const refresh = useCallback(async () => {
    try {
      welcome(await ask(api.GET('/api/v1/session')));
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === 'session.locked') return setState({ kind: 'locked' });
      if (problem.code === 'session.room') return setState({ kind: 'room' });
      if (problem.status !== 401) return setState({ kind: 'down' });
      const place = await ask(api.GET('/api/v1/set-up')).catch(() => undefined);
      setState({ kind: place ? (place.is_set_up ? 'out' : 'new') : 'down' });
    }
  }, [welcome]);

  const handOver = useCallback(
    async (course: string, sheet: string) => {
      await ask(api.POST('/api/v1/courses/{course}/sheets/{sheet}/room', { params: { path: { course, sheet } } }));
      lockTo(`/courses/${course}/sheets/${sheet}`);
      tellTabs();
      client.clear();
      setState({ kind: 'room' });
    },
    [client],
  );

  const signOut = useCallback(
    async (everywhere: boolean) => {
      try {
        await ask(everywhere ? api.DELETE('/api/v1/sessions') : api.DELETE('/api/v1/session'));
      } catch (error) {
        // Whoever signs out must not go on seeing the page; where the server did not hear it, that is said.
        if (asProblem(error).status !== 401) return setState({ kind: 'down' });
      }
      dropAllDrafts();
      unlockSheet();
      tellTabs();
      client.clear();
      carry('');
      setState({ kind: 'out' });
    },
    [client],
  );

  useEffect(() => {
    hearRefusals((problem) => {
      client.clear();
      setState((before) => {
        if (problem.code === 'session.locked') return { kind: 'locked' };
        if (problem.code === 'session.room') return { kind: 'room' };
        return before.kind === 'in' || before.kind === 'locked' ? { kind: 'out' } : before;
      });
    });
    void refresh();
    const changed = () => {
      client.clear();
      setState({ kind: 'asking' });
      void refresh();
    };
    // A page that is shown again was looked at by nobody meanwhile: it asks before it goes on.
    const shown = () => {
      if (document.visibilityState === 'visible') void refresh();
    };
    tabs?.addEventListener('message', changed);
    document.addEventListener('visibilitychange', shown);
    return () => {
      tabs?.removeEventListener('message', changed);
      document.removeEventListener('visibilitychange', shown);
    };
  }, [client, refresh]);

  const signedIn = state.kind === 'in';
  useEffect(() => {
    if (!signedIn) return;
    let last = Date.now();
    const used = () => {
      last = Date.now();
    };
    const look = setInterval(() => {
      if (Date.now() - last < idleMs) return;
      client.clear();
      setState({ kind: 'locked' });
    }, 10_000);
    for (const kind of ['pointerdown', 'keydown', 'scroll'] as const) addEventListener(kind, used, { passive: true });
    return () => {
      clearInterval(look);
      for (const kind of ['pointerdown', 'keydown', 'scroll'] as const) removeEventListener(kind, used);
    };
  }, [signedIn, client]);

  const session = useMemo(
    () => ({ state, demo, refresh, welcome, handOver, signOut }),
    [state, demo, refresh, welcome, handOver, signOut],
  );
  return <Context value={session}>{children}</Context>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error('no session around this component');
  return session;
}

/** The user of a page that is only shown to somebody who is signed in. */
export function useUser(): User {
  const { state } = useSession();
  if (state.kind !== 'in') throw new Error('nobody is signed in');
  return state.user;
}
