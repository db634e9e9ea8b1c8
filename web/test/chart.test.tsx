// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import { Chart } from '../src/shared/charts/Chart';
import type { ChartModel } from '../src/shared/charts/model';
import messages from '../src/shared/i18n/en-workbench.json';
import { Texts } from '../src/shared/i18n/texts';
import golden from './golden/chart.json';

const model = golden.models.one as ChartModel;
afterEach(cleanup);
const draw = (one: ChartModel) =>
  render(
    <Texts messages={messages}>
      <Chart model={one} />
    </Texts>,
  );
const places = (container: HTMLElement) =>
  [...container.querySelectorAll('.point')].map((mark) => [
    Number(mark.getAttribute('cx')),
    Number(mark.getAttribute('cy')),
  ]);

describe('the chart', () => {
  it('says the sentence first, then speaks every point by the server’s words', async () => {
    const { container } = draw(model);
    expect(container.querySelector('figcaption')?.textContent).toContain(model.headline);
    const slider = screen.getByRole('slider');
    expect(slider.getAttribute('aria-valuetext')).toBe(model.points[5]?.words);
    const found = await axe.run(container, {
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    });
    expect(found.violations.map((one) => one.id)).toEqual([]);
  });

  it('puts the points where the model says: the same places in every drawing', () => {
    const { container } = draw(model);
    const marks = places(container);
    expect(marks).toHaveLength(5);
    // 0 to 27 over 286 - 58 px; 98 days over 548 px.
    const y = (value: number) => 286 - (value / 27) * (286 - 58);
    expect(marks[0]?.[0]).toBeCloseTo(48, 5);
    expect(marks.at(-1)?.[0]).toBeCloseTo(586, 5);
    expect(marks[1]?.[0]).toBeCloseTo(48 + (14 / 98) * 538, 5);
    for (const [i, value] of [18, 17, 15, 12, 8].entries()) expect(marks[i]?.[1]).toBeCloseTo(y(value), 5);
  });

  it('turns its layers off and on', async () => {
    const { container } = draw(model);
    expect(container.querySelectorAll('.plot .range')).toHaveLength(5);
    await userEvent.click(screen.getByRole('button', { name: /95 % range/ }));
    expect(container.querySelectorAll('.plot .range')).toHaveLength(0);
    await userEvent.click(screen.getByRole('button', { name: /95 % range/ }));
    expect(container.querySelectorAll('.plot .range')).toHaveLength(5);
    await userEvent.click(screen.getByRole('button', { name: 'Lines' }));
    expect(container.querySelectorAll('.plot .reliable, .plot .threshold')).toHaveLength(0);
  });

  it('draws only what is there: one score has a mark and no line, no lines and no bands', () => {
    const { container } = draw({
      ...model,
      points: model.points.slice(0, 1),
      gaps: [],
      bands: [],
      lines: [],
      events: [],
    });
    expect(places(container)).toHaveLength(1);
    expect(screen.queryByRole('button', { name: 'Lines' })).toBeNull();
    expect(container.querySelectorAll('.gap, .band-a')).toHaveLength(0);
  });

  it('has no axes without a score, and still the sentence and the table', () => {
    const { container } = draw({ ...model, points: [], headline: 'No scores yet.' });
    expect(container.querySelector('.plot')).toBeNull();
    expect(screen.getByText('No scores yet.')).toBeTruthy();
    expect(screen.getAllByRole('row', { hidden: true }).length).toBe(7);
  });

  it('says when a band or a line is unverified, and what the numbers do not say', () => {
    draw(model);
    expect(screen.getByText(messages['chart.unverified'])).toBeTruthy();
    expect(screen.getByText(model.limits[1] ?? '')).toBeTruthy();
  });
});
