import type { Box } from '../../shared/charts/layout';

/** Whoever the history is of: no figure has this id. */
export const self = 'self';

export interface MapFigure {
  id: string;
  name: string;
  /** What they are to the person, in words. */
  kind: string;
  /** 2: of the grandparents, 1: of the parents, 0: the person's own, -1: of the children. */
  generation: number;
}
export type Answer = 'came' | 'mixed' | 'did_not_come';
export interface MapLine {
  id: string;
  giver: string;
  receiver: string;
  answer: Answer;
}
type Place = { x: number; y: number };

export interface PlacedFigure {
  figure: MapFigure;
  box: Box;
  /** The name in one line or two, and the kind. */
  name: string[];
  kind: string;
}
export interface PlacedLine {
  line: MapLine;
  /** Its number in the list, from 1. */
  n: number;
  /** From the giver to the receiver, as SVG has paths. */
  path: string;
  points: Place[];
  /** Where the receiver is reached, and the direction, in degrees: 90 is downward. */
  end: Place & { angle: number };
  label: Place & { words: string };
}
export interface MapPicture {
  width: number;
  height: number;
  narrow: boolean;
  rows: { generation: number; title: Place; top: number }[];
  figures: PlacedFigure[];
  lines: PlacedLine[];
}

const letter = 6.4;
const mostIn = (room: number): number => Math.max(4, Math.floor(room / letter));
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;

/** A name in at most two lines that a box has room for. */
export function wrapped(words: string, room: number): string[] {
  const most = mostIn(room);
  const lines: string[] = [];
  for (const word of words.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else if (lines.length < 2) lines.push(word);
    else lines[1] = `${lines[1]} ${word}`;
  }
  return lines.map((text) => cut(text, most));
}

/** The person stands in the middle of a row. */
function centred(row: MapFigure[]): MapFigure[] {
  const others = row.filter((one) => one.id !== self);
  const person = row.filter((one) => one.id === self);
  const half = Math.ceil(others.length / 2);
  return [...others.slice(0, half), ...person, ...others.slice(half)];
}

/**
 * Who stands beside whom: each row is put in order by where those stand who are tied to it in the other rows, a few times up
 * and down, so that lines cross little. The person stands in the middle of their own row.
 */
export function orderedRows(figures: MapFigure[], lines: MapLine[]): MapFigure[][] {
  const generations = [...new Set(figures.map((one) => one.generation))].sort((a, b) => b - a);
  const rows = generations.map((generation) => figures.filter((one) => one.generation === generation));
  const tied = (id: string) =>
    lines.flatMap((line) => (line.giver === id ? [line.receiver] : line.receiver === id ? [line.giver] : []));
  const placeOf = () => {
    const places = new Map<string, number>();
    for (const row of rows) for (const [i, one] of row.entries()) places.set(one.id, (i + 0.5) / row.length);
    return places;
  };
  for (let turn = 0; turn < 4; turn += 1)
    for (let r = 0; r < rows.length; r += 1) {
      const at = turn % 2 ? rows.length - 1 - r : r;
      const places = placeOf();
      const wish = (one: MapFigure) => {
        const others = tied(one.id).flatMap((id) => places.get(id) ?? []);
        return others.length ? others.reduce((a, b) => a + b, 0) / others.length : (places.get(one.id) ?? 0);
      };
      const wishes = new Map((rows[at] ?? []).map((one) => [one.id, wish(one)]));
      const sorted = [...(rows[at] ?? [])].sort((a, b) => (wishes.get(a.id) ?? 0) - (wishes.get(b.id) ?? 0));
      rows[at] = centred(sorted);
    }
  return rows;
}

/** A row that is too wide goes on below, in parts of nearly one size. */
function split<T>(row: T[], most: number): T[][] {
  const parts = Math.ceil(row.length / most);
  const each = Math.ceil(row.length / parts);
  return Array.from({ length: parts }, (_, i) => row.slice(i * each, (i + 1) * each));
}

const cubic = (a: Place, b: Place, c: Place, d: Place, t: number): Place => {
  const s = 1 - t;
  const mix = (p: number, q: number, r: number, w: number) =>
    s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * w;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
};
const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const round = (n: number): number => Math.round(n * 100) / 100;

interface Row {
  generation: number;
  top: number;
  bottom: number;
  boxes: Box[];
}
interface Port {
  line: MapLine;
  side: 'top' | 'bottom';
  toward: number;
}

/** Where everything of the map stands. `words`: what a line is called where there is room. */
export function mapOf(
  figures: MapFigure[],
  lines: MapLine[],
  width: number,
  words: (answer: Answer) => string = () => '',
): MapPicture {
  const narrow = width < 560;
  const gap = narrow ? 18 : 30;
  const between = narrow ? 74 : 88;
  const left = narrow ? 12 : 124;
  const right = width - (narrow ? 12 : 18);
  const ordered = orderedRows(
    figures,
    lines.filter((line) => line.giver !== line.receiver),
  );
  // As wide as the fullest row lets them be; a row goes on below only where they would be too narrow to read.
  const fullest = Math.max(1, ...ordered.map((row) => row.length));
  const [least, widest] = narrow ? [84, 116] : [108, 148];
  const boxWidth = Math.max(least, Math.min(widest, (right - left + gap) / fullest - gap));
  const boxHeight = 62;
  const most = Math.max(1, Math.floor((right - left + gap) / (boxWidth + gap)));
  const known = new Set(figures.map((one) => one.id));
  const drawn = lines.filter(
    (line) => known.has(line.giver) && known.has(line.receiver) && line.giver !== line.receiver,
  );

  const placed = new Map<string, PlacedFigure & { row: number }>();
  const rows: Row[] = [];
  const titles: MapPicture['rows'] = [];
  const parts = ordered.flatMap((row) => split(row, most)).map(centred);
  const rowOf = new Map(parts.flatMap((part, i) => part.map((one) => [one.id, i] as const)));
  const bows = (i: number) => drawn.some((line) => rowOf.get(line.giver) === i && rowOf.get(line.receiver) === i);
  let top = bows(0) ? 56 : 8;
  for (const [i, part] of parts.entries()) {
    const generation = part[0]?.generation ?? 0;
    const first = rows.at(-1)?.generation !== generation;
    if (narrow && first) top += 18;
    const whole = part.length * boxWidth + (part.length - 1) * gap;
    const from = left + (right - left - whole) / 2;
    const boxes = part.map((_, j) => {
      const x = from + j * (boxWidth + gap);
      return { left: x, right: x + boxWidth, top, bottom: top + boxHeight };
    });
    part.forEach((figure, j) => {
      const box = boxes[j] as Box;
      const room = boxWidth - (narrow ? 8 : 14);
      placed.set(figure.id, {
        figure,
        box,
        name: wrapped(figure.name, room),
        kind: cut(figure.kind, mostIn(room)),
        row: i,
      });
    });
    if (first)
      titles.push({
        generation,
        top,
        title: narrow ? { x: left, y: top - (bows(i) && i === 0 ? 60 : 8) } : { x: 0, y: top + boxHeight / 2 },
      });
    rows.push({ generation, top, bottom: top + boxHeight, boxes });
    top += boxHeight + between;
  }
  const height = (rows.at(-1)?.bottom ?? 0) + 10;

  // Every line leaves and reaches a box at a place of its own.
  const centre = (id: string) => {
    const box = placed.get(id)?.box;
    return box ? (box.left + box.right) / 2 : 0;
  };
  const ports = new Map<string, Port[]>();
  const sideOf = (id: string, other: string): 'top' | 'bottom' =>
    (placed.get(id)?.row ?? 0) < (placed.get(other)?.row ?? 0) ? 'bottom' : 'top';
  for (const line of drawn)
    for (const [id, other] of [
      [line.giver, line.receiver],
      [line.receiver, line.giver],
    ] as const)
      ports.set(id, [...(ports.get(id) ?? []), { line, side: sideOf(id, other), toward: centre(other) }]);
  const portOf = (id: string, line: MapLine): Place => {
    const own = ports.get(id) ?? [];
    const side = own.find((port) => port.line === line)?.side ?? 'top';
    const beside = own.filter((port) => port.side === side).sort((a, b) => a.toward - b.toward);
    const at = beside.findIndex((port) => port.line === line);
    const box = placed.get(id)?.box as Box;
    const x = box.left + ((box.right - box.left) * (at + 1)) / (beside.length + 1);
    return { x, y: side === 'top' ? box.top : box.bottom };
  };

  // Lines that pass a row go between its boxes.
  const passing = new Map<string, number>();
  const channel = (row: number, wish: number): number => {
    const { boxes } = rows[row] as Row;
    const edges = [
      Math.max(4, (boxes[0]?.left ?? 0) - gap / 2),
      ...boxes.slice(1).map((box, i) => ((boxes[i]?.right ?? 0) + box.left) / 2),
      Math.min(width - 4, (boxes.at(-1)?.right ?? 0) + gap / 2),
    ];
    const best = edges.reduce((a, b) => (Math.abs(b - wish) < Math.abs(a - wish) ? b : a));
    const key = `${row}:${best}`;
    const count = passing.get(key) ?? 0;
    passing.set(key, count + 1);
    const offset = [0, 5, -5, 8, -8][count % 5] ?? 0;
    return Math.max(2, Math.min(width - 2, best + offset));
  };

  const routes = drawn.map((line) => {
    const [a, b] = [portOf(line.giver, line), portOf(line.receiver, line)];
    const [rowA, rowB] = [placed.get(line.giver)?.row ?? 0, placed.get(line.receiver)?.row ?? 0];
    const curves: [Place, Place, Place, Place][] = [];
    if (rowA === rowB) {
      // A curve like this rises to three quarters of where it is drawn to.
      const rise = Math.min(50, 24 + Math.abs(a.x - b.x) * 0.06) / 0.75;
      curves.push([a, { x: a.x, y: a.y - rise }, { x: b.x, y: b.y - rise }, b]);
    } else {
      const [upper, lower, first, last] = rowA < rowB ? [a, b, rowA, rowB] : [b, a, rowB, rowA];
      const stops: Place[] = [upper];
      for (let row = first + 1; row < last; row += 1) {
        const share = (row - first) / (last - first);
        const x = channel(row, upper.x + (lower.x - upper.x) * share);
        stops.push({ x, y: (rows[row] as Row).top - 4 }, { x, y: (rows[row] as Row).bottom + 4 });
      }
      stops.push(lower);
      for (const [j, p] of stops.slice(0, -1).entries()) {
        const q = stops[j + 1] as Place;
        const y = (p.y + q.y) / 2;
        curves.push([p, { x: p.x, y }, { x: q.x, y }, q]);
      }
      if (rowA > rowB) {
        curves.reverse();
        for (const curve of curves) curve.reverse();
      }
    }
    const points = curves.flatMap(([p, q, r, s], j) =>
      Array.from({ length: j ? 16 : 17 }, (_, k) => cubic(p, q, r, s, (k + (j ? 1 : 0)) / 16)),
    );
    const path = curves
      .map(([p, q, r, s], j) =>
        [
          j ? '' : `M${round(p.x)},${round(p.y)}`,
          `C${[q, r, s].map((c) => `${round(c.x)},${round(c.y)}`).join(' ')}`,
        ].join(''),
      )
      .join('');
    return { line, path, points, end: { ...b, angle: rowA <= rowB ? 90 : -90 } };
  });

  // The whole words clear of people and of each other, or the number alone; where other lines run least.
  const taken: Box[] = [...placed.values()].map(({ box }) => box);
  const placedLines = routes.map((route, i): PlacedLine => {
    const named = words(route.line.answer);
    const others = routes.filter((other) => other !== route).flatMap(({ points }) => points);
    const places = (text: string, cost: number) =>
      [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82].map((share, step) => {
        const at = route.points[Math.round(share * (route.points.length - 1))] as Place;
        const half = (text.length * letter + 8) / 2;
        const box = { left: at.x - half, right: at.x + half, top: at.y - 9, bottom: at.y + 9 };
        const crossed = others.filter(
          (p) => p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom,
        ).length;
        const free = box.left >= 0 && box.right <= width && !taken.some((other) => meet(box, other));
        return { at, text, box, cost: cost + step + 4 * crossed + (free ? 0 : 1000) };
      });
    const all = [...(narrow || !named ? [] : places(`${i + 1} ${named}`, 0)), ...places(String(i + 1), 30)];
    const chosen = all.reduce((best, one) => (one.cost < best.cost ? one : best));
    taken.push(chosen.box);
    return { ...route, n: i + 1, label: { ...chosen.at, words: chosen.text } };
  });
  return {
    width,
    height,
    narrow,
    rows: titles,
    figures: [...placed.values()].map(({ figure, box, name, kind }) => ({ figure, box, name, kind })),
    lines: placedLines,
  };
}
