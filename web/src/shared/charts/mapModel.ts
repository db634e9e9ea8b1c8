import type { Schemas } from '../api/client';
import type { MapMark, MapPoint, Plane } from './mapLayout';

/** The attachment map, as the server sends it to a therapist. Every number and sentence is the server's. */
export type MapModel = Schemas['AttachmentMap'];
export type MapNode = Schemas['MapNode'];
/** The same as the person is shown it: no professional word is in it. */
export type ShownModel = Schemas['ShownMap'];

const placed = (place: { anxiety: number; avoidance: number }): MapPoint => ({ x: place.avoidance, y: place.anxiety });
const shown = (point: Schemas['ShownPoint']): MapPoint => ({ x: point.distance, y: point.worry });

function lastRaw(node: MapNode): MapPoint | null {
  const last = node.raw.at(-1);
  return !last || last.anxiety === null || last.avoidance === null ? null : { x: last.avoidance, y: last.anxiety };
}

const markOf = (node: MapNode): MapMark => ({
  key: node.key,
  label: node.label,
  relation: node.relation,
  level: node.kind,
  now: placed(node.now.place),
  around: node.now.place.outline.map(placed),
  first: node.arrow ? placed(node.then.place) : null,
  path: node.path.length > 1 ? node.path.map((moment) => placed(moment.place)) : [],
  raw: lastRaw(node),
});

export const planeOfMap = (map: MapModel): Plane => ({
  x: map.avoidance,
  y: map.anxiety,
  marks: map.nodes.map(markOf),
  landmarks: (map.professional?.landmarks ?? []).map((one) => ({ name: one.name, ...placed(one) })),
});

export const planeOfShown = (map: ShownModel): Plane => ({
  x: { ...map.distance, norm: null },
  y: { ...map.worry, norm: null },
  marks: map.marks.map((mark) => ({
    key: mark.key,
    label: mark.label,
    relation: mark.relation,
    level: mark.key === 'overall' ? 'overall' : mark.general ? 'domain' : 'figure',
    now: shown(mark.now),
    around: mark.around.map(shown),
    first: mark.then && shown(mark.then),
    path: [],
    raw: null,
  })),
  landmarks: [],
});

export interface Strip {
  key: string;
  label: string;
  relation: string;
  rows: {
    axis: 'worry' | 'distance';
    lowest: number;
    highest: number;
    values: number[];
    middle: number;
    words: string;
  }[];
}

/** Directions of one relationship together, in the order in which they come. */
export function stripsOf(
  directions: (Omit<Schemas['ShownDirection'], 'axis'> & { axis: 'worry' | 'distance' | 'anxiety' | 'avoidance' })[],
): Strip[] {
  const strips: Strip[] = [];
  for (const one of directions) {
    let strip = strips.find((known) => known.key === one.key);
    if (!strip) {
      strip = { key: one.key, label: one.label, relation: one.relation, rows: [] };
      strips.push(strip);
    }
    strip.rows.push({
      axis: one.axis === 'anxiety' || one.axis === 'worry' ? 'worry' : 'distance',
      lowest: one.lowest,
      highest: one.highest,
      values: one.steps.map((step) => step.value),
      middle: one.middle,
      words: one.words,
    });
  }
  return strips;
}
