import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useSyncExternalStore } from 'react';
import { useTexts } from '../../shared/i18n/texts';
import type { About } from './Frame';

/** What the server sends of a person's map; whoever draws it knows its shape. */
export type MapData = Record<string, unknown>;
type Drawing = ComponentType<{ map: MapData; about: About }>;

let drawing: Drawing | undefined;
const listeners = new Set<() => void>();

/** The map on the page for the person is drawn by `component`: then and now, without words for types. */
export function drawMapsWith(component: Drawing): void {
  drawing = component;
  for (const listener of listeners) listener();
}

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The place of the map on the page: empty where there is none, or nothing to draw it with. */
export function MapSlot({ about }: { about: About }) {
  const { t } = useTexts();
  const Drawn = useSyncExternalStore(listen, () => drawing);
  const map = useQuery({
    queryKey: ['course', about.course.id, 'map', about.member.person],
    queryFn: async (): Promise<MapData | null> => {
      const answer = await fetch(`/api/v1/courses/${about.course.id}/people/${about.member.person}/map`);
      return answer.ok ? ((await answer.json()) as MapData) : null;
    },
    enabled: Drawn !== undefined,
  });
  if (!Drawn || !map.data) return null;
  return (
    <section className="map-slot">
      <h3>{t('onepage.map')}</h3>
      <Drawn map={map.data} about={about} />
    </section>
  );
}
