/** A run of words that stayed, was added or was taken out. */
export interface Run {
  is: 'same' | 'added' | 'gone';
  words: string;
}

const most = 4000;

const tokens = (text: string): string[] => text.match(/\s+|[^\s]+/g) ?? [];

/**
 * Differences of two texts, word by word: a longest common subsequence (Hunt & McIlroy 1976), after what both begin and
 * end with. Texts of very many words are told apart as wholes.
 */
export function wordDiff(before: string, after: string): Run[] {
  const a = tokens(before);
  const b = tokens(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const middle = between(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return joined([
    ...a.slice(0, start).map((words): Run => ({ is: 'same', words })),
    ...middle,
    ...a.slice(a.length - end).map((words): Run => ({ is: 'same', words })),
  ]);
}

function between(a: string[], b: string[]): Run[] {
  if (a.length > most || b.length > most)
    return [
      { is: 'gone', words: a.join('') },
      { is: 'added', words: b.join('') },
    ];
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const runs: Run[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      runs.push({ is: 'same', words: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      runs.push({ is: 'gone', words: a[i] ?? '' });
      i += 1;
    } else {
      runs.push({ is: 'added', words: b[j] ?? '' });
      j += 1;
    }
  }
  return runs;
}

const fewest = 3;

/** Neighbours of a kind as one; between two changes a word or two change with them, so that phrases stay whole. */
function joined(runs: Run[]): Run[] {
  const out: Run[] = [];
  let gone = '';
  let added = '';
  const flush = () => {
    if (gone) out.push({ is: 'gone', words: gone });
    if (added) out.push({ is: 'added', words: added });
    gone = '';
    added = '';
  };
  for (let i = 0; i < runs.length; ) {
    const run = runs[i];
    if (run?.is !== 'same') {
      if (run?.is === 'gone') gone += run.words;
      else added += run?.words ?? '';
      i += 1;
      continue;
    }
    let end = i;
    while (runs[end]?.is === 'same') end += 1;
    const same = runs
      .slice(i, end)
      .map((each) => each.words)
      .join('');
    const between = (gone !== '' || added !== '') && end < runs.length;
    if (between && same.split(/\s+/).filter(Boolean).length < fewest) {
      gone += same;
      added += same;
    } else {
      flush();
      out.push({ is: 'same', words: same });
    }
    i = end;
  }
  flush();
  return out;
}
