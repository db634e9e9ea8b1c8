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
