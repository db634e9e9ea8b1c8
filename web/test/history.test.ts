import { describe, expect, it } from 'vitest';
import type { Box } from '../src/shared/charts/layout';
import portal from '../src/shared/i18n/en-portal.json';
import questions from '../src/shared/i18n/en-questions.json';
import { asSent } from '../src/workbench/history/EventForm';
import { type MapFigure, type MapLine, mapOf, orderedRows, self, wrapped } from '../src/workbench/history/figureMap';
import {
  eventKinds,
  type Happening,
  inOrder,
  laneOf,
  lanes,
  shapeOf,
  timelineOf,
} from '../src/workbench/history/timeline';

const happening = (
  id: string,
  from: number | null,
  to: number | null = from,
  more: Partial<Happening> = {},
): Happening => ({
  id,
  kind: 'loss',
  label: `Loss: ${id}`,
  age_from: from,
  age_to: to,
  dating: 'exact',
  source: 'remembered',
  ...more,
});
/** The same numbers on every run. */
function drawer(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}
const meet = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe('entries of a history', () => {
  it('stand at a point, over a span, some time between two ages, or nowhere', () => {
    expect(shapeOf(happening('a', 7))).toBe('point');
    expect(shapeOf(happening('a', 7, null))).toBe('point');
    expect(shapeOf(happening('a', 7, 9, { dating: 'about' }))).toBe('span');
    expect(shapeOf(happening('a', 7, 9, { dating: 'unknown' }))).toBe('between');
    expect(shapeOf(happening('a', null, null, { dating: 'unknown' }))).toBe('undated');
  });
  it('are in order of age: between two ages by their middle, without an age last, alike ones as they came', () => {
    const events = [
      happening('none', null),
      happening('between', 4, 12, { dating: 'unknown' }),
      happening('nine', 9),
      happening('seven', 7),
      happening('nine too', 9),
    ];
    expect(inOrder(events).map((one) => one.id)).toEqual(['seven', 'between', 'nine', 'nine too', 'none']);
  });
  it('have a lane each; words from before there was a list stand with what is left', () => {
    for (const kind of eventKinds) expect(lanes).toContain(laneOf(kind));
    expect(laneOf('a move, then another')).toBe(laneOf('other'));
  });
  it('of earlier programs are sent whole without losing their words', () => {
    const old = {
      id: '1',
      person: '2',
      kind: 'a move',
      account: 'Nobody asked me.',
      age_from: 7,
      age_to: 7,
      dating: 'about' as const,
      source: 'remembered' as const,
      figure: null,
      created_at: '2026-01-01T00:00:00Z',
    };
    expect(asSent(old)).toMatchObject({ kind: 'other', account: 'a move\nNobody asked me.', dating: 'about' });
    expect(asSent({ ...old, kind: 'loss', age_from: null, age_to: null })).toMatchObject({
      kind: 'loss',
      account: 'Nobody asked me.',
      dating: 'unknown',
    });
  });
});

describe('the timeline', () => {
  it('is empty without an age, and names what has none', () => {
    const picture = timelineOf([happening('a', null)], 800);
    expect(picture.placed).toEqual([]);
    expect(picture.undated.map((one) => one.id)).toEqual(['a']);
  });
  it('shows from birth to the age now, or ten years at least', () => {
    const few = timelineOf([happening('a', 3)], 800);
    expect(few.x(0)).toBeCloseTo(few.plot.left + 6);
    expect(few.x(10)).toBeCloseTo(few.plot.right - 6);
    expect(timelineOf([happening('a', 3)], 800, 40).x(40)).toBeCloseTo(few.plot.right - 6);
  });
  it('draws a point that is not exact a year to each side, and never before birth', () => {
    const [mark] = timelineOf([happening('a', 7, 7, { dating: 'about' })], 800).placed;
    const { x } = timelineOf([happening('a', 7, 7, { dating: 'about' })], 800);
    expect([mark?.from, mark?.x, mark?.to]).toEqual([x(6), x(7), x(8)]);
    const birth = timelineOf([happening('a', 0, 0, { dating: 'about' })], 800);
    expect(birth.placed[0]?.from).toBe(birth.x(0));
  });
  it('puts the mark of what lay between two ages in their middle', () => {
    const picture = timelineOf([happening('a', 4, 10, { dating: 'unknown' })], 800);
    expect(picture.placed[0]?.x).toBeCloseTo(picture.x(7));
  });
  it('keeps marks and words apart and inside, whatever happened and however wide it is', () => {
    const draw = drawer(7);
    for (let trial = 0; trial < 100; trial += 1) {
      const width = 280 + draw(900);
      const events = Array.from({ length: 1 + draw(30) }, (_, i) => {
        const from = draw(60);
        return happening(String(i), from, from + (draw(3) ? 0 : draw(30)), {
          kind: eventKinds[draw(eventKinds.length)] ?? 'other',
          label: 'x'.repeat(1 + draw(40)),
          dating: (['exact', 'about'] as const)[draw(2)] ?? 'exact',
        });
      });
      const picture = timelineOf(events, width, draw(2) ? 60 + draw(30) : null);
      expect(picture.placed).toHaveLength(events.length);
      const boxes = picture.placed.map(({ from, to, y, label }): Box => {
        const length = label.words.length * 6.7;
        return {
          left: Math.min(from, label.anchor === 'end' ? label.x - length : from) - 5,
          right: Math.max(to, label.anchor === 'start' ? label.x + length : to) + 5,
          top: y - 8,
          bottom: y + 8,
        };
      });
      const wrong = boxes.filter(
        (box, i) =>
          box.left < -1 ||
          box.right > width + 12 ||
          box.bottom > picture.plot.bottom ||
          boxes.slice(i + 1).some((other) => meet(box, other)),
      );
      expect(wrong, `trial ${trial}`).toEqual([]);
    }
  });
  it('writes numbers in place of words on a phone, the same as in the list', () => {
    const picture = timelineOf([happening('late', 30), happening('early', 2)], 320);
    expect(picture.placed.map(({ one, label }) => [one.id, label.words])).toEqual([
      ['early', '1'],
      ['late', '2'],
    ]);
  });
});

const figure = (id: string, generation: number, name = id): MapFigure => ({ id, name, kind: 'kind', generation });
const line = (giver: string, receiver: string, answer: MapLine['answer'] = 'came'): MapLine => ({
  id: `${giver}-${receiver}`,
  giver,
  receiver,
  answer,
});

describe('the map of figures', () => {
  it('has a row for each generation, the oldest on top, the person in the middle of their own', () => {
    const rows = orderedRows(
      [figure('child', -1), figure(self, 0), figure('a', 0), figure('b', 0), figure('mother', 1), figure('alma', 2)],
      [],
    );
    expect(rows.map((row) => row[0]?.generation)).toEqual([2, 1, 0, -1]);
    expect(rows[2]?.map((one) => one.id)).toEqual(['a', self, 'b']);
  });
  it('puts those beside each other who are tied', () => {
    const rows = orderedRows(
      [figure('m1', 1), figure('m2', 1), figure('g2', 2), figure('g1', 2), figure(self, 0)],
      [line('g1', 'm1'), line('g2', 'm2'), line('m1', self)],
    );
    const at = (row: number, id: string) => rows[row]?.findIndex((one) => one.id === id) ?? -1;
    expect(at(0, 'g1') < at(0, 'g2')).toBe(at(1, 'm1') < at(1, 'm2'));
  });
  it('goes from who gave to who was in need', () => {
    const picture = mapOf([figure('m', 1), figure(self, 0)], [line('m', self), line(self, 'm')], 800);
    const box = (id: string) => picture.figures.find((one) => one.figure.id === id)?.box as Box;
    const [down, up] = picture.lines;
    expect(down?.points[0]?.y).toBe(box('m').bottom);
    expect(down?.points.at(-1)?.y).toBe(box(self).top);
    expect(down?.end).toMatchObject({ y: box(self).top, angle: 90 });
    expect(up?.points[0]?.y).toBe(box(self).top);
    expect(up?.end).toMatchObject({ y: box('m').bottom, angle: -90 });
    expect(down?.end.x).not.toBe(up?.points[0]?.x);
  });
  it('leaves out a line of somebody who is not there', () => {
    expect(mapOf([figure(self, 0)], [line('gone', self)], 800).lines).toEqual([]);
  });
  it('keeps people apart and inside, and draws no line through anybody, whoever they are and however wide it is', () => {
    const draw = drawer(11);
    for (let trial = 0; trial < 100; trial += 1) {
      const width = 280 + draw(800);
      const figures = [
        figure(self, 0, 'The client'),
        ...Array.from({ length: draw(14) }, (_, i) =>
          figure(`f${i}`, draw(4) - 1, 'Long name '.repeat(1 + draw(4)).trim()),
        ),
      ];
      const ids = figures.map((one) => one.id);
      const pick = () => ids[draw(ids.length)] ?? self;
      const pairs = new Map(
        Array.from({ length: draw(18) }, () => {
          const [a, b] = [pick(), pick()];
          return [`${a}-${b}`, line(a, b, (['came', 'mixed', 'did_not_come'] as const)[draw(3)])] as const;
        }).filter(([, { giver, receiver }]) => giver !== receiver),
      );
      const picture = mapOf(figures, [...pairs.values()], width, (answer) => answer);
      expect(picture.figures).toHaveLength(figures.length);
      expect(picture.lines).toHaveLength(pairs.size);
      const boxes = picture.figures.map(({ box }) => box);
      const astray = boxes.filter(
        (box, i) =>
          box.left < 0 ||
          box.right > width ||
          box.bottom > picture.height ||
          boxes.slice(i + 1).some((other) => meet(box, other)),
      );
      expect(astray, `trial ${trial}`).toEqual([]);
      const outside = ({ x, y }: { x: number; y: number }) => x < 0 || x > width || y < 0;
      const within = ({ x, y }: { x: number; y: number }) =>
        boxes.some((box) => x > box.left + 1 && x < box.right - 1 && y > box.top + 1 && y < box.bottom - 1);
      const through = picture.lines.filter(({ points }) => points.some((point) => outside(point) || within(point)));
      expect(
        through.map(({ line: drawn }) => drawn.id),
        `trial ${trial}, ${width} px`,
      ).toEqual([]);
    }
  });
  it('numbers lines in the order of the list, and says what happened where there is room', () => {
    const picture = mapOf([figure('m', 1), figure(self, 0)], [line('m', self, 'mixed')], 800, () => 'sometimes');
    expect(picture.lines[0]).toMatchObject({ n: 1, label: { words: '1 sometimes' } });
    expect(mapOf([figure('m', 1), figure(self, 0)], [line('m', self)], 320, () => 'came').lines[0]?.label.words).toBe(
      '1',
    );
  });
  it('writes a name in two lines at most', () => {
    expect(wrapped('Grandmother Alma', 120)).toEqual(['Grandmother Alma']);
    expect(wrapped('Grandmother Alma', 90)).toEqual(['Grandmother', 'Alma']);
    expect(wrapped('Mr Brook who taught us music at school', 90)).toHaveLength(2);
    for (const words of wrapped('Extraordinarily Unbreakable', 60)) expect(words.length).toBeLessThanOrEqual(9);
  });
});

describe('the portal', () => {
  it('never asks about abuse or trauma, names neither, and knows nothing of the history', () => {
    for (const [id, words] of Object.entries({ ...portal, ...questions })) {
      expect(`${id} ${words}`).not.toMatch(
        /abus|traum|violen|assault|neglect|molest|rape|incest|beat(en)?\b|hit you|hurt you|touch(ed)? you|childhood|history|what happened to you/i,
      );
    }
  });
});
