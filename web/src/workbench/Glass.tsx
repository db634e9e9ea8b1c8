import { Eye } from 'lucide-react';
import type { Schemas } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { useStaffName } from './queries';

/** Who read a course that was not theirs, until when, and why. */
export function GlassList({ broken }: { broken: Schemas['BreakGlass'][] }) {
  const { t, time } = useTexts();
  const staffName = useStaffName();
  return (
    <ul className="rows">
      {broken.map((one) => (
        <li key={one.id} className="alert">
          <Eye size={19} aria-hidden="true" />
          <div>
            <h3>{t('glass.who', { name: staffName(one.user_id) ?? t('glass.somebody') })}</h3>
            <p>{t('glass.because', { reason: one.reason })}</p>
            <p className="sub num">{t('glass.when', { from: time(one.opened_at), until: time(one.until_ms) })}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
