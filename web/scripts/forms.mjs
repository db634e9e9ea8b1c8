// Writes src/workbench/forms.json: of every instrument the range of its answers, our own short gists and, where the
// wording is our own, the questions. Read from the definitions below ../content. With --check: fails when they differ.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = '../content/instruments';
const target = 'src/workbench/forms.json';

const value = (text) => {
  const t = text.trim();
  if (t.startsWith('"')) return JSON.parse(t);
  if (t.startsWith('[{'))
    return [...t.matchAll(/\{([^}]*)\}/g)].map((m) => {
      const inner = {};
      for (const [, key, list, number] of m[1].matchAll(/(\w+)\s*=\s*(?:\[([\d,\s]*)\]|(-?\d+))/g))
        inner[key] = list === undefined ? Number(number) : list.split(',').map(Number);
      return inner;
    });
  if (t.startsWith('[')) return JSON.parse(t);
  if (t === 'true' || t === 'false') return t === 'true';
  const n = Number(t);
  return Number.isNaN(n) ? t : n;
};

/** The part of TOML that is needed here: tables, lists of tables, and values on one line. */
const read = (file) => {
  const all = { tables: {}, lists: {} };
  let into = all.tables;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const list = /^\[\[([\w.]+)\]\]/.exec(line);
    const table = /^\[([\w.]+)\]/.exec(line);
    const pair = /^([\w.-]+)\s*=\s*(.*)$/.exec(line);
    if (list) {
      into = {};
      all.lists[list[1]] ??= [];
      all.lists[list[1]].push(into);
    } else if (table) {
      into = {};
      all.tables[table[1]] = into;
    } else if (pair) {
      try {
        into[pair[1]] = value(pair[2].replace(/\s+#[^"]*$/, ''));
      } catch {
        // a value over several lines: nothing that is read here
      }
    }
  }
  return all;
};

const forms = {};
for (const id of readdirSync(root).sort())
  for (const version of readdirSync(`${root}/${id}`).sort()) {
    const folder = `${root}/${id}/${version}`;
    const { tables, lists } = read(`${folder}/instrument.toml`);
    const count = tables.items.count;
    const form = {
      recall: tables.recall ?? '',
      lowest: Array(count).fill(tables.responses.min),
      highest: Array(count).fill(tables.responses.max),
    };
    for (const range of tables.items.ranges ?? [])
      for (const item of range.items) {
        form.lowest[item - 1] = range.min;
        form.highest[item - 1] = range.max;
      }
    form.orders = Object.fromEntries(
      (lists.orders ?? []).filter((o) => o.min !== undefined).map((o) => [o.id, { lowest: o.min, highest: o.max }]),
    );
    form.gists = tables['items.gists'] ?? {};
    form.risk_items = (lists.risks ?? []).flatMap((risk) => risk.items);
    form.rules = (lists.rules ?? []).map(({ action, item, at_least, items }) => ({
      action,
      item,
      at_least,
      items: items ?? [],
    }));
    if (existsSync(`${folder}/text.en-GB.toml`)) {
      const text = read(`${folder}/text.en-GB.toml`);
      form.title = text.tables.title;
      form.instruction = text.tables.instruction;
      form.options = text.tables.options;
      form.texts = (text.lists.items ?? []).map((item) => item.text);
    }
    forms[`${id}/${version}`] = form;
  }
const json = `${JSON.stringify(forms, null, 1)}\n`;
if (process.argv.includes('--check')) {
  const same = readFileSync(target, 'utf8') === json;
  console.log(same ? 'forms: equal to ../content' : 'forms: differ from ../content: npm run forms');
  process.exit(same ? 0 : 1);
}
writeFileSync(target, json);
console.log(`forms: ${Object.keys(forms).length} instruments`);
