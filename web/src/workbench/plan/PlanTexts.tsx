import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import plan from '../../shared/i18n/en-plan.json';
import { Texts, useTexts } from '../../shared/i18n/texts';
import type { Origin } from './record';
import './plan.css';

/** The words of plans beside those of the workbench: they are loaded with these pages. */
export function PlanTexts({ children }: { children: ReactNode }) {
  const { messages } = useIntl();
  return <Texts messages={{ ...(messages as Record<string, string>), ...plan }}>{children}</Texts>;
}

/** How far a source was looked up, where it was not. */
export function Mark({ of }: { of: Origin | undefined }) {
  const { t } = useTexts();
  if (!of || of.status === 'seen') return null;
  return <span className="tag tag-draft">{t(`plan.status.${of.status}`)}</span>;
}

/** "8 to 20 sessions", or one number where both are the same. */
export function useSessions() {
  const { t } = useTexts();
  return (of: { sessions_from: number | null; sessions_to: number | null }): string | undefined =>
    of.sessions_from == null || of.sessions_to == null
      ? undefined
      : of.sessions_from === of.sessions_to
        ? t('plan.sessions_one', { n: of.sessions_from })
        : t('plan.sessions', { from: of.sessions_from, to: of.sessions_to });
}
