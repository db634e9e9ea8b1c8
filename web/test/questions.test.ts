import { describe, expect, it } from 'vitest';
import {
  type Asked,
  anyHelp,
  guarded,
  helpNow,
  optionsOf,
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
    expect(sendable(form, {})).toEqual(['skipped', 'not_applicable', 'skipped', 'not_asked']);
    expect(sendable(form, { 1: '2', 2: '0', 3: 'skipped' })).toEqual(['2', '0', 'skipped', 'not_asked']);
    expect(sendable(form, { 1: '0', 2: '3' })[1]).toBe('not_applicable');
    expect(sendable(form, { 4: '2' })[3], 'what was said before it was left out').toBe('2');
    expect(sendable(form, { 4: 'skipped' })[3]).toBe('not_asked');
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
