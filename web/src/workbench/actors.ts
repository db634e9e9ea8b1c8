import type { Schemas } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { nameOf } from './parts';
import { useStaffName } from './queries';
import { useUser } from './session';

/** Whoever stands behind an id of the audit, in words: somebody who works here, a member of the course, the program. */
export function useActor(members: Schemas['MemberView'][]) {
  const { t } = useTexts();
  const me = useUser();
  const staffName = useStaffName();
  return (id: string): string => {
    if (id === me.id) return me.display_name;
    if (id === 'portal') return t('seen.phone');
    if (!/^[0-9a-f]{32}$/.test(id)) return t('seen.system');
    const member = members.find((one) => one.person === id);
    return staffName(id) ?? (member ? nameOf(member) : t('seen.other', { code: id.slice(0, 6) }));
  };
}
