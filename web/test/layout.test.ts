import { describe, expect, it } from 'vitest';
import {
  bandLabels,
  eventRows,
  lineLabels,
  linksOf,
  nearest,
  personOf,
  runsOf,
  spanOf,
  together,
} from '../src/shared/charts/layout';
import type { ChartModel } from '../src/shared/charts/model';
import fixture from './fixtures/chart.json';

const model = fixture as ChartModel;

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
  it('of lines that are close stand on opposite sides', () => {
    const y = (value: number) => 300 - 10 * value;
    expect(lineLabels([{ value: 13 }, { value: 13.5 }], y).map((line) => [line.value, line.below])).toEqual([
      [13.5, false],
      [13, true],
    ]);
    expect(lineLabels([{ value: 3 }, { value: 13 }], y).every((line) => !line.below)).toBe(true);
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

describe('the axis of time', () => {
  it('gives a lone day a week on each side', () => {
    const [from, to] = spanOf(['2026-11-22T09:00:00Z']);
    expect(to.getTime() - from.getTime()).toBe(14 * 86_400_000);
  });
  it('goes from the first to the last', () => {
    const [from, to] = spanOf(model.points.map((point) => point.at));
    expect([from.toISOString(), to.toISOString()]).toEqual(['2026-08-16T09:00:00.000Z', '2026-11-22T09:00:00.000Z']);
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
  it('are left alone where there is one person', () => {
    expect(together([{ title: 'PHQ-9: depressive symptoms' }], false)[0]?.name).toBe('PHQ-9: depressive symptoms');
  });
});
