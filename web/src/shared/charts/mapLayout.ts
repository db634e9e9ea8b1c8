import { scaleLinear } from 'd3-scale';
import type { Box } from './layout';

/** A place in the units of the map: x is keeping one's distance, y is worry about being left. Both rise with insecurity. */
export interface MapPoint {
  x: number;
  y: number;
}
export interface MapRange {
  min: number;
  max: number;
  /** The mean of the norm's people; null where no norm is known. */
  norm: number | null;
}
export interface MapMark {
  key: string;
  label: string;
  /** "partner", "mother", ...: gives the shape that is tried first. */
  relation: string;
  level: 'overall' | 'domain' | 'figure';
  now: MapPoint;
  /** The 95 % ellipse, as a polygon. */
  around: MapPoint[];
  /** Where it was at first; null: no arrow. */
  first: MapPoint | null;
  path: MapPoint[];
  /** The last answers as they are. */
  raw: MapPoint | null;
}
export interface Plane {
  x: MapRange;
  y: MapRange;
  marks: MapMark[];
  landmarks: { name: string; x: number; y: number }[];
}

export const shapes = ['square', 'triangle', 'diamond', 'drop', 'pentagon', 'star', 'hexagon', 'cross'] as const;
export type Shape = (typeof shapes)[number] | 'circle' | 'ring';
export interface Sign {
  shape: Shape;
  /** Of the data colours, 1 to 5; 0: ink. */
  colour: number;
}

const preferred: Record<string, Sign> = {
  partner: { shape: 'square', colour: 2 },
  mother: { shape: 'triangle', colour: 3 },
  father: { shape: 'diamond', colour: 5 },
  friend: { shape: 'drop', colour: 4 },
  therapist: { shape: 'pentagon', colour: 1 },
};

/** A shape for every relationship, none twice as long as there are shapes: colour alone tells nothing apart. */
export function signsOf(marks: { key: string; relation: string; level: MapMark['level'] }[]): Map<string, Sign> {
  const signs = new Map<string, Sign>();
  const taken = new Set<Shape>();
  const figures = marks.filter((mark) => mark.level === 'figure');
  for (const mark of marks)
    if (mark.level !== 'figure')
      signs.set(mark.key, { shape: mark.level === 'overall' ? 'circle' : 'ring', colour: 0 });
  for (const mark of figures) {
    const sign = preferred[mark.relation];
    if (!sign || signs.has(mark.key) || taken.has(sign.shape)) continue;
    signs.set(mark.key, sign);
    taken.add(sign.shape);
  }
  let next = 0;
  for (const mark of figures) {
    if (signs.has(mark.key)) continue;
    const free = shapes.find((shape) => !taken.has(shape)) ?? shapes[next % shapes.length] ?? 'square';
    signs.set(mark.key, { shape: free, colour: (next % 5) + 1 });
    taken.add(free);
    next += 1;
  }
  return signs;
}

const around = (corners: number, r: number, turn: number, inner = 1): string => {
  const points = Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    const reach = i % 2 ? r * inner : r;
    return `${(reach * Math.cos(angle)).toFixed(2)},${(reach * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${points.join('L')}Z`;
};

/** A shape about 0, of much the same area whichever it is. */
export function shapePath(shape: Shape, r: number): string {
  const up = -Math.PI / 2;
  switch (shape) {
    case 'square':
      return around(4, r * 1.15, Math.PI / 4);
    case 'triangle':
      return around(3, r * 1.3, up);
    case 'diamond':
      return around(4, r * 1.25, 0);
    case 'drop':
      return around(3, r * 1.3, -up);
    case 'pentagon':
      return around(5, r * 1.15, up);
    case 'star':
      return around(10, r * 1.4, up, 0.5);
    case 'hexagon':
      return around(6, r * 1.1, 0);
    case 'cross': {
      const [a, b] = [(r * 0.42).toFixed(2), (r * 1.15).toFixed(2)];
      return `M-${a},-${b}H${a}V-${a}H${b}V${a}H${a}V${b}H-${a}V${a}H-${b}V-${a}H-${a}Z`;
    }
    default: {
      const d = (2 * r).toFixed(2);
      return `M${(-r).toFixed(2)},0a${r},${r} 0 1 0 ${d},0a${r},${r} 0 1 0 -${d},0Z`;
    }
  }
}

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const within = (a: Box, frame: Box): boolean =>
  a.left >= frame.left && a.right <= frame.right && a.top >= frame.top && a.bottom <= frame.bottom;

export interface PlacedLabel {
  x: number;
  y: number;
  anchor: 'start' | 'end' | 'middle';
  box: Box;
}

/** What a label is given at 13 px: a little more than it takes, so that no text has to be measured. */
export const labelWidth = (words: string): number => words.length * 6.9;

/**
 * A label for every mark: the first of its places that is free, inside of the frame, off other marks, labels and what is
 * taken. Where none is, the one that meets least.
 */
export function placeLabels(
  marks: { x: number; y: number; r: number; label: string }[],
  frame: Box,
  taken: Box[] = [],
): PlacedLabel[] {
  const high = 16;
  const own = marks.map((mark) => ({
    left: mark.x - mark.r,
    right: mark.x + mark.r,
    top: mark.y - mark.r,
    bottom: mark.y + mark.r,
  }));
  const labels: Box[] = [];
  return marks.map((mark, i) => {
    const width = labelWidth(mark.label);
    const places = [1, 1.6, 2.4].flatMap((far) => {
      const gap = (mark.r + 4) * far;
      return (
        [
          [gap, 0, 'start'],
          [-gap, 0, 'end'],
          [0, -gap - 5, 'middle'],
          [0, gap + 5, 'middle'],
          [gap - 2, -gap - 1, 'start'],
          [gap - 2, gap + 1, 'start'],
          [2 - gap, -gap - 1, 'end'],
          [2 - gap, gap + 1, 'end'],
        ] as const
      ).map(([dx, dy, anchor]): PlacedLabel & { far: number } => {
        const x = mark.x + dx;
        const y = mark.y + dy;
        const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
        return { x, y, anchor, far, box: { left, right: left + width, top: y - high / 2, bottom: y + high / 2 } };
      });
    });
    // Near its own mark before clear of an arrow: a label that is far away is taken for somebody else's.
    const cost = ({ box, far }: PlacedLabel & { far: number }): number =>
      (within(box, frame) ? 0 : 1000) +
      20 * labels.filter((other) => meet(box, other)).length +
      12 * own.filter((other, j) => j !== i && meet(box, other)).length +
      3 * Math.min(2, taken.filter((other) => meet(box, other)).length) +
      8 * (far - 1);
    let best: PlacedLabel = places[0] as PlacedLabel;
    let least = Number.POSITIVE_INFINITY;
    for (const place of places) {
      const met = cost(place);
      if (met < least) [best, least] = [place, met];
    }
    labels.push(best.box);
    return best;
  });
}

export interface PlacedMark {
  mark: MapMark;
  sign: Sign;
  x: number;
  y: number;
  label: PlacedLabel;
  /** The 95 % ellipse as SVG has paths. */
  around: string;
  /** The hollow mark where it was, and the arrow from there; null: not drawn. */
  was: { x: number; y: number } | null;
  arrow: { x1: number; y1: number; x2: number; y2: number } | null;
  path: string;
  steps: { x: number; y: number }[];
  raw: { x: number; y: number } | null;
}
export interface PlanePicture {
  width: number;
  height: number;
  frame: Box;
  marks: PlacedMark[];
  norm: { x: number; y: number } | null;
  landmarks: { name: string; x: number; y: number; below: boolean }[];
  xTicks: { at: number; value: number }[];
  yTicks: { at: number; value: number }[];
}

const pad = { left: 56, right: 12, top: 12, bottom: 58 };
export const widest = 520;
const radius = 7;
/** An arrow shorter than this would lie under its own mark. */
const shortest = 32;

const ticksOf = (range: MapRange): number[] => {
  const all = scaleLinear([range.min, range.max], [0, 1]).ticks(7);
  return all.filter(Number.isInteger);
};

/** Where everything stands at a width. What is switched off keeps its room. */
export function planeOf(plane: Plane, width: number): PlanePicture {
  const whole = Math.min(width, widest);
  const side = whole - pad.left - pad.right;
  const frame = { left: pad.left, top: pad.top, right: pad.left + side, bottom: pad.top + side };
  const x = scaleLinear([plane.x.min, plane.x.max], [frame.left, frame.right]);
  const y = scaleLinear([plane.y.min, plane.y.max], [frame.bottom, frame.top]);
  const at = (point: MapPoint) => ({ x: x(point.x), y: y(point.y) });
  const polygon = (points: MapPoint[]) =>
    points.length === 0
      ? ''
      : `M${points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join('L')}`;
  const signs = signsOf(plane.marks);
  const places = plane.marks.map((mark) => at(mark.now));
  const moved = plane.marks.map((mark, i) => {
    const to = places[i] ?? at(mark.now);
    const from = mark.first && at(mark.first);
    const far = from ? Math.hypot(to.x - from.x, to.y - from.y) : 0;
    if (!from || far < shortest) return { was: null, arrow: null };
    const along = (by: number) => ({
      x: from.x + ((to.x - from.x) * by) / far,
      y: from.y + ((to.y - from.y) * by) / far,
    });
    const [a, b] = [along(6), along(far - radius - 5)];
    return { was: from, arrow: { x1: a.x, y1: a.y, x2: b.x, y2: b.y } };
  });
  const landmarks = plane.landmarks.map((one) => ({
    name: one.name,
    ...at(one),
    below: one.y < (plane.y.min + plane.y.max) / 2,
  }));
  const square = (point: { x: number; y: number }, r: number): Box => ({
    left: point.x - r,
    right: point.x + r,
    top: point.y - r,
    bottom: point.y + r,
  });
  const arrows = moved.flatMap(({ arrow }) =>
    arrow
      ? [0.15, 0.4, 0.65, 0.9].map((share) =>
          square({ x: arrow.x1 + share * (arrow.x2 - arrow.x1), y: arrow.y1 + share * (arrow.y2 - arrow.y1) }, 4),
        )
      : [],
  );
  const labels = placeLabels(
    plane.marks.map((mark, i) => ({ ...(places[i] ?? at(mark.now)), r: radius + 1, label: mark.label })),
    frame,
    [...moved.flatMap(({ was }) => (was ? [square(was, 6)] : [])), ...arrows],
  );
  const norm = plane.x.norm === null || plane.y.norm === null ? null : { x: x(plane.x.norm), y: y(plane.y.norm) };
  return {
    width: whole,
    height: frame.bottom + pad.bottom,
    frame,
    norm,
    landmarks,
    xTicks: ticksOf(plane.x).map((value) => ({ value, at: x(value) })),
    yTicks: ticksOf(plane.y).map((value) => ({ value, at: y(value) })),
    marks: plane.marks.map((mark, i) => ({
      mark,
      sign: signs.get(mark.key) ?? { shape: 'circle', colour: 0 },
      ...(places[i] ?? at(mark.now)),
      label: labels[i] as PlacedLabel,
      around: mark.around.length ? `${polygon(mark.around)}Z` : '',
      was: moved[i]?.was ?? null,
      arrow: moved[i]?.arrow ?? null,
      path: polygon(mark.path),
      steps: mark.path.map(at),
      raw: mark.raw && at(mark.raw),
    })),
  };
}

/** Raw answers over time on one line: start, the one nearest to half-way, end. */
export interface Track {
  from: number;
  to: number;
  middle: number | null;
  /** From start to end with room for both marks; null: asked once, or it ends where it began. */
  arrow: { x1: number; x2: number } | null;
}
export function trackOf(values: number[], middle: number, range: { min: number; max: number }, width: number): Track {
  const x = scaleLinear([range.min, range.max], [8, width - 8]);
  const first = x(values[0] ?? range.min);
  const last = x(values.at(-1) ?? range.min);
  const between = middle > 0 && middle < values.length - 1 ? values[middle] : undefined;
  const way = Math.sign(last - first);
  const far = Math.abs(last - first);
  return {
    from: first,
    to: last,
    middle: between === undefined ? null : x(between),
    arrow: values.length > 1 && far > 14 ? { x1: first + 5 * way, x2: last - 6 * way } : null,
  };
}
