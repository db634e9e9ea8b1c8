import type { Schemas } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { nameOf } from './parts';
import { useStaffName } from './queries';
import { useUser } from './session';

/** What the audit calls an actor: the id of a user, `portal:` and the id of a person, the program, or nobody known. */
export const kindOf = (actor: string): 'user' | 'phone' | 'system' | 'stranger' =>
  /^[0-9a-f]{32}$/.test(actor)
    ? 'user'
    : actor.startsWith('portal')
      ? 'phone'
      : actor === 'stranger'
        ? 'stranger'
        : 'system';

/** Whoever stands behind an id of the audit, in words: somebody who works here, a member of the course, the program. */
export function useActor(members: Schemas['MemberView'][]) {
  const { t } = useTexts();
  const me = useUser();
  const staffName = useStaffName();
  return (id: string): string => {
    if (id === me.id) return me.display_name;
    const kind = kindOf(id);
    if (kind === 'phone') {
      const member = members.find((one) => id.endsWith(one.person));
      return member ? t('seen.phone_of', { name: nameOf(member) }) : t('seen.phone');
    }
    if (kind !== 'user') return t(`seen.${kind}`);
    return staffName(id) ?? t('seen.other', { code: id.slice(0, 6) });
  };
}
