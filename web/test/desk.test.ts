// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Schemas } from '../src/shared/api/client';
import { Problem } from '../src/shared/api/problem';
import { after, clockOf, grouped, inTime, latest, running, segmentsOf, valuesOf } from '../src/workbench/desk/events';
import { isWorthRepeating, newId, Queue, type QueueState, type Step } from '../src/workbench/desk/queue';
import { readDraft } from '../src/workbench/drafts';

const put = (id: string, start_ms = 0, code = 'cry'): Step => ({ kind: 'put', id, code, start_ms });
const origin = { source: '', status: 'seen' as const, note: '' };
const code = (id: string, span: 'moment' | 'duration'): Schemas['CodingCodeView'] => ({
  id,
  label: id,
  group: '',
  track: '',
  key: id[0] ?? 'x',
  span,
  value: null,
  value_label: '',
  help: '',
  origin,
});

describe('what a sheet holds', () => {
  it('is the same however often a step is applied', () => {
    const steps: Step[] = [
      put('a', 1000),
      put('b', 500),
      { kind: 'add', id: 'a', end_ms: 2000 },
      { kind: 'add', id: 'b', value: 3 },
      put('a', 1000),
    ];
    const events = steps.reduce(after, []);
    expect(events.map((event) => [event.id, event.number])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(events[0]).toMatchObject({ start_ms: 1000, end_ms: 2000, value: null });
    expect(events[1]).toMatchObject({ value: 3, end_ms: null });
    expect(after(events, { kind: 'undo', id: 'a' }).map((event) => event.id)).toEqual(['b']);
  });
  it('is listed by time, and undone from the one put last', () => {
    const events = [put('a', 9000), put('b', 500), put('c', 500)].reduce(after, []);
    expect(inTime(events).map((event) => event.id)).toEqual(['b', 'c', 'a']);
    expect(latest(events)?.id).toBe('c');
    expect(latest([])).toBeUndefined();
  });
  it('knows what goes on', () => {
    const events = [put('a', 0, 'cry')].reduce(after, []);
    expect(running(events, code('cry', 'duration'))?.id).toBe('a');
    expect(running(events, code('cry', 'moment'))).toBeUndefined();
    expect(running(after(events, { kind: 'add', id: 'a', end_ms: 5 }), code('cry', 'duration'))).toBeUndefined();
  });
});

describe('times and parts', () => {
  it('reads a time as people do', () => {
    expect(clockOf(0)).toBe('0:00.0');
    expect(clockOf(83_560)).toBe('1:23.5');
    expect(clockOf(3_661_000)).toBe('1:01:01.0');
    expect(clockOf(-5)).toBe('0:00.0');
  });
  it('gives every value of a range', () => {
    expect(valuesOf({ min: -1, max: 1, step: 0.5 })).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(valuesOf({ min: 1, max: 7, step: 1 })).toHaveLength(7);
  });
  it('rates windows to the end, and one part more than was rated', () => {
    const system = { window_seconds: 300, most_parts: 3, episodes: [] } as unknown as Schemas['CodingSystemView'];
    const scale = (per: string) => ({ per, episodes: ['e5', 'e8'] }) as unknown as Schemas['CodingScaleView'];
    const rated = (segment: string) => [{ scale: 's', segment, value: 1, note: null }];
    expect(segmentsOf(system, scale('whole'), [], 0)).toEqual(['']);
    expect(segmentsOf(system, scale('episode'), [], 0)).toEqual(['e5', 'e8']);
    expect(segmentsOf(system, scale('window'), [], 601_000)).toEqual(['w1', 'w2', 'w3']);
    expect(segmentsOf(system, scale('window'), [], 0)).toEqual(['w1']);
    expect(segmentsOf(system, scale('part'), rated('p1'), 0)).toEqual(['p1', 'p2']);
    expect(segmentsOf(system, scale('part'), rated('p3'), 0)).toEqual(['p1', 'p2', 'p3']);
  });
  it('groups in the order in which groups come', () => {
    const groups = grouped([{ group: 'b' }, { group: 'a' }, { group: 'b' }]);
    expect(groups.map(([name, all]) => [name, all.length])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
  });
});

describe('the queue', () => {
  beforeEach(() => {
    sessionStorage.clear();
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it('sends one after the other, in their order, and says when all is saved', async () => {
    const sent: string[] = [];
    const states: QueueState[] = [];
    const queue = new Queue(
      'q',
      async (step) => {
        sent.push(step.kind === 'rate' ? 'rate' : step.id);
      },
      (state) => states.push(state),
    );
    for (const id of ['a', 'b', 'c']) queue.push(put(id));
    expect(readDraft<Step[]>('q')).toHaveLength(3);
    await settle();
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(states.at(-1)).toMatchObject({ waiting: 0, held: false });
    expect(readDraft('q')).toBeUndefined();
  });

  it('holds what nobody answered, tries again, and loses nothing of it when the page goes', async () => {
    let down = true;
    const sent: string[] = [];
    const send = async (step: Step) => {
      if (down) throw new Problem(0, 'network', '');
      sent.push(step.kind === 'rate' ? 'rate' : step.id);
    };
    const states: QueueState[] = [];
    const queue = new Queue('q', send, (state) => states.push(state));
    queue.push(put('a'));
    queue.push(put('b'));
    await settle();
    expect(states.at(-1)).toMatchObject({ waiting: 2, held: true });
    queue.stop();
    down = false;
    const after = new Queue('q', send, () => undefined);
    expect(after.pending().map((step) => step.kind)).toEqual(['put', 'put']);
    await settle();
    expect(sent).toEqual(['a', 'b']);
  });

  it('goes on after what the server would not take, and says so', async () => {
    const states: QueueState[] = [];
    const sent: string[] = [];
    const queue = new Queue(
      'q',
      async (step) => {
        if (step.kind === 'put' && step.id === 'a') throw new Problem(422, 'coding.time', 'within the recording');
        sent.push(step.kind);
      },
      (state) => states.push(state),
    );
    queue.push(put('a'));
    queue.push(put('b'));
    await settle();
    expect(sent).toEqual(['put']);
    expect(states.at(-1)).toMatchObject({ waiting: 0, held: false });
    expect(states.at(-1)?.refused?.problem.code).toBe('coding.time');
  });

  it('tries again after a pause', async () => {
    let tries = 0;
    const queue = new Queue(
      'q',
      async () => {
        tries += 1;
        if (tries === 1) throw new Problem(401, 'session.locked', '');
      },
      () => undefined,
    );
    queue.push(put('a'));
    await settle();
    expect(tries).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(tries).toBe(2);
    expect(queue.pending()).toHaveLength(0);
  });

  it('knows what may help', () => {
    expect(isWorthRepeating(new Problem(0, 'network', ''))).toBe(true);
    expect(isWorthRepeating(new Problem(503, 'http.503', ''))).toBe(true);
    expect(isWorthRepeating(new Problem(403, 'session.csrf', ''))).toBe(true);
    expect(isWorthRepeating(new Problem(409, 'coding.finished', ''))).toBe(false);
    expect(isWorthRepeating(new Problem(422, 'coding.value', ''))).toBe(false);
  });

  it('makes ids that the API takes', () => {
    expect(newId()).toMatch(/^[0-9a-f]{32}$/);
    expect(newId()).not.toBe(newId());
  });
});
