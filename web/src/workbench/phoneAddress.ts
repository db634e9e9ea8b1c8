/** What opens the sheet on a phone: the token behind the #, so that no server on the way reads it. Nothing without a portal. */
export const addressOf = ({ address, token }: { address: string; token: string }): string | undefined =>
  address ? `${address.replace(/\/*$/, '/')}#${token}` : undefined;

interface Letters {
  capital: (letter: string) => string;
  '-': string;
  _: string;
}

/** A code in groups of four, and how each group is said. Capital and small letters differ. */
export function spoken(code: string, words: Letters): { at: number; written: string; said: string }[] {
  const say = (sign: string): string => {
    if (sign === '-' || sign === '_') return words[sign];
    return /[A-Z]/.test(sign) ? words.capital(sign) : sign;
  };
  return (code.match(/.{1,4}/g) ?? []).map((written, at) => ({ at, written, said: [...written].map(say).join(', ') }));
}
