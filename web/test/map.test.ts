import { describe, expect, it } from 'vitest';
import {
  labelWidth,
  type MapMark,
  type Plane,
  placeLabels,
  planeOf,
  shapePath,
  shapes,
  signsOf,
  trackOf,
} from '../src/shared/charts/mapLayout';

const mark = (key: string, x: number, y: number, more: Partial<MapMark> = {}): MapMark => ({
  key,
  label: `with ${key}`,
  relation: 'other',
  level: 'figure',
  now: { x, y },
  around: [
    { x: x - 0.5, y },
    { x, y: y + 0.5 },
    { x: x + 0.5, y },
    { x, y: y - 0.5 },
  ],
  first: null,
  path: [],
  raw: null,
  ...more,
});
const plane = (marks: MapMark[], norm: number | null = null): Plane => ({
  x: { min: 1, max: 7, norm },
  y: { min: 1, max: 7, norm },
  marks,
  landmarks: [],
});

describe('signs of relationships', () => {
  it('are none twice among eight, whoever they are', () => {
    const relations = ['partner', 'mother', 'father', 'friend', 'friend', 'partner', 'sibling', 'child'];
    const signs = signsOf(relations.map((relation, i) => ({ key: String(i), relation, level: 'figure' as const })));
    const used = [...signs.values()].map((sign) => sign.shape);
    expect(new Set(used).size).toBe(8);
    expect(signs.get('0')?.shape).toBe('square');
    expect(signs.get('5')?.shape).not.toBe('square');
  });
  it('go on where shapes run out, and keep circles for what is no single relationship', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({
      key: String(i),
      relation: 'other',
      level: 'figure' as const,
    }));
    const signs = signsOf([{ key: 'all', relation: 'overall', level: 'overall' }, ...many]);
    expect(signs.size).toBe(13);
    expect(signs.get('all')?.shape).toBe('circle');
    for (const one of many) expect(shapes).toContain(signs.get(one.key)?.shape);
  });
  it('have a closed outline each, and each its own', () => {
    const outlines = [...shapes, 'circle' as const].map((shape) => shapePath(shape, 7));
    for (const outline of outlines) expect(outline).toMatch(/^M.*Z$/);
    expect(new Set(outlines).size).toBe(outlines.length);
  });
});

describe('the plane', () => {
  it('has more distance to the right and more worry upward', () => {
    const { marks } = planeOf(plane([mark('near', 2, 2), mark('far', 6, 2), mark('worried', 2, 6)]), 500);
    const [near, far, worried] = marks;
    expect(far?.x).toBeGreaterThan(near?.x ?? 0);
    expect(far?.y).toBe(near?.y);
    expect(worried?.y).toBeLessThan(near?.y ?? 0);
  });
  it('draws an arrow from where somebody was, unless there are too few data or it would be too short', () => {
    const { marks } = planeOf(
      plane([
        mark('moved', 2, 2, { first: { x: 6, y: 6 } }),
        mark('hardly', 4, 4, { first: { x: 4.1, y: 4 } }),
        mark('once', 5, 2),
      ]),
      500,
    );
    const [moved, hardly, once] = marks;
    expect(moved?.arrow).not.toBeNull();
    expect(moved?.was).not.toBeNull();
    const { x1, y1, x2, y2 } = moved?.arrow ?? { x1: 0, y1: 0, x2: 0, y2: 0 };
    expect(x1).toBeGreaterThan(x2);
    expect(y1).toBeLessThan(y2);
    expect(Math.hypot(x2 - (moved?.x ?? 0), y2 - (moved?.y ?? 0))).toBeGreaterThan(7);
    expect(hardly?.arrow).toBeNull();
    expect(hardly?.was).toBeNull();
    expect(once?.arrow).toBeNull();
  });
  it('draws every corner of an ellipse, and shows the norm only where one is known', () => {
    const without = planeOf(plane([mark('one', 4, 4)]), 500);
    expect(without.marks[0]?.around.match(/L/g)).toHaveLength(3);
    expect(without.norm).toBeNull();
    const frame = without.frame;
    const norm = planeOf(plane([mark('one', 4, 4)], 4), 500).norm;
    expect(norm?.x).toBeCloseTo((frame.left + frame.right) / 2);
    expect(norm?.y).toBeCloseTo((frame.top + frame.bottom) / 2);
  });
  it('is as wide as there is room, up to its own width, and as high as it is wide', () => {
    for (const width of [240, 334, 2000]) {
      const { frame, width: whole } = planeOf(plane([]), width);
      expect(whole).toBeLessThanOrEqual(width);
      expect(frame.right - frame.left).toBe(frame.bottom - frame.top);
    }
  });
});

describe('labels', () => {
  const frame = { left: 0, right: 480, top: 0, bottom: 480 };
  it('stay inside and off each other', () => {
    const marks = [
      { x: 470, y: 10, r: 8, label: 'with Grandmother Alma' },
      { x: 240, y: 240, r: 8, label: 'with Daniel' },
      { x: 262, y: 244, r: 8, label: 'with father' },
      { x: 236, y: 262, r: 8, label: 'with mother' },
      { x: 10, y: 470, r: 8, label: 'with people close to me' },
    ];
    const placed = placeLabels(marks, frame);
    placed.forEach(({ box }, i) => {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(480);
      expect(box.top).toBeGreaterThanOrEqual(0);
      expect(box.bottom).toBeLessThanOrEqual(480);
      expect(box.right - box.left).toBeCloseTo(labelWidth(marks[i]?.label ?? ''));
      for (const other of placed.slice(i + 1))
        expect(
          box.left < other.box.right &&
            other.box.left < box.right &&
            box.top < other.box.bottom &&
            other.box.top < box.bottom,
        ).toBe(false);
    });
  });
  it('go round what is taken', () => {
    const [free] = placeLabels([{ x: 240, y: 240, r: 8, label: 'one' }], frame);
    const [round] = placeLabels([{ x: 240, y: 240, r: 8, label: 'one' }], frame, free ? [free.box] : []);
    expect(round?.x === free?.x && round?.y === free?.y).toBe(false);
  });
});

describe('a track of raw answers', () => {
  const range = { min: 0, max: 4 };
  it('points from the first to the last, with the one half-way between', () => {
    const track = trackOf([4, 3, 1], 1, range, 200);
    expect(track.from).toBe(192);
    expect(track.to).toBeCloseTo(54);
    expect(track.middle).toBeCloseTo(146);
    expect(track.arrow?.x1).toBeLessThan(track.from);
    expect(track.arrow?.x2).toBeGreaterThan(track.to);
  });
  it('has no arrow where it was asked once or did not move', () => {
    expect(trackOf([2], 0, range, 200)).toMatchObject({ middle: null, arrow: null });
    expect(trackOf([2, 2], 0, range, 200).arrow).toBeNull();
  });
});
