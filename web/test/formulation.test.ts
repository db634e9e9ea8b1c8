import { describe, expect, it } from 'vitest';
import { stepPath } from '../src/workbench/formulation/Confidence';
import { wordDiff } from '../src/workbench/formulation/diff';
import { numbersOf } from '../src/workbench/formulation/EpisodeForm';
import { pageOf } from '../src/workbench/pages/FormulationPage';

const told = (before: string, after: string) =>
  wordDiff(before, after)
    .map((run) => (run.is === 'same' ? run.words : run.is === 'added' ? `+${run.words}+` : `-${run.words}-`))
    .join('');

describe('differences of two texts', () => {
  it('are told word by word', () => {
    expect(told('Going quiet kept peace.', 'Going quiet kept the peace at home.')).toBe(
      'Going quiet kept -peace.-+the peace at home.+',
    );
    expect(told('one two three', 'one three')).toBe('one -two -three');
    expect(told('', 'new words')).toBe('+new words+');
    expect(told('old words', '')).toBe('-old words-');
    expect(told('the same', 'the same')).toBe('the same');
  });
  it('keep phrases whole between two changes', () => {
    expect(told('a big old house', 'a small new house')).toBe('a -big old-+small new+ house');
  });
  it('do not fall to pieces over a word that both have', () => {
    expect(told('It costs you something that day.', 'You use it less that day.')).toBe(
      '-It costs you something-+You use it less+ that day.',
    );
    expect(told('may look after me now', 'looked after us')).toBe('-may look after me now-+looked after us+');
  });
  it('give back both texts, whatever they are', () => {
    const words = ['a', 'b', ' ', '\n', 'c', '  '];
    for (let seed = 1; seed < 200; seed += 1) {
      const text = (n: number) =>
        Array.from({ length: (seed * n) % 17 }, (_, i) => words[(seed * (i + n) * 7 + i * i) % words.length]).join('');
      const [before, after] = [text(3), text(5)];
      const runs = wordDiff(before, after);
      const side = (is: string) =>
        runs
          .filter((run) => run.is === 'same' || run.is === is)
          .map((run) => run.words)
          .join('');
      expect(side('gone')).toBe(before);
      expect(side('added')).toBe(after);
    }
  });
});

describe('how sure two people are', () => {
  it('goes in steps from left to right, higher for surer', () => {
    const path = stepPath(
      [
        { at: 0, confidence: 100 },
        { at: 50, confidence: 0 },
      ],
      100,
    );
    expect(path).toBe('M4.0 4.0H66.0V30.0H128.0');
    expect(stepPath([], 1)).toBe('');
  });
});

describe('numbers of standard categories', () => {
  it('are read as people write them', () => {
    expect(numbersOf('4, 12;7 4')).toEqual([4, 12, 7]);
    expect(numbersOf('')).toEqual([]);
    expect(numbersOf('4, c5')).toBeUndefined();
    expect(numbersOf('0')).toBeUndefined();
  });
});

describe('the page', () => {
  it('has plain words and what was put on it, never the working words', () => {
    const link = { event: null, claim: null, words: 'Perhaps.', otherwise: null };
    const claim = {
      about: 'self' as const,
      figure: null,
      cue: 'c',
      expectation: 'e',
      disconfirmed_by: 'd',
      confidence: 50,
    };
    const page = pageOf({
      id: '1',
      number: 1,
      written_by: '2',
      written_at: '2026-11-25T10:00:00Z',
      shared_at: null,
      unshared_at: null,
      sections: [
        { kind: 'strengths', words: 'Working words.', plain: 'Plain words.' },
        { kind: 'reflection', words: 'Working words.', plain: ' ' },
      ],
      links: [
        { ...link, on_page: true },
        { ...link, on_page: false },
      ],
      claims: [
        { ...claim, claim: 'a', on_page: false },
        { ...claim, claim: 'b', on_page: true },
      ],
    });
    expect(page.sections).toEqual([{ kind: 'strengths', plain: 'Plain words.' }]);
    expect(page.links).toHaveLength(1);
    expect(page.claims.map((each) => each.claim)).toEqual(['b']);
    expect(JSON.stringify(page)).not.toContain('Working');
  });
});
