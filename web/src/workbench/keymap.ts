/** What a single key asks for; a number is a tab, from the left. `pending` is a `g` that waits for its second key. */
export type KeyAction =
  | number
  | 'find'
  | 'today'
  | 'caseload'
  | 'next'
  | 'previous'
  | 'new'
  | 'keys'
  | 'undo'
  | 'client_before'
  | 'client_after';

const single: Record<string, KeyAction> = {
  '/': 'find',
  j: 'next',
  k: 'previous',
  n: 'new',
  u: 'undo',
  '[': 'client_before',
  ']': 'client_after',
  '?': 'keys',
};
const afterG: Record<string, KeyAction> = { t: 'today', c: 'caseload' };

export function keyAction(pending: boolean, key: string): { pending: boolean; action?: KeyAction } {
  if (pending) {
    const action = afterG[key];
    return action ? { pending: false, action } : { pending: false };
  }
  if (key === 'g') return { pending: true };
  const action = /^[1-9]$/.test(key) ? Number(key) : single[key];
  return action ? { pending: false, action } : { pending: false };
}

/** Single keys never fire where somebody types, nor together with Ctrl, Alt or Meta. */
export function typing(event: Pick<KeyboardEvent, 'ctrlKey' | 'altKey' | 'metaKey' | 'target'>): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select') || target.closest('dialog') !== null;
}

const kept = 'keys';
export const keysOn = (): boolean => localStorage.getItem(kept) !== 'off';
export const turnKeys = (on: boolean): void => {
  if (on) localStorage.removeItem(kept);
  else localStorage.setItem(kept, 'off');
};

export type MeetingAction =
  | 'begin'
  | 'end'
  | 'focus'
  | 'technique'
  | 'note'
  | 'process'
  | 'alliance'
  | 'step'
  | 'event'
  | 'rupture'
  | 'softening'
  | 'mentalizing_lost'
  | 'mentalizing_regained'
  | 'corrective_moment';

/** On the page of a meeting. None of them is a key of the whole workbench. */
export const meetingAction: Record<string, MeetingAction> = {
  b: 'begin',
  e: 'end',
  f: 'focus',
  t: 'technique',
  w: 'note',
  p: 'process',
  a: 'alliance',
  x: 'step',
  v: 'event',
  r: 'rupture',
  s: 'softening',
  l: 'mentalizing_lost',
  m: 'mentalizing_regained',
  c: 'corrective_moment',
};
