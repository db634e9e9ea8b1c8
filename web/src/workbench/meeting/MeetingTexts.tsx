import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import words from '../../shared/i18n/en-session.json';
import { Texts } from '../../shared/i18n/texts';
import './meeting.css';

/** Words about meetings beside those of the workbench: they are loaded with their pages. */
export function MeetingTexts({ children }: { children: ReactNode }) {
  const { messages } = useIntl();
  return <Texts messages={{ ...(messages as Record<string, string>), ...words }}>{children}</Texts>;
}
