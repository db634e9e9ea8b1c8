import { useEffect, useRef } from 'react';
import { useTexts } from '../../shared/i18n/texts';

/** Title and focus of a page outside the shell. */
export function useHeading(title: string) {
  const { t } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t('title', { page: t(title) });
  }, [t, title]);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
