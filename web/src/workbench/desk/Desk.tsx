import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router';
import desk from '../../shared/i18n/en-desk.json';
import { Texts, useTexts } from '../../shared/i18n/texts';
import { useSystems } from './queries';
import './desk.css';

/** The desk's own words beside those of the workbench: they are loaded with its pages. */
export function DeskTexts({ children }: { children: ReactNode }) {
  const { messages } = useIntl();
  return <Texts messages={{ ...(messages as Record<string, string>), ...desk }}>{children}</Texts>;
}

export function DeskTabs() {
  const { t } = useTexts();
  return (
    <nav className="tabs no-print" aria-label={t('desk.parts')}>
      {(['clips', 'agreement', 'own', 'plan', 'systems'] as const).map((part) => (
        <NavLink key={part} to={part === 'clips' ? '/desk' : `/desk/${part}`} end className="tab">
          {t(`desk.tab.${part}`)}
        </NavLink>
      ))}
    </nav>
  );
}

/** What stands wherever codes go: the first is the gravest, and is printed too. */
export function Notices({ words }: { words: readonly string[] }) {
  const { t } = useTexts();
  const systems = useSystems();
  const guard = systems.data?.find((one) => one.guard !== '')?.guard;
  if (!words.length) return null;
  return (
    <section className="desk-notices" aria-label={t('desk.notices')}>
      {words.map((one) => (
        <p key={one} className={one === guard ? 'desk-guard' : 'sub'}>
          {one}
        </p>
      ))}
    </section>
  );
}

/** What all of some entries share, so that it is said once for them. */
export const shared = (entries: readonly { origin: { status: string } }[]): { status: string } | undefined =>
  entries.length > 0 && entries.every((one) => one.origin.status === entries[0]?.origin.status)
    ? entries[0]?.origin
    : undefined;

/** How far a source was looked up, where it was not. */
export function Status({ of }: { of: { status: string } | undefined }) {
  const { t } = useTexts();
  if (!of || of.status === 'seen') return null;
  return <span className="tag tag-draft">{t(`desk.status.${of.status}`)}</span>;
}
