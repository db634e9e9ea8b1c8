import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import safety from '../../shared/i18n/en-safety.json';
import { Texts } from '../../shared/i18n/texts';
import './safety.css';

/** The words of safety, endings and supervision beside those of the workbench: they are loaded with these pages. */
export function SafetyTexts({ children }: { children: ReactNode }) {
  const { messages } = useIntl();
  return (
    <Texts messages={{ ...(messages as Record<string, string>), ...safety }}>
      <div className="safety">{children}</div>
    </Texts>
  );
}
