import { type ReactNode, useMemo } from 'react';
import { IntlProvider, type IntlShape, useIntl } from 'react-intl';

export type Values = Record<string, string | number | Date>;

/** Longer text with accents: shows words that are not in the catalogue, and boxes that are too tight. */
export const pseudo = (message: string): string =>
  message.replace(
    /(\{[^}]*\}+)|([aeiou])/g,
    (_, argument: string | undefined, vowel: string) => argument ?? `${vowel}${vowel}\u0301`,
  );

export function Texts({ messages, children }: { messages: Record<string, string>; children: ReactNode }) {
  return (
    <IntlProvider locale="en-GB" messages={messages} onError={complain}>
      {children}
    </IntlProvider>
  );
}

function complain(error: Error): void {
  if (import.meta.env.DEV || import.meta.env.MODE === 'test') throw error;
}

const textsOf = (intl: IntlShape) => ({
  t: (id: string, values?: Values): string => intl.formatMessage({ id }, values),
  has: (id: string): boolean => id in intl.messages,
  day: (at: string | Date): string => intl.formatDate(at, { day: 'numeric', month: 'long' }),
  date: (at: string | Date): string => intl.formatDate(at, { day: 'numeric', month: 'short', year: 'numeric' }),
  today: (): string => intl.formatDate(new Date(), { weekday: 'long', day: 'numeric', month: 'long' }),
  weekday: (at: string | Date): string =>
    intl.formatDate(at, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }),
  time: (at: string | Date): string =>
    intl.formatDate(at, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }),
  clock: (at: string | Date): string => intl.formatTime(at, { hour: '2-digit', minute: '2-digit' }),
  list: (words: string[]): string => intl.formatList(words, { type: 'conjunction' }),
  tick: (at: Date): string => intl.formatDate(at, { day: 'numeric', month: 'short' }),
  number: (n: number): string => intl.formatNumber(n, { maximumFractionDigits: 2 }),
});

/** Words from the catalogue, and days and times as people read them. The same while the language is: effects rest on it. */
export function useTexts() {
  const intl = useIntl();
  return useMemo(() => textsOf(intl), [intl]);
}
