import { describe, expect, it } from 'vitest';
import {
  bandLabels,
  eventRows,
  lineLabels,
  linksOf,
  nearest,
  personOf,
  pictureOf,
  runsOf,
  saidOnce,
  spanOf,
  thinned,
  together,
} from '../src/shared/charts/layout';
import type { ChartModel } from '../src/shared/charts/model';
import golden from './golden/chart.json';

const model = golden.models.one as ChartModel;

describe('runs of points', () => {
  it('break where a value is missing or the server says that there is a gap, and are linked across it', () => {
    const runs = runsOf(model.points, model.gaps);
    expect(runs.map((run) => run.map((point) => point.value))).toEqual([
      [18, 17, 15],
      [12, 8],
    ]);
    expect(linksOf(runs).map(([a, b]) => [a.value, b.value])).toEqual([[15, 12]]);
  });
  it('break at a gap without a missing value', () => {
    const [a, b] = [model.points[2], model.points[4]] as [ChartModel['points'][0], ChartModel['points'][0]];
    expect(runsOf([a, b], model.gaps)).toHaveLength(2);
    expect(runsOf([a, b], [])).toHaveLength(1);
  });
  it('are in order of time, whatever the order they came in', () => {
    expect(
      runsOf([...model.points].reverse(), model.gaps)
        .flat()
        .map((point) => point.label),
    ).toEqual(['1', '2', '3', '5', '6']);
  });
  it('are none when nothing has a value', () => {
    expect(
      runsOf(
        model.points.map((point) => ({ ...point, value: null })),
        [],
      ),
    ).toEqual([]);
  });
});

describe('labels', () => {
  it('of events that are close stand in different rows, and in one row where they are numbers', () => {
    const events = [
      { x: 10, label: 'Medicine started' },
      { x: 60, label: 'Rupture' },
      { x: 400, label: 'Move' },
    ];
    expect(eventRows(events, false).map((event) => event.row)).toEqual([0, 1, 0]);
    expect(eventRows(events, true).map((event) => event.row)).toEqual([0, 0, 0]);
  });
  it('of events that are close stand in different rows as numbers too, and before their mark at the right edge', () => {
    const events = [
      { x: 10, label: 'Medicine started' },
      { x: 22, label: 'Rupture' },
      { x: 400, label: 'Move' },
    ];
    expect(eventRows(events, true).map((event) => event.row)).toEqual([0, 1, 0]);
    expect(eventRows(events, false, 420).map((event) => event.before)).toEqual([false, false, true]);
  });
  it('of bands that are too thin are left to the table', () => {
    expect(
      bandLabels(
        [
          { from: 0, to: 1 },
          { from: 1, to: 5 },
        ],
        (value) => 100 - 10 * value,
      ),
    ).toEqual([{ from: 1, to: 5, at: 70 }]);
  });
});

describe('labels of lines', () => {
  const y = (value: number) => 300 - 10 * value;
  const area = { left: 40, top: 0, right: 400, bottom: 300 };
  const free = { area, marks: [], score: [], events: [] };
  const line = (value: number) => ({ value, label: `${value}: better by more than error` });
  it('stand on their line at the left, and below it where the next line is close above', () => {
    expect(lineLabels([line(20)], y, free)[0]?.at).toEqual({ x: 40, y: 95 });
    const [upper, lower] = lineLabels([line(13), line(13.5)], y, free);
    expect([upper?.value, upper?.at?.y]).toEqual([13.5, 160]);
    expect([lower?.value, lower?.at?.y]).toEqual([13, 185]);
  });
  it('move aside for a range bar, and are not drawn where there is no room', () => {
    const bar = { left: 60, right: 74, top: 20, bottom: 280 };
    expect(lineLabels([line(20)], y, { ...free, marks: [bar] })[0]?.at?.x).toBe(76);
    const bars = [60, 160, 260, 360].map((left) => ({ ...bar, left, right: left + 14 }));
    const [short] = lineLabels([line(20)], y, { ...free, marks: bars });
    expect([short?.words, short?.at?.x]).toEqual(['20', 40]);
    const full = { ...area, top: 20, bottom: 280 };
    expect(lineLabels([line(20)], y, { ...free, marks: [{ ...full, right: 410 }] })[0]?.at).toBeNull();
  });
  it('cross an event only where nothing else is free', () => {
    expect(lineLabels([line(20)], y, { ...free, events: [100] })[0]?.at?.x).toBe(104);
    expect(lineLabels([line(20)], y, { ...free, events: [100, 200, 300, 390] })[0]?.at).not.toBeNull();
  });
});

describe('charts beside each other', () => {
  const first = golden.models.first as ChartModel;
  const second = golden.models.second as ChartModel;
  const both = [first, second];
  const frame = (model: ChartModel) => {
    const { plot, x, y } = pictureOf(model, 330, both);
    return { plot, day: x('2026-10-01T00:00:00Z'), ten: y(10) };
  };
  it('share days, scale and height, whatever each of them holds', () => {
    expect(frame(first)).toEqual(frame(second));
    expect(frame(first).plot).not.toEqual(pictureOf(second, 330).plot);
    const longer = { ...second, scale: { ...second.scale, max: 30 } };
    expect(pictureOf(first, 330, [first, longer]).y(30)).toBe(pictureOf(first, 330, [first, longer]).plot.top);
  });
});

describe('no label of a line', () => {
  /** Invented courses, drawn by a small generator of numbers: always the same ones. */
  let seed = 7;
  const random = (n: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  const course = (): ChartModel => {
    const points = Array.from({ length: 1 + random(14) }, (_, i) => {
      const value = random(28);
      const [lower, upper] = [Math.max(0, value - 4), Math.min(27, value + 4)];
      const at = new Date(Date.UTC(2026, 0, 1 + 7 * i + random(4))).toISOString();
      return { at, label: `${i}`, value, lower, upper, sheet: `${i}`, words: '' };
    });
    const lines = Array.from({ length: random(5) }, (_, i) => {
      const value = random(28);
      return { kind: 'threshold', value, label: `${value}: a line, number ${i}`, basis: '', verified: true } as const;
    });
    return { ...model, points, lines, gaps: [] };
  };
  const boxOf = (at: { x: number; y: number }, label: string) => [at.x, at.y - 11, at.x + 5.8 * label.length, at.y + 3];
  const apart = (a: number[], b: number[]) =>
    (a[0] ?? 0) >= (b[2] ?? 0) ||
    (b[0] ?? 0) >= (a[2] ?? 0) ||
    (a[1] ?? 0) >= (b[3] ?? 0) ||
    (b[1] ?? 0) >= (a[3] ?? 0);
  it('lies on a range bar, a point or another label: three hundred courses, three widths', () => {
    let placed = 0;
    let all = 0;
    for (let n = 0; n < 300; n += 1) {
      const one = course();
      for (const width of [260, 340, 720]) {
        const { lines, points, plot } = pictureOf(one, width);
        const boxes = lines.flatMap((line) => (line.at ? [boxOf(line.at, line.words)] : []));
        placed += boxes.length;
        all += lines.length;
        const bars = points.map((mark) => [
          mark.x - 4.5,
          (mark.upper ?? 0) - 4.5,
          mark.x + 4.5,
          (mark.lower ?? 0) + 4.5,
        ]);
        boxes.forEach((box, i) => {
          expect([...bars, ...boxes.slice(i + 1)].every((other) => apart(box, other))).toBe(true);
          expect((box[2] ?? 0) <= plot.right && (box[3] ?? 0) <= plot.bottom).toBe(true);
        });
      }
    }
    expect(placed / all).toBeGreaterThan(0.8);
  });
});

describe('the axis of time', () => {
  it('gives a lone day a week on each side', () => {
    const [from, to] = spanOf(['2026-11-22T09:00:00Z']);
    expect(to.getTime() - from.getTime()).toBe(14 * 86_400_000);
  });
  it('goes from the first to the last', () => {
    const [from, to] = spanOf(model.points.map((point) => point.at));
    expect([from.toISOString(), to.toISOString()]).toEqual(['2026-08-16T09:00:00.000Z', '2026-11-22T09:00:00.000Z']);
  });
  it('names as many days as have room', () => {
    const days = Array.from({ length: 13 }, (_, i) => new Date(Date.UTC(2026, 7, 16 + 7 * i)));
    const x = (day: Date) => (43 * (+day - +(days[0] ?? 0))) / (7 * 86_400_000);
    expect(thinned(days, x).map((day) => day.getUTCDate())).toEqual([16, 30, 13, 27, 11, 25, 8]);
    expect(thinned(days.slice(0, 1), x)).toHaveLength(1);
  });
  it('finds the nearest point', () => {
    expect(nearest([0, 10, 40], 27)).toBe(2);
    expect(nearest([0, 10, 40], 22)).toBe(1);
    expect(nearest([5], 400)).toBe(0);
  });
});

describe('charts of several people', () => {
  const titles = ['GAD-7, Anxiety: Noor', 'PHQ-9, Mood: Noor', 'GAD-7, Anxiety: Jonas'].map((title) => ({ title }));
  it('stand together by measure, never as one', () => {
    expect(
      together(titles, true).map((group) => [group.name, group.charts.map((chart) => personOf(chart.title))]),
    ).toEqual([
      ['GAD-7, Anxiety', ['Noor', 'Jonas']],
      ['PHQ-9, Mood', ['Noor']],
    ]);
  });
  it('say once what holds for all of them', () => {
    const charts = [{ limits: ['a', 'b'] }, { limits: ['b', 'c'] }];
    expect(saidOnce(charts)).toEqual(['b']);
    expect(saidOnce(charts.slice(0, 1))).toEqual([]);
  });
  it('are left alone where there is one person', () => {
    expect(together([{ title: 'PHQ-9: depressive symptoms' }], false)[0]?.name).toBe('PHQ-9: depressive symptoms');
  });
});
