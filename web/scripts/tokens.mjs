// Writes src/shared/tokens.css from tokens/tokens.json; fails when a pair of colours is below its WCAG 2.2 contrast.
// With --check it writes nothing and fails when the file is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';

const tokens = JSON.parse(readFileSync('tokens/tokens.json', 'utf8'));
const target = 'src/shared/tokens.css';
const lines = (set, indent) =>
  Object.entries(set)
    .map(([name, value]) => `${indent}--${name}: ${value};`)
    .join('\n');
const css = `/* Written from tokens/tokens.json by scripts/tokens.mjs. */
:root {
  color-scheme: light;
${lines(tokens.light, '  ')}
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme='light']) {
    color-scheme: dark;
${lines(tokens.dark, '    ')}
  }
}
:root[data-theme='dark'] {
  color-scheme: dark;
${lines(tokens.dark, '  ')}
}
@media print {
  :root:root:root {
    color-scheme: light;
${lines({ ...tokens.light, paper: '#FFFFFF', sunken: '#FFFFFF' }, '    ')}
  }
}
`;

const luminance = (colour) =>
  [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (a, b) => {
  const [high, low] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (high + 0.05) / (low + 0.05);
};
let low = 0;
let pairs = 0;
const need = (theme, text, grounds, least) => {
  for (const ground of grounds) {
    const found = contrast(tokens[theme][text], tokens[theme][ground]);
    pairs += 1;
    if (found >= least) continue;
    low += 1;
    console.error(`${theme}: ${text} on ${ground} is ${found.toFixed(2)}, needs ${least}`);
  }
};
for (const theme of ['light', 'dark']) {
  need(theme, 'ink', ['paper', 'surface', 'sunken', 'urgent-soft', 'notice-soft', 'calm-soft', 'accent-soft'], 7);
  need(theme, 'ink-2', ['paper', 'surface', 'sunken', 'urgent-soft'], 7);
  need(theme, 'ink-3', ['paper', 'surface', 'sunken', 'band-a'], 4.5);
  need(theme, 'accent', ['paper', 'surface', 'sunken', 'accent-soft'], 4.5);
  need(theme, 'on-accent', ['accent', 'accent-hover'], 4.5);
  for (const tone of ['calm', 'notice', 'urgent']) need(theme, tone, ['paper', 'surface', `${tone}-soft`], 4.5);
  for (const mark of ['rule', 'fan-line', 'data-1']) need(theme, mark, ['surface', 'band-a'], 4.5);
  for (const mark of ['data-2', 'data-3', 'data-4', 'data-5']) need(theme, mark, ['surface', 'band-a'], 3);
  need(theme, 'line-strong', ['paper', 'surface'], 3);
  need(theme, 'focus', ['paper', 'surface', 'sunken'], 3);
}
const stale = process.argv.includes('--check') && readFileSync(target, 'utf8') !== css;
if (stale) console.error(`${target} is not what tokens.json says: npm run tokens`);
if (!process.argv.includes('--check')) writeFileSync(target, css);
console.log(`tokens: ${pairs} pairs of colours, ${low} too low`);
process.exit(low || stale ? 1 : 0);
