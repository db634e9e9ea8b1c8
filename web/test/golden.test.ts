import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Picture, pictureOf } from '../src/shared/charts/layout';
import type { ChartModel } from '../src/shared/charts/model';

interface Golden {
  models: Record<string, ChartModel>;
  cases: { name: string; model: string; width: number; beside?: string[]; expected?: unknown }[];
}
const name = 'test/golden/chart.json';
const golden = JSON.parse(readFileSync(name, 'utf8')) as Golden;

const round = (n: number | null) => (n === null ? null : Math.round(n * 100) / 100);

/** What another renderer has to agree on, in hundredths of a pixel. */
const told = (picture: Picture) => ({
  height: picture.height,
  plot: picture.plot,
  points: picture.points.map(({ point, x, y, upper, lower }) => ({
    at: point.at,
    x: round(x),
    y: round(y),
    upper: round(upper),
    lower: round(lower),
  })),
  bands: picture.bands.map(({ name, top, bottom }) => ({ name, top: round(top), bottom: round(bottom) })),
  lines: picture.lines.map(({ label, words, level, at }) => ({
    label,
    written: at && words,
    y: round(level),
    label_x: at && round(at.x),
    label_y: at && round(at.y),
  })),
  events: picture.events.map(({ label, x, row, before }) => ({ label, x: round(x), row, before })),
});

const modelOf = (which: string): ChartModel => {
  const model = golden.models[which];
  if (!model) throw new Error(`${name} has no model ${which}`);
  return model;
};
const drawn = (one: Golden['cases'][0]) =>
  told(pictureOf(modelOf(one.model), one.width, (one.beside ?? [one.model]).map(modelOf)));

if (process.env.GOLDEN === 'write') {
  for (const one of golden.cases) one.expected = drawn(one);
  writeFileSync(name, `${JSON.stringify(golden, null, 2)}\n`);
}

describe('the golden pictures', () => {
  it.each(golden.cases)('$name', (one) => {
    expect(drawn(one)).toEqual(one.expected);
  });
  it('are where the formula puts them', () => {
    const week = golden.cases[0]?.expected as ReturnType<typeof told>;
    const { left, right, top, bottom } = week.plot;
    const [from, to] = [Date.parse('2026-08-16T09:00:00Z'), Date.parse('2026-11-22T09:00:00Z')];
    for (const [i, mark] of modelOf('one')
      .points.filter((point) => point.value !== null)
      .entries()) {
      const share = (Date.parse(mark.at) - from) / (to - from);
      expect(week.points[i]?.x).toBeCloseTo(left + 14 + share * (right - 10 - left - 14), 1);
      expect(week.points[i]?.y).toBeCloseTo(bottom - ((mark.value ?? 0) / 27) * (bottom - top), 1);
    }
  });
});
