import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { knownKind, shapeOf } from './timeline';

export type HistoryEvent = Schemas['HistoryEvent'];
export type Figure = Schemas['Figure'];
export type Comforting = Schemas['Comforting'];

/** The age at which something happened, in words; how sure it is stands in them. */
export function useAge() {
  const { t } = useTexts();
  return (event: Pick<HistoryEvent, 'age_from' | 'age_to' | 'dating'>): string => {
    const from = event.age_from ?? 0;
    const to = event.age_to ?? from;
    const about = event.dating === 'about' ? '_about' : '';
    switch (shapeOf(event)) {
      case 'undated':
        return t('history.no_age');
      case 'between':
        return t('history.between', { from, to });
      case 'point':
        return t(`history.age${about}`, { age: from });
      case 'span':
        return t(`history.ages${about}`, { from, to });
    }
  };
}

/** What an entry is about: our word for it, or the words of an entry from before there was a list. */
export function useKind() {
  const { t } = useTexts();
  return (kind: string): string => (knownKind(kind) ? t(`history.kind.${kind}`) : kind);
}

/** What somebody is called: as the person calls them, or what they are to the person. */
export function useFigureName(members: Schemas['MemberView'][] = []) {
  const { t } = useTexts();
  return (figure: Figure | undefined): string => {
    if (!figure) return t('figures.nobody');
    const known = members.find((member) => member.person === figure.is_person);
    return figure.name ?? known?.name ?? t(`figures.kind.${figure.kind}`);
  };
}
