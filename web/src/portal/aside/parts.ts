import { createContext, useContext } from 'react';
import type { call, carry } from '../exchange';
import type { Contact, Frame, Help } from '../Portal';

/** What the portal has loaded already: handed on, so that its own files stay one for a phone that opens a sheet. */
export interface Parts {
  path: string;
  taken: string;
  call: typeof call;
  carry: typeof carry;
  Contact: typeof Contact;
  Frame: typeof Frame;
  Help: typeof Help;
}

export const PartsContext = createContext<Parts | undefined>(undefined);

export function useParts(): Parts {
  const parts = useContext(PartsContext);
  if (!parts) throw new Error('no parts');
  return parts;
}
