import type { ChartPoint, Gap } from './model';

/** Rows for event labels: as few as keep them apart; one row where labels are numbers. */
export function eventRows<T extends { x: number; label: string }>(
  events: T[],
  numbered: boolean,
): (T & { row: number })[] {
  const ends: number[] = [];
  return events.map((event) => {
    let row = numbered ? 0 : ends.findIndex((end) => end < event.x - 8);
    if (row < 0) row = ends.length;
    ends[row] = event.x + 14 + event.label.length * 6.7;
    return { ...event, row };
  });
}

/** A label sits above its line; where the next lower line is close, that one's label goes below it. */
export function lineLabels<T extends { value: number }>(
  lines: T[],
  y: (value: number) => number,
  apart = 16,
): (T & { below: boolean })[] {
  const placed = lines.map((line) => ({ ...line, below: false })).sort((p, q) => q.value - p.value);
  placed.forEach((line, i) => {
    const next = placed[i + 1];
    if (next && y(next.value) - y(line.value) < apart) next.below = true;
  });
  return placed;
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
export function linksOf(runs: Drawn[][]): [Drawn, Drawn][] {
  return runs.slice(1).flatMap((run, i) => {
    const from = runs[i]?.at(-1);
    const to = run[0];
    return from && to ? [[from, to] as [Drawn, Drawn]] : [];
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

/** The person's part of a title. */
export const personOf = (title: string): string => title.slice(title.lastIndexOf(': ') + 2);
