import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIntl } from 'react-intl';
import { describe, expect, it } from 'vitest';
import { pseudo } from '../src/shared/i18n/texts';

const words = (...names: string[]): Record<string, string> =>
  Object.assign({}, ...names.map((name) => JSON.parse(readFileSync(`src/shared/i18n/en-${name}.json`, 'utf8'))));
const ofThePortal = ['portal', 'mine', 'own'];
const ofTheWorkbench = readdirSync('src/shared/i18n')
  .flatMap((name) => /^en-(\w+)\.json$/.exec(name)?.[1] ?? [])
  .filter((name) => !ofThePortal.includes(name));

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? files(join(folder, entry.name))
      : /\.tsx?$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  );
const source = (folders: string[]) =>
  folders
    .flatMap((folder) => files(`src/${folder}`))
    .map((name) => readFileSync(name, 'utf8'))
    .join('\n');

const asked = (text: string) => [...text.matchAll(/\bt\(\s*'([\w.]+)'/g)].map((match) => match[1] as string);
const begun = (text: string) => [...text.matchAll(/\bt\(\s*`([\w.]+)\$\{/g)].map((match) => match[1] as string);

describe.each([
  ['workbench', ['workbench', 'shared/charts', 'shared/questions'], words(...ofTheWorkbench)],
  ['portal', ['portal', 'shared/questions'], words('questions', ...ofThePortal)],
] as const)('the catalogue of the %s', (_, folders, messages: Record<string, string>) => {
  const text = source([...folders]);
  it('has every message that is asked for', () => {
    expect(asked(text).filter((id) => !(id in messages))).toEqual([]);
    expect(begun(text).filter((start) => !Object.keys(messages).some((id) => id.startsWith(start)))).toEqual([]);
  });
  it('has messages that can all be formatted', () => {
    const intl = createIntl({ locale: 'en-GB', messages });
    for (const [id, message] of Object.entries(messages)) {
      const values = Object.fromEntries([...message.matchAll(/\{(\w+)/g)].map((match) => [match[1], 2]));
      expect(intl.formatMessage({ id }, values), id).not.toContain('{');
    }
  });
  it('never says that somebody watches, nor that something is safe', () => {
    for (const words of Object.values(messages)) {
      expect(words).not.toMatch(/will (see|read)|oops|overdue|non-compliant|\byou are safe\b/i);
    }
  });
});

describe('components', () => {
  it('hold no literal text', () => {
    const text = files('src')
      .filter((name) => name.endsWith('.tsx'))
      .map((name) => [name, readFileSync(name, 'utf8')] as const);
    const found = text.flatMap(([name, code]) =>
      [
        ...code.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+[.?]?)\s*</g),
        ...code.matchAll(/(?:aria-label|placeholder|alt|title)="([A-Z][^"]+)"/g),
      ].map((match) => `${name}: ${match[1]}`),
    );
    expect(found).toEqual([]);
  });
  it('can be shown with longer words: arguments are left alone', () => {
    expect(pseudo('Question {n} of {of}')).toMatch(/\{n\}.*\{of\}/);
    expect(pseudo('Back').length).toBeGreaterThan('Back'.length);
  });
});
