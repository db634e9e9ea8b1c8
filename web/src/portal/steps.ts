import { useSyncExternalStore } from 'react';
import type { Step } from '../shared/questions/questions';

/** Steps are entries of the history, so that the phone's own Back does what people expect. The address says nothing. */
const listen = (changed: () => void) => {
  addEventListener('popstate', changed);
  return () => removeEventListener('popstate', changed);
};

export const read = (): Step => (history.state as { step?: Step } | null)?.step ?? 'start';

export function go(step: Step, instead = false): void {
  if (instead) history.replaceState({ step }, '', '/');
  else history.pushState({ step }, '', '/');
  dispatchEvent(new PopStateEvent('popstate'));
}

export const useStep = (): Step => useSyncExternalStore(listen, read);
