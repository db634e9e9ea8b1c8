import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import words from '../../shared/i18n/en-reminders.json';
import { Texts } from '../../shared/i18n/texts';

/** Words of reminders and of clients' own pages: loaded with the parts that need them. */
export function ReminderTexts({ children }: { children: ReactNode }) {
  const { messages } = useIntl();
  return <Texts messages={{ ...(messages as Record<string, string>), ...words }}>{children}</Texts>;
}

/** Minutes of the day as a field for a time takes them, and back. */
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
export const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
};
