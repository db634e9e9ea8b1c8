// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { noAnswer } from '../src/shared/api/problem';
import messages from '../src/shared/i18n/en-workbench.json';
import { Texts } from '../src/shared/i18n/texts';
import { type Column, Listing } from '../src/workbench/Listing';

interface One {
  id: number;
  code: string;
}
const columns: Column<One>[] = [
  { head: 'copy.code', is: 'num', cell: (one) => one.code },
  { head: 'due.do', is: 'do', cell: (one) => <button type="button">{one.id}</button> },
];
const refetch = vi.fn();
const show = (data: One[] | undefined, error: Error | null = null) =>
  render(
    <Texts messages={messages}>
      <Listing
        query={{ data, error, refetch }}
        title="due.title"
        empty="due.none"
        keyOf={(one) => one.id}
        columns={columns}
        most={2}
        more={(n) => <p>{n}</p>}
      />
    </Texts>,
  );
const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ id: i, code: `P-${i}` }));

afterEach(cleanup);

describe('a list', () => {
  it('is a table with a name, a head for every column and for every row', async () => {
    const { container } = show(rows(2));
    expect(screen.getByRole('table', { name: messages['due.title'] })).toBeTruthy();
    expect(screen.getAllByRole('columnheader').map((one) => one.textContent)).toEqual([
      messages['copy.code'],
      messages['due.do'],
    ]);
    expect(screen.getAllByRole('rowheader').map((one) => one.textContent)).toEqual(['P-0', 'P-1']);
    const found = await axe.run(container, {
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    });
    expect(found.violations.map((one) => one.id)).toEqual([]);
  });
  it('shows the first of many, and what shows the rest', () => {
    show(rows(3));
    expect(screen.getAllByRole('rowheader')).toHaveLength(2);
    expect(screen.getByText('3')).toBeTruthy();
  });
  it('says what would bring rows where there are none', () => {
    show([]);
    expect(screen.queryByRole('table')).toBeNull();
    expect(screen.getByText(messages['due.none'])).toBeTruthy();
  });
  it('says what failed below the h1 of the page, and tries again', async () => {
    show(undefined, noAnswer());
    expect(screen.getByRole('alert').textContent).toContain(messages['problem.network']);
    expect(screen.queryByRole('heading', { level: 1 })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: messages['wait.again'] }));
    expect(refetch).toHaveBeenCalledOnce();
  });
});
