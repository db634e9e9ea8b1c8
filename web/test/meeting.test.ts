import { describe, expect, it } from 'vitest';
import { keyAction, meetingAction } from '../src/workbench/keymap';
import { offsetText, techniquesIn } from '../src/workbench/meeting/record';

describe('techniques in a line', () => {
  it('are ids with minutes or without', () => {
    expect(techniquesIn('r2 10, t2')).toEqual([
      { technique: 'R2', minutes: 10 },
      { technique: 'T2', minutes: null },
    ]);
    expect(techniquesIn(' W1  5 ;')).toEqual([{ technique: 'W1', minutes: 5 }]);
  });
  it('are none where a part is not one', () => {
    for (const text of ['', ',', 'r2 ten', 'r2 10 t2', '10', 'grounding']) expect(techniquesIn(text)).toBeUndefined();
  });
});

describe('the time of a mark', () => {
  it('is minutes and seconds', () => {
    expect(offsetText(0)).toBe('0:00');
    expect(offsetText(754_999)).toBe('12:34');
    expect(offsetText(3_600_000)).toBe('60:00');
  });
});

describe('keys of a session', () => {
  it('are none of the whole workbench', () => {
    for (const key of Object.keys(meetingAction)) expect(keyAction(false, key)).toEqual({ pending: false });
  });
});
