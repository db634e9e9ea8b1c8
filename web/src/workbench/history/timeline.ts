import { scaleLinear } from 'd3-scale';
import type { Box } from '../../shared/charts/layout';

/** What an entry may be about, in the order in which it is offered. Of trauma is written in session only. */
export const eventKinds = [
  'birth',
  'carer',
  'kin_care',
  'good_figure',
  'separation',
  'loss',
  'illness',
  'trauma',
  'move',
  'migration',
  'culture',
  'faith',
  'discrimination',
  'turning_point',
  'other',
] as const;
export type EventKind = (typeof eventKinds)[number];

export const knownKind = (kind: string): EventKind | undefined => eventKinds.find((known) => known === kind);

/** Rows of the picture: kinds that belong together. Words from before the list was closed stand with what is left. */
export const lanes = ['people', 'parting', 'body', 'place', 'turning'] as const;
export type Lane = (typeof lanes)[number];
const lane: Record<EventKind, Lane> = {
  birth: 'people',
  carer: 'people',
  kin_care: 'people',
  good_figure: 'people',
  separation: 'parting',
  loss: 'parting',
  illness: 'body',
  trauma: 'body',
  move: 'place',
  migration: 'place',
  culture: 'place',
  faith: 'place',
  discrimination: 'place',
  turning_point: 'turning',
  other: 'turning',
};
export const laneOf = (kind: string): Lane => lane[knownKind(kind) ?? 'other'];

export type Dating = 'exact' | 'about' | 'unknown';
export type Source = 'remembered' | 'told' | 'document';

/** An entry as it is drawn. Ages are years. */
export interface Happening {
  id: string;
  kind: string;
  /** What is written beside its mark. */
  label: string;
  age_from: number | null;
  age_to: number | null;
  dating: Dating;
  source: Source;
}

/** How an age is known: at a point, over a span, or some time between two ages. */
export type Shape = 'point' | 'span' | 'between' | 'undated';
export const shapeOf = (one: Pick<Happening, 'age_from' | 'age_to' | 'dating'>): Shape => {
  if (one.age_from === null) return 'undated';
  if ((one.age_to ?? one.age_from) === one.age_from) return 'point';
  return one.dating === 'unknown' ? 'between' : 'span';
};

const middle = (one: Happening): number => ((one.age_from ?? 0) + (one.age_to ?? one.age_from ?? 0)) / 2;
const start = (one: Happening): number => (shapeOf(one) === 'between' ? middle(one) : (one.age_from ?? 0));

/** By age, what has none last; what is alike in the order it came. */
export function inOrder<T extends Happening>(events: T[]): T[] {
  const rank = (one: T) => (one.age_from === null ? Number.POSITIVE_INFINITY : start(one));
  return events
    .map((one, i) => ({ one, i }))
    .sort((a, b) => (rank(a.one) === rank(b.one) ? a.i - b.i : rank(a.one) - rank(b.one)))
    .map(({ one }) => one);
}

export interface PlacedHappening<T> {
  one: T;
  /** Its number in the list, from 1. */
  n: number;
  shape: Exclude<Shape, 'undated'>;
  lane: Lane;
  /** Ends of what is drawn, and where the mark stands. */
  from: number;
  to: number;
  x: number;
  y: number;
  label: { x: number; anchor: 'start' | 'end'; words: string };
}

export interface TimelinePicture<T> {
  width: number;
  height: number;
  narrow: boolean;
  plot: Box;
  x: (age: number) => number;
  ticks: number[];
  lanes: { lane: Lane; top: number; bottom: number; title: { x: number; y: number } }[];
  placed: PlacedHappening<T>[];
  undated: T[];
}

const rowHeight = 24;
const laneGap = 12;
const letter = 6.7;
const aside = 12; // from a mark to its words
/** Years that a mark which is not exact is drawn around its age. */
export const about = 1;

/** Words, cut where they would leave the picture. */
const fitted = (words: string, room: number): string => {
  const most = Math.floor(room / letter);
  return words.length <= most ? words : `${words.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
};

/**
 * Where everything of a timeline stands: one lane for each group of kinds, as few rows in it as keep marks and words apart.
 * It depends on nothing but the entries, the width and the age now.
 */
export function timelineOf<T extends Happening>(
  events: T[],
  width: number,
  now: number | null = null,
): TimelinePicture<T> {
  const narrow = width < 560;
  const ordered = inOrder(events);
  const dated = ordered.filter((one) => one.age_from !== null);
  const last = Math.max(10, now ?? 0, ...dated.map((one) => (one.age_to ?? one.age_from ?? 0) + about));
  const left = narrow ? 12 : 148;
  const right = width - (narrow ? 12 : 20);
  const x = scaleLinear([0, last], [left + 6, right - 6]);
  const ends = (one: T): [number, number] => {
    const slack = one.dating === 'about' && shapeOf(one) === 'point' ? about : 0;
    return [x(Math.max(0, (one.age_from ?? 0) - slack)), x((one.age_to ?? one.age_from ?? 0) + slack)];
  };
  const labelOf = (one: T, n: number, from: number, to: number): PlacedHappening<T>['label'] => {
    if (narrow) return { x: to + 9, anchor: 'start', words: String(n) };
    const width = one.label.length * letter;
    const [after, before] = [width + to + aside, from - aside - width];
    if (after <= right || right - to >= from - left)
      return { x: to + aside, anchor: 'start', words: fitted(one.label, right - to - aside) };
    return {
      x: from - aside,
      anchor: 'end',
      words: before >= left ? one.label : fitted(one.label, from - aside - left),
    };
  };

  const placed: PlacedHappening<T>[] = [];
  const drawnLanes: TimelinePicture<T>['lanes'] = [];
  let top = 8;
  for (const name of lanes) {
    const own = dated.filter((one) => laneOf(one.kind) === name);
    if (own.length === 0) continue;
    const head = narrow ? 20 : 0;
    const rows: [number, number][][] = [];
    for (const one of own) {
      const n = ordered.indexOf(one) + 1;
      const [from, to] = ends(one);
      const label = labelOf(one, n, from, to);
      const length = label.words.length * letter;
      const taken: [number, number] = [
        Math.min(from, label.anchor === 'end' ? label.x - length : from) - 9,
        Math.max(to, label.anchor === 'start' ? label.x + length : to) + 9,
      ];
      let row = rows.findIndex((others) => others.every(([a, b]) => b < taken[0] || taken[1] < a));
      if (row < 0) row = rows.push([]) - 1;
      rows[row]?.push(taken);
      const y = top + head + rowHeight * (row + 0.5);
      const shape = shapeOf(one) as PlacedHappening<T>['shape'];
      placed.push({ one, n, shape, lane: name, from, to, x: x(start(one)), y, label });
    }
    const bottom = top + head + rowHeight * rows.length;
    const title = narrow ? { x: left - 6, y: top + 12 } : { x: 0, y: top + rowHeight / 2 };
    drawnLanes.push({ lane: name, top, bottom, title });
    top = bottom + laneGap;
  }
  const plot = { left, right, top: 0, bottom: top - laneGap + 6 };
  const step = [5, 10, 20, 40].find((years) => x(years) - x(0) >= (narrow ? 34 : 48)) ?? 40;
  const ticks = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
  return {
    width,
    height: plot.bottom + 40,
    narrow,
    plot,
    x,
    ticks,
    lanes: drawnLanes,
    placed: placed.sort((a, b) => a.n - b.n),
    undated: ordered.filter((one) => one.age_from === null),
  };
}
