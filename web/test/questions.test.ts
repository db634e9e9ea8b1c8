import { describe, expect, it } from 'vitest';
import { noAnswer, problemOf } from '../src/shared/api/problem';
import {
  type Asked,
  answered,
  anyHelp,
  type Begun,
  guarded,
  helpNow,
  onward,
  optionsOf,
  putOf,
  sendable,
  shownItems,
  sizeOf,
} from '../src/shared/questions/questions';

const item = (position: number, asked = true) => ({
  position,
  asked,
  text: `Line ${position}`,
  lowest: 0,
  highest: 3,
  options: ['a', 'b'],
});
const form: Asked = {
  sheet: '0123456789abcdef0123456789abcdef',
  title: 'T',
  instruction: '',
  items: [item(1), item(2), { ...item(3), guarded: true }, item(4, false)],
  rules: [
    { action: 'show_help_if', item: 3, at_least: 1, items: [] },
    { action: 'show_item_if', item: 1, at_least: 2, items: [2] },
  ],
};

describe('a questionnaire', () => {
  it('asks what is asked, and what depends on an answer only after that answer', () => {
    const shown = (answers: Record<number, string>) => shownItems(form, answers).map((one) => one.position);
    expect(shown({})).toEqual([1, 3]);
    expect(shown({ 1: '1' })).toEqual([1, 3]);
    expect(shown({ 1: '2' })).toEqual([1, 2, 3]);
    expect(shown({ 1: 'skipped' })).toEqual([1, 3]);
  });
  it('shows help at once after an answer at or above the rule, and not after a question left out', () => {
    expect(helpNow(form, { 3: '0' }, 3)).toBe(false);
    expect(helpNow(form, { 3: '1' }, 3)).toBe(true);
    expect(helpNow(form, { 3: 'skipped' }, 3)).toBe(false);
    expect(helpNow(form, { 1: '3' }, 1)).toBe(false);
    expect(anyHelp(form, { 1: '3', 3: '2' })).toBe(true);
    expect([...guarded(form)]).toEqual([3]);
  });
  it('sends one answer for every question; what was not answered is never zero', () => {
    expect(sendable(form, { answers: {} })).toEqual(['skipped', 'not_applicable', 'skipped', 'not_asked']);
    expect(sendable(form, { answers: { 1: '2', 2: '0', 3: 'skipped' } })).toEqual(['2', '0', 'skipped', 'not_asked']);
    expect(sendable(form, { answers: { 1: '0', 2: '3' } })[1]).toBe('not_applicable');
    expect(sendable(form, { answers: { 4: '2' } })[3], 'what was said before it was left out').toBe('2');
    expect(sendable(form, { answers: { 4: 'skipped' } })[3]).toBe('not_asked');
  });
  it('gives every value an answer, by its number where there is no word', () => {
    expect(optionsOf(item(1)).map((option) => option.label)).toEqual(['a', 'b', '2', '3']);
    expect(optionsOf({ ...item(1), lowest: 1, highest: 2, options: [] }).map((option) => option.value)).toEqual([
      '1',
      '2',
    ]);
  });
  it('sets long questions smaller', () => {
    expect([sizeOf('x'), sizeOf('x'.repeat(56)), sizeOf('x'.repeat(121))]).toEqual(['', 'long', 'longer']);
  });
});

describe('a questionnaire that asks only what tells most', () => {
  const six: Asked = { ...form, rules: [], items: [1, 2, 3, 4, 5, 6].map((at) => item(at)) };
  const path = { put: [4, 1], least: 2, most: 5 };
  const said =
    (next: number | null, least_left = 0, most_left = 1) =>
    () =>
      Promise.resolve({ next, least_left, most_left });
  const off = () => Promise.reject(noAnswer());

  it('shows what was put, in that order, and sends the rest as not asked', () => {
    const begun = { answers: { 4: '2' }, path };
    expect(putOf(six, begun).items.map((one) => one.position)).toEqual([4, 1]);
    expect(answered(begun)?.put).toEqual([4]);
    expect(sendable(six, begun)).toEqual(['not_asked', 'not_asked', 'not_asked', '2', 'not_asked', 'not_asked']);
    expect(sendable(six, { answers: { 4: 'skipped' }, path })[3]).toBe('skipped');
  });
  it('asks the server after the last answer only, and for all that was answered', async () => {
    const begun: Begun = { answers: { 4: '2', 1: 'skipped' }, path };
    expect((await onward(six, begun, 0, off))[0]).toBe(1);
    let heard: string[] = [];
    const [step, next] = await onward(six, begun, 1, (answers) => {
      heard = answers;
      return said(6, 1, 3)();
    });
    expect(heard).toEqual(['skipped', 'not_asked', 'not_asked', '2', 'not_asked', 'not_asked']);
    expect(step).toBe(2);
    expect(next).toEqual({ put: [4, 1, 6], least: 3, most: 5 });
    expect((await onward(six, begun, 1, said(null, 0, 0)))[0]).toBe('review');
  });
  it('chooses anew what was put and not answered, where an earlier answer was changed', async () => {
    const [step, next] = await onward(six, { answers: { 4: '3' }, path }, 0, said(5));
    expect([step, next?.put]).toEqual([1, [4, 5]]);
  });
  it('goes on in order without the server, to the most that is wanted, and back to it when it answers', async () => {
    const begun: Begun = { answers: { 4: '2', 1: '0' }, path };
    const [step, next] = await onward(six, begun, 1, off);
    expect(step).toBe(2);
    expect(next).toEqual({ put: [4, 1, 2], least: 2, most: 6, alone: true });
    expect((await onward({ ...six, most: 2 }, begun, 1, off))[0]).toBe('review');
    expect((await onward({ ...six, most: 3 }, begun, 1, off))[1]?.most).toBe(3);
    const all = Object.fromEntries(six.items.map((one) => [one.position, '1']));
    const last = { put: [4, 1, 2, 3, 5, 6], least: 2, most: 6 };
    expect((await onward(six, { answers: all, path: last }, 5, off))[0]).toBe('review');
    const again = await onward(six, { answers: { 4: '2', 1: '0', 2: '1' }, path: next }, 2, said(6));
    expect(again[1]?.alone).toBeUndefined();
    await expect(onward(six, begun, 1, () => Promise.reject(problemOf(503, {})))).resolves.toHaveLength(2);
  });
  it('says what the server refuses', async () => {
    const refused = () => Promise.reject(problemOf(409, { code: 'measure.sent' }));
    await expect(onward(six, { answers: { 4: '2', 1: '0' }, path }, 1, refused)).rejects.toThrow();
  });
});
