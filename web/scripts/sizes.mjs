// Sizes of what a first visit loads, as gzip: fails above the bars.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const bars = { workbench: 200, portal: 95 };
const kB = (bytes) => bytes / 1000;
const zipped = (name) => gzipSync(readFileSync(`dist/${name}`), { level: 9 }).length;

/** Scripts that a page loads before anything is pressed: the entry, what it imports, and the routes given. */
function scripts(page, routes) {
  const html = readFileSync(`dist/${page}.html`, 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((m) => m[1]);
  const all = readdirSync('dist/assets');
  for (const route of routes)
    wanted.push(
      ...all.filter((name) => name.startsWith(`${route}-`) && name.endsWith('.js')).map((name) => `assets/${name}`),
    );
  const seen = new Set();
  const add = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const m of readFileSync(`dist/${name}`, 'utf8').matchAll(
      /from\s*"\.\/([^"]+\.js)"|import\s*"\.\/([^"]+\.js)"/g,
    ))
      add(`assets/${m[1] ?? m[2]}`);
  };
  for (const name of wanted) add(name);
  return [...seen];
}

let over = 0;
for (const [page, routes, what] of [
  ['workbench', ['SignIn'], 'workbench, signing in'],
  ['workbench', ['Today'], 'workbench, Today'],
  ['workbench', ['Course'], 'workbench, a course with its chart'],
  ['portal', [], 'portal'],
]) {
  const js = scripts(page, routes).reduce((sum, name) => sum + zipped(name), 0);
  const bar = bars[page];
  if (kB(js) >= bar) over += 1;
  console.log(`${what}: ${kB(js).toFixed(1)} kB of script (bar ${bar})`);
}
process.exit(over ? 1 : 0);
