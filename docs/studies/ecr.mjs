// node docs/studies/ecr.mjs PROGRAM ANSWERS.csv.gz
//
// Computes the study of the ECR anew: the item parameters beside the definition, the figures, and every table of ecr.md
// between its marks. PROGRAM is a built securebase; ANSWERS the data of Open Psychometrics (its README: columns Q1 to Q36,
// age, gender, country). Everything takes about two minutes on two cores.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [program, answers] = process.argv.slice(2).map((path) => resolve(path));
if (!answers) {
  console.error('usage: node docs/studies/ecr.mjs PROGRAM ANSWERS.csv.gz');
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const content = resolve(here, '../../content/instruments/ecr/1998');
const work = mkdtempSync(join(tmpdir(), 'ecr-study-'));
const scales = ['avoidance', 'anxiety'];
const sample = 'people who chose to take an online test: two thirds women, half under 23, half in the United States; not a random sample of anyone';

function run(...words) {
  console.error(`securebase ${words.slice(0, 2).join(' ')} ...`);
  return execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
}
const on = (...words) => [...words, '--instrument', 'ecr', '--order', 'online-5pt', '--in', answers];
const json = (...words) => JSON.parse(run(...on(...words), '--json'));

const fixed = (value, digits = 2) => {
  if (value === null || value === undefined) return '';
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? '−' : ''}${text}`;
};
const share = (value, digits = 2) => fixed(value, digits).replace(/^(−?)0\./, '$1.');
const count = (value) => Math.round(value).toLocaleString('en-US');
const table = (head, rows) =>
  [`| ${head.join(' | ')} |`, `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');

const parts = {};
const fits = {};

// Parameters, beside the definition. Ages from 10 to 100 are believed.
const kept = [];
for (const scale of scales) {
  const file = join(content, `calibration.${scale}.toml`);
  kept.push('--calibration', file);
  fits[scale] = json(
    'calibrate', '--scale', scale, '--ages', '10-100', '--compare', '--item-fit', '--dependence',
    '--calibration', file, '--sample', sample, '--norm-group', 'online', '--source', 'openpsychometrics2018',
    '--plot', join(here, `ecr-precision-${scale}.svg`));
}

parts.fit = table(
  ['scale', 'people', 'log-likelihood, graded response', 'AIC', 'AIC, partial credit', 'marginal reliability', 'worst item fit (RMSEA)'],
  scales.map((scale) => {
    const fit = fits[scale];
    const [graded, partial] = fit.frames.comparison;
    const worst = Math.max(...fit.frames.item_fit.map((row) => row.rmsea));
    return [scale, count(fit.measures.people), fixed(graded.log_likelihood, 2), fixed(graded.aic, 0), fixed(partial.aic, 0),
      share(fit.measures.marginal_reliability, 3), share(worst, 3)];
  }));

parts.items = scales.map((scale) => {
  const fit = fits[scale];
  return `**${scale}**\n\n` + table(
    ['item', 'a (error)', 'b1', 'b2', 'b3', 'b4', 'RMSEA'],
    fit.estimates.map((row, i) => {
      const at = fit.frames.locations[i];
      return [row.term.replace('item ', ''), `${fixed(row.estimate)} (${share(row.std_error, 3)})`,
        ...[1, 2, 3, 4].map((k) => fixed(at[`threshold ${k}`])), share(fit.frames.item_fit[i].rmsea, 3)];
    }));
}).join('\n\n');

parts.dependence = table(
  ['scale', 'pairs that share most beside the state (Cramér\'s V)'],
  scales.map((scale) => [scale, fits[scale].frames.dependence_first.slice(0, 6)
    .map((pair) => `${pair.first.slice(5)} and ${pair.second.slice(5)} ${share(pair.cramers_v)}`).join(', ')]));

parts.precision = table(
  ['state', ...scales.map((scale) => `${scale}: error`), ...scales.map((scale) => `${scale}: reliability`)],
  fits.avoidance.frames.precision.map((row, i) => [fixed(row.state, 0),
    ...scales.map((scale) => share(fits[scale].frames.precision[i].error)),
    ...scales.map((scale) => share(fits[scale].frames.precision[i].reliability))]));

// Norms: as the files have them.
function normsOf(scale) {
  const norms = [];
  for (const part of readFileSync(join(content, `calibration.${scale}.toml`), 'utf8').split('[[scales.norms]]').slice(1)) {
    const norm = Object.fromEntries(part.trim().split('\n').map((line) => line.split(' = ')).filter((pair) => pair.length === 2));
    norms.push(norm);
  }
  return norms;
}
const ages = (norm) => norm.age_from && norm.age_to ? `${norm.age_from} to ${norm.age_to}` : norm.age_to ? `to ${norm.age_to}` : norm.age_from ? `${norm.age_from} and over` : 'all';
{
  const other = normsOf('anxiety');
  const key = (norm) => `${norm.gender ?? ''}/${ages(norm)}`;
  const cell = (norm) => (norm ? `${fixed(Number(norm.mean))} (${fixed(Number(norm.sd))})` : '');
  parts.norms = table(['gender', 'age', 'people', 'avoidance: mean (SD)', 'anxiety: mean (SD)'],
    normsOf('avoidance').map((norm) => [norm.gender ? norm.gender.replaceAll('"', '') : 'all', ages(norm), count(Number(norm.n)), cell(norm),
      cell(other.find((candidate) => key(candidate) === key(norm)))]));
}

// Items in groups
const groups = [
  ['gender', ['--group', 'gender', '--groups', 'female,male']],
  ['age', ['--group', 'age', '--bands', '18,25,35,45', '--groups', '18 to 24,to 17,25 to 34,35 to 44,45 and over', '--ages', '10-100']],
  ['country', ['--group', 'country', '--groups', 'US,GB+IE,CA,AU+NZ,IN+PH+SG+MY+PK+ID,*']],
];
{
  const rows = [];
  for (const scale of scales)
    for (const [what, words] of groups) {
      const found = json('calibrate', '--scale', scale, '--dif', ...words).frames.functioning;
      const size = (row) => Math.abs(row.standardised ?? 0);
      const sorted = [...found].sort((a, b) => size(b) - size(a));
      const notable = found.filter((row) => size(row) >= 0.2).length;
      rows.push([scale, what, `${notable} of ${found.length}`, sorted.slice(0, 4)
        .map((row) => `${row.item.slice(5)} in ${row.group} ${fixed(row.standardised)}`).join('; ')]);
    }
  parts.functioning = table(['scale', 'groups', 'differences of .20 SD or more', 'largest (SD of the expected answer)'], rows);
}

// Asked adaptively
const trial = json('cat', 'simulate', ...kept, '--plot', join(here, 'ecr-adaptive.svg'));
parts.rule = table(
  ['scale', 'people', 'questions on average', 'r', 'bias', 'RMSE', 'stated error'],
  trial.frames.rule.map((row) => [row.scale, count(row.people), fixed(row.items), share(row.r, 3), share(row.bias, 3), share(row.rmse, 3), share(row.error, 3)]));
parts.lengths = scales.map((scale) => `**${scale}**\n\n` + table(
  ['questions', 'r adaptive', 'r fixed', 'bias adaptive', 'bias fixed', 'RMSE adaptive', 'RMSE fixed', 'stated error'],
  trial.frames[`${scale}_lengths`].slice(0, 17).map((row) => [row.items, share(row.r, 4), share(row.r_fixed, 4), share(row.bias, 3), share(row.bias_fixed, 3),
    share(row.rmse, 3), share(row.rmse_fixed, 3), share(row.error, 3)]))).join('\n\n');
parts.exposure = table(
  ['scale', 'questions asked of more than half', 'of fewer than one in twenty'],
  scales.map((scale) => {
    const rows = trial.frames[`${scale}_exposure`];
    const names = (test) => rows.filter(test).map((row) => row.item.slice(5)).join(', ') || 'none';
    return [scale, names((row) => row.share_asked > 0.5), names((row) => row.share_asked < 0.05)];
  }));
const made = JSON.parse(run('cat', 'simulate', '--instrument', 'ecr', '--order', 'online-5pt', ...kept, '--people', '20000', '--json'));
parts.coverage = table(
  ['scale', 'people', 'questions on average', 'r with the state', 'bias', 'RMSE', 'stated error', '95 % intervals that hold the state'],
  made.frames.rule.map((row) => [row.scale, count(row.people), fixed(row.items), share(row.r, 3), share(row.bias, 3), share(row.rmse, 3), share(row.error, 3),
    `${(100 * row.coverage).toFixed(1)} %`]));

// Into the text
const paper = join(here, 'ecr.md');
let text = readFileSync(paper, 'utf8');
for (const [name, part] of Object.entries(parts)) {
  const marks = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(\\n<!-- end -->)`);
  if (!marks.test(text)) throw new Error(`ecr.md has no place for ${name}`);
  text = text.replace(marks, (_, begin, end) => `${begin}\n${part}\n${end}`);
}
writeFileSync(paper, text);
console.error(`written: ecr.md, three figures, two files of parameters (scratch: ${work})`);
