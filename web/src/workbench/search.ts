const plain = (words: string): string =>
  words
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();

/** Those whose words begin with every word that was typed, in the order they came. */
export function find<T>(all: T[], typed: string, words: (one: T) => string): T[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (!wanted.length) return all;
  return all.filter((one) => {
    const has = plain(words(one)).split(/[\s,]+/);
    return wanted.every((want) => has.some((word) => word.startsWith(want)));
  });
}

/** The one before or after; from nowhere in the list its first or last; none beyond its ends. */
export function neighbour(all: string[], here: string | undefined, by: 1 | -1): string | undefined {
  const at = here === undefined ? -1 : all.indexOf(here);
  if (at < 0) return by === 1 ? all[0] : all.at(-1);
  return all[at + by];
}
