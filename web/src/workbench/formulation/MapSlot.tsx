import { ShownMap } from '../../shared/charts/AttachmentMap';
import { useTexts } from '../../shared/i18n/texts';
import { useShownMap } from '../map/PersonsMap';
import type { About } from './Frame';

/** The map on the page for the person, then and now, without words for types; nothing where there is none. */
export function MapSlot({ about }: { about: About }) {
  const { t } = useTexts();
  const map = useShownMap(about.course.id, about.member.person);
  if (!map.data || map.data.state === 'nothing') return null;
  return (
    <section className="map-slot">
      <h3>{t('onepage.map')}</h3>
      <ShownMap map={map.data} quiet />
    </section>
  );
}
