import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type FocusEvent,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { asProblem } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { keysOn } from './keymap';
import { useProblemWords } from './parts';

interface Said {
  words: string;
  /** What the server does to take it back. It may be asked for after the page that offered it has gone. */
  undo?: () => Promise<unknown>;
  /** What is out of date once it was taken back. */
  stale?: unknown[][];
  undone?: () => void;
}
interface Notice {
  said: Said | undefined;
  say: (said: Said) => void;
  undoLast: () => void;
  hold: (held: boolean) => void;
  hush: () => void;
}
const nothing = () => undefined;
const NoticeContext = createContext<Notice>({
  said: undefined,
  say: nothing,
  undoLast: nothing,
  hold: nothing,
  hush: nothing,
});
export const useNotice = () => useContext(NoticeContext).say;
export const useUndoLast = () => useContext(NoticeContext).undoLast;

const shownMs = 20_000;

/** One quiet line about what was just done, with a way back where the server has one. It waits while it is used. */
export function Notices({ children }: { children: ReactNode }) {
  const { t } = useTexts();
  const words = useProblemWords();
  const client = useQueryClient();
  const [said, setSaid] = useState<Said>();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!said || held) return;
    const timer = setTimeout(() => setSaid(undefined), shownMs);
    return () => clearTimeout(timer);
  }, [said, held]);
  const say = useCallback((next: Said) => {
    setHeld(false);
    setSaid(next);
  }, []);
  const undoLast = useCallback(() => {
    if (!said?.undo) return;
    const { undo, stale = [], undone } = said;
    setHeld(false);
    setSaid(undefined);
    const back = async () => {
      try {
        await undo();
        await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
        undone?.();
        setSaid({ words: t('undone') });
      } catch (error) {
        setSaid({ words: t('undo.failed', { why: words(asProblem(error)) }) });
      }
    };
    void back();
  }, [said, client, t, words]);
  const hush = useCallback(() => setSaid(undefined), []);
  const notice = useMemo(() => ({ said, say, undoLast, hold: setHeld, hush }), [said, say, undoLast, hush]);
  return <NoticeContext value={notice}>{children}</NoticeContext>;
}

/** Where notices are read: in the frame with navigation, and gone with it, so that none stands over a lock or a client's questions. */
export function NoticeLine() {
  const { t } = useTexts();
  const { said, undoLast, hold, hush } = useContext(NoticeContext);
  useEffect(() => hush, [hush]);
  // The button goes with the press: the focus goes back to the page.
  const backToPage = () => document.getElementById('main')?.focus({ preventScroll: true });
  const left = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) hold(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only stays longer while a pointer or the focus is on it
    <div
      className={said ? 'notice no-print' : 'vh'}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={left}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        hush();
        backToPage();
      }}
    >
      <span role="status">{said?.words}</span>
      {said?.undo && (
        <button
          type="button"
          className="btn btn-quiet"
          aria-keyshortcuts="u"
          onClick={() => {
            undoLast();
            backToPage();
          }}
        >
          {t('undo')}
          {keysOn() && (
            <span className="kbd" aria-hidden="true">
              u
            </span>
          )}
        </button>
      )}
    </div>
  );
}
