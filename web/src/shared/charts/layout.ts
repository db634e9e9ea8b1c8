import { scaleLinear, scaleTime } from 'd3-scale';
import type { Band, ChartEvent, ChartLine, ChartModel, ChartPoint, Gap } from './model';

/** A rectangle of the picture, in CSS pixels from its top left corner. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
type Place = { x: number; y: number };

/** The width that words are given, at 12.5 px: a little more than they take, so that no text has to be measured. */
const widthOf = (words: string, letter = 6.2): number => words.length * letter;

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Whether a straight line comes into a box. */
function crosses(box: Box, [p, q]: [Place, Place]): boolean {
  const from = Math.max(box.left, Math.min(p.x, q.x));
  const to = Math.min(box.right, Math.max(p.x, q.x));
  if (from > to) return false;
  const at = (x: number) => (p.x === q.x ? p.y : p.y + ((q.y - p.y) * (x - p.x)) / (q.x - p.x));
  const [a, b] = [at(from), at(to)];
  return Math.min(a, b) < box.bottom && Math.max(a, b) > box.top;
}

/** Events get as few rows as keep their labels apart. At the right edge a label stands before its mark. */
export function eventRows<T extends { x: number; label: string }>(
  events: T[],
  numbered: boolean,
  edge = Number.POSITIVE_INFINITY,
): (T & { row: number; before: boolean })[] {
  const rows: [number, number][][] = [];
  return events.map((event, i) => {
    const width = 14 + widthOf(numbered ? String(i + 1) : event.label, 6.7);
    const before = event.x + width > edge;
    const [from, to] = before ? [event.x - width, event.x + 8] : [event.x - 8, event.x + width];
    let row = rows.findIndex((taken) => taken.every(([start, end]) => end < from || to < start));
    if (row < 0) row = rows.push([]) - 1;
    rows[row]?.push([from, to]);
    return { ...event, row, before };
  });
}

/** What a label has to stay clear of. `score` is given way to first, `events` are crossed where nothing else is free. */
export interface Around {
  /** Where labels may stand. */
  area: Box;
  marks: Box[];
  score: [Place, Place][];
  events: number[];
}

interface Labelled {
  /** What is written: the label, or where it has no room the value alone. */
  words: string;
  /** The start of its baseline; null: there is no room at all. */
  at: Place | null;
}

/**
 * A label for every line, on it or below it, as far left as it is free: never over a mark, another line or another label.
 * Where the whole label has no room the value stands in its place, and the label is written below the picture.
 */
export function lineLabels<T extends { value: number; label: string }>(
  lines: T[],
  y: (value: number) => number,
  around: Around,
): (T & Labelled)[] {
  const { area, marks, score, events } = around;
  const taken: Box[] = [];
  const places = (words: string, value: number) => {
    const free: { cost: number; box: Box; words: string }[] = [];
    const width = widthOf(words);
    for (const [side, top] of [y(value) - 17, y(value) + 3].entries())
      for (let left = area.left; left + width <= area.right; left += 4) {
        const box = { left, top, right: left + width, bottom: top + 14 };
        if (box.top < area.top || box.bottom > area.bottom) continue;
        if ([...marks, ...taken].some((other) => meet(box, other))) continue;
        if (lines.some((line) => y(line.value) > box.top - 1 && y(line.value) < box.bottom + 1)) continue;
        const crossed = events.filter((x) => x > left - 2 && x < box.right + 2).length;
        const written = score.some((segment) => crosses(box, segment));
        free.push({ cost: (written ? 1000 : 0) + 10 * crossed + side, box, words });
      }
    return free;
  };
  return [...lines]
    .sort((p, q) => q.value - p.value)
    .map((line) => {
      // The whole label clear of the score, then the value clear of it, then what there is.
      const whole = places(line.label, line.value);
      const short = places(String(Math.round(line.value * 100) / 100), line.value).map((one) => ({
        ...one,
        cost: one.cost + 500,
      }));
      const all = [...whole, ...short];
      const least = Math.min(...all.map(({ cost }) => cost));
      const best = all.find(({ cost }) => cost === least);
      if (best) taken.push(best.box);
      return {
        ...line,
        words: best?.words ?? line.label,
        at: best ? { x: best.box.left, y: best.box.top + 12 } : null,
      };
    });
}

export type Drawn = ChartPoint & { value: number };
const drawn = (point: ChartPoint): point is Drawn => point.value !== null;

/** Points in time order, cut into runs wherever a value is missing or a gap lies between two of them. */
export function runsOf(points: ChartPoint[], gaps: Gap[]): Drawn[][] {
  const runs: Drawn[][] = [];
  let open: Drawn[] = [];
  const close = () => {
    if (open.length) runs.push(open);
    open = [];
  };
  for (const point of [...points].sort((p, q) => Date.parse(p.at) - Date.parse(q.at))) {
    if (!drawn(point)) {
      close();
      continue;
    }
    const last = open.at(-1);
    const split =
      last &&
      gaps.some((gap) => Date.parse(gap.from) >= Date.parse(last.at) && Date.parse(gap.to) <= Date.parse(point.at));
    if (split) close();
    open.push(point);
  }
  close();
  return runs;
}

/** The dotted links between runs. */
export function linksOf<T>(runs: T[][]): [T, T][] {
  return runs.slice(1).flatMap((run, i) => {
    const from = runs[i]?.at(-1);
    const to = run[0];
    return from && to ? [[from, to] as [T, T]] : [];
  });
}

/** First and last instant that the picture shows; a lone day gets a week on each side. */
export function spanOf(instants: string[]): [Date, Date] {
  const week = 7 * 86_400_000;
  const all = instants.map((at) => Date.parse(at));
  const from = Math.min(...all);
  const to = Math.max(...all);
  return to - from < week ? [new Date(from - week), new Date(to + week)] : [new Date(from), new Date(to)];
}

/** Index of the point nearest to a place along the x axis. */
export function nearest(xs: number[], x: number): number {
  return xs.reduce((best, at, i) => (Math.abs(at - x) < Math.abs((xs[best] ?? 0) - x) ? i : best), 0);
}

/** Room for the band names at the right edge: those of thin bands are left to the table. */
export function bandLabels<T extends { from: number; to: number }>(
  bands: T[],
  y: (value: number) => number,
): (T & { at: number })[] {
  return bands
    .map((band) => ({ ...band, at: (y(band.from) + y(band.to)) / 2 }))
    .filter((band) => Math.abs(y(band.from) - y(band.to)) >= 14);
}

/** Every so many of the days below the axis that their words stay apart. */
export function thinned(days: Date[], x: (day: Date) => number, apart = 60): Date[] {
  const [first, second] = days;
  if (!first || !second) return days;
  const step = Math.max(1, Math.ceil(apart / (x(second) - x(first))));
  return days.filter((_, i) => i % step === 0);
}

export interface PlacedPoint {
  point: Drawn;
  x: number;
  y: number;
  /** Ends of the range bar: `upper` is the higher value, so the smaller y. */
  upper: number | null;
  lower: number | null;
}

/** Where everything of a chart stands. It depends on nothing but the models and the width, so that any renderer can agree. */
export interface Picture {
  width: number;
  height: number;
  narrow: boolean;
  /** The axes: time goes from left to right, values from bottom to top. */
  plot: Box;
  x: (at: string | Date) => number;
  y: (value: number) => number;
  yTicks: number[];
  xTicks: Date[];
  runs: PlacedPoint[][];
  points: PlacedPoint[];
  links: [PlacedPoint, PlacedPoint][];
  bands: (Band & { top: number; bottom: number })[];
  bandLabels: (Band & { at: number })[];
  lines: (ChartLine & Labelled & { level: number })[];
  events: (ChartEvent & { x: number; row: number; before: boolean })[];
}

const left = 34;
const top = 12;

/**
 * Charts that stand beside each other share one frame: the same days, the same scale, the same room for events. What is
 * switched off keeps its room, so that nothing moves.
 */
export function pictureOf(model: ChartModel, width: number, beside: ChartModel[] = [model]): Picture {
  const narrow = width < 560;
  const height = narrow ? 280 : 320;
  const bottom = height - 34;
  const right = width - (narrow || !beside.some((one) => one.bands.length) ? 14 : 124);
  const instants = beside.flatMap((one) => [...one.points.filter(drawn), ...one.events].map((mark) => mark.at));
  const [from, to] = spanOf(instants.length ? instants : [new Date(0).toISOString()]);
  const time = scaleTime([from, to], [left + 14, right - 10]);
  const x = (at: string | Date) => time(new Date(at));
  const eventsOf = (one: ChartModel) =>
    eventRows(
      one.events.map((event) => ({ ...event, x: x(event.at) })),
      narrow,
      width,
    );
  const rows = Math.max(0, ...beside.flatMap((one) => eventsOf(one).map((event) => event.row + 1)));
  const plot = { left, right, bottom, top: rows ? 18 + 20 * rows : top };
  const lowest = Math.min(...beside.map((one) => one.scale.min));
  const highest = Math.max(...beside.map((one) => one.scale.max));
  const y = scaleLinear([lowest, highest], [plot.bottom, plot.top]);
  const place = (point: Drawn): PlacedPoint => ({
    point,
    x: x(point.at),
    y: y(point.value),
    upper: point.upper === null ? null : y(point.upper),
    lower: point.lower === null ? null : y(point.lower),
  });
  const runs = runsOf(model.points, model.gaps).map((run) => run.map(place));
  const points = runs.flat();
  const links = linksOf(runs);
  const events = eventsOf(model);
  const segments = [
    ...runs.flatMap((run) => run.slice(1).map((to, i) => [run[i] ?? to, to] as [Place, Place])),
    ...links,
  ];
  const lines = lineLabels(
    model.lines.filter(({ value }) => value >= lowest && value <= highest),
    y,
    {
      area: { left: left + 6, top: plot.top - 12, right: right - 4, bottom },
      marks: points.flatMap((mark) => [
        { left: mark.x - 8, right: mark.x + 8, top: mark.y - 8, bottom: mark.y + 8 },
        ...(mark.upper === null || mark.lower === null
          ? []
          : [{ left: mark.x - 7, right: mark.x + 7, top: mark.upper - 6, bottom: mark.lower + 6 }]),
      ]),
      score: segments,
      events: events.map((event) => event.x),
    },
  );
  return {
    width,
    height,
    narrow,
    plot,
    x,
    y,
    yTicks: y.ticks(6),
    xTicks: thinned(time.ticks(narrow ? 3 : 6), x),
    runs,
    points,
    links,
    bands: model.bands.map((band) => ({ ...band, top: y(band.to), bottom: y(band.from) })),
    bandLabels: narrow ? [] : bandLabels(model.bands, y),
    lines: lines.map((line) => ({ ...line, level: y(line.value) })),
    events,
  };
}

/** Charts of one measure together: two partners on one scale, side by side, never one average. */
export function together<T extends { title: string }>(charts: T[], several: boolean): { name: string; charts: T[] }[] {
  const groups = new Map<string, T[]>();
  for (const chart of charts) {
    const end = chart.title.lastIndexOf(': ');
    const name = several && end > 0 ? chart.title.slice(0, end) : chart.title;
    groups.set(name, [...(groups.get(name) ?? []), chart]);
  }
  return [...groups].map(([name, own]) => ({ name, charts: own }));
}

/** What holds for every one of some charts that stand together, to be said once. */
export const saidOnce = (charts: { limits: string[] }[]): string[] =>
  charts.length < 2
    ? []
    : (charts[0]?.limits ?? []).filter((limit) => charts.every((one) => one.limits.includes(limit)));

/** The person's part of a title. */
export const personOf = (title: string): string => title.slice(title.lastIndexOf(': ') + 2);
