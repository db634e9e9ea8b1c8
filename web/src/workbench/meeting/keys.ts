import { useEffect } from 'react';
import { keysOn, type MeetingAction, meetingAction, typing } from '../keymap';

/** Single keys of a meeting's page, where nobody types. */
export function useMeetingKeys(act: (action: MeetingAction) => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!keysOn() || typing(event) || event.repeat || event.defaultPrevented) return;
      const action = meetingAction[event.key];
      if (!action) return;
      event.preventDefault();
      act(action);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [act]);
}

/** The key that a button has, as it stands on it. */
export const focusOn = (id: string): void => {
  const field = document.getElementById(id);
  field?.focus();
  field?.scrollIntoView({ block: 'nearest' });
};
