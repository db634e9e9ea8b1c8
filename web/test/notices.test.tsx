// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problemOf } from '../src/shared/api/problem';
import messages from '../src/shared/i18n/en-workbench.json';
import { Texts } from '../src/shared/i18n/texts';
import { NoticeLine, Notices, useNotice, useUndoLast } from '../src/workbench/Notices';

const undo = vi.fn<() => Promise<unknown>>();
function Trial() {
  const notice = useNotice();
  const undoLast = useUndoLast();
  return (
    <main id="main" tabIndex={-1}>
      <button type="button" onClick={() => notice({ words: 'Taken back', undo })}>
        act
      </button>
      <button type="button" onClick={undoLast}>
        key
      </button>
    </main>
  );
}
const begin = async () => {
  render(
    <Texts messages={messages}>
      <QueryClientProvider client={new QueryClient()}>
        <Notices>
          <Trial />
          <NoticeLine />
        </Notices>
      </QueryClientProvider>
    </Texts>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'act' }));
};

beforeEach(() => {
  undo.mockReset().mockResolvedValue(undefined);
});
afterEach(cleanup);

describe('a notice', () => {
  it('is a status with a way back; the focus goes back to the page', async () => {
    await begin();
    expect(screen.getByRole('status').textContent).toBe('Taken back');
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(undo).toHaveBeenCalledOnce();
    expect(screen.getByRole('status').textContent).toBe('Undone');
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
    expect(document.activeElement?.id).toBe('main');
  });
  it('is taken back by a key too, once', async () => {
    await begin();
    await userEvent.click(screen.getByRole('button', { name: 'key' }));
    await userEvent.click(screen.getByRole('button', { name: 'key' }));
    expect(undo).toHaveBeenCalledOnce();
  });
  it('says when it could not be undone, and why', async () => {
    undo.mockImplementation(() => Promise.reject(problemOf(403, { code: 'access.forbidden' })));
    await begin();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(screen.getByRole('status').textContent).toBe(`Not undone. ${messages['problem.access.forbidden']}`);
  });
  it('goes with Esc, and by itself only while nobody is on it', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await begin();
    screen.getByRole('button', { name: 'Undo' }).focus();
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(screen.getByRole('status').textContent).toBe('Taken back');
    await userEvent.keyboard('{Escape}');
    expect(screen.getByRole('status').textContent).toBe('');
    await userEvent.click(screen.getByRole('button', { name: 'act' }));
    await act(() => vi.advanceTimersByTimeAsync(21_000));
    expect(screen.getByRole('status').textContent).toBe('');
    vi.useRealTimers();
  });
});
