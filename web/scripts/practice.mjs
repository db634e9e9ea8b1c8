// A practice for trying things: the real server on a folder of its own, asked directly, and Chromium. SECUREBASE names the
// program, CHROMIUM the browser. PAGES=own (otherwise, where it has any) takes the pages that the program carries, PAGES=dist
// those that were built last.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

export const password = 'quiet paper dark ink';
const program = process.env.SECUREBASE ?? 'securebase';
export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

const finished = (child) =>
  new Promise((done, failed) => {
    let out = '';
    child.stdout.on('data', (part) => {
      out += part;
    });
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done(out) : failed(new Error(`${program} ended with ${code}`))));
  });

/** A certificate for the portal, good for two days: what phones are served goes through TLS, as it does in a practice. */
async function certificate(folder) {
  const [key, chain] = [join(folder, 'key.pem'), join(folder, 'chain.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await finished(spawn('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', chain, ...name]));
  return ['--tls-certificate', chain, '--tls-key', key];
}

const dist = new URL('../dist/', import.meta.url);
const reports = [];
let origins = [];
let overlaid = false;

export async function practice() {
  const folder = mkdtempSync(join(tmpdir(), 'practice-'));
  const data = join(folder, 'data');
  await finished(spawn(program, ['setup', '--data', data]));
  const [port, portalPort] = await Promise.all([freePort(), freePort()]);
  const workbench = `http://localhost:${port}`;
  const portal = `https://127.0.0.1:${portalPort}`;
  const args = ['serve', '--data', data, '--port', port, '--portal', '127.0.0.1', '--portal-port', portalPort];
  args.push('--public-url', portal, '--backup-every', '0', ...(await certificate(folder)));
  // What a proxy in front of the portal says of who asked is believed: so a phone can come from elsewhere.
  args.push('--trusted-proxy', '127.0.0.1');
  const server = spawn(program, args.map(String));
  let said = '';
  let complained = '';
  server.stdout.on('data', (part) => {
    said += part;
  });
  server.stderr.on('data', (part) => {
    complained = (complained + part).slice(-4000);
  });
  for (let i = 0; i < 100 && !said.includes('portal listens'); i += 1) await new Promise((r) => setTimeout(r, 100));
  const token = /\n {4}(\S{22})\n/.exec(said)?.[1];
  if (!token) throw new Error(`no set-up token in: ${said}`);
  origins = [workbench, workbench.replace('localhost', '127.0.0.1'), portal];
  const own = await fetch(`${workbench}/`);
  const html = own.headers.get('content-type')?.startsWith('text/html') ? await own.text() : '';
  overlaid = (process.env.PAGES ?? (html ? 'own' : 'dist')) === 'dist';
  const entry = (text) => /assets\/workbench-[\w-]+\.js/.exec(text)?.[0];
  const current = entry(html) === entry(readFileSync(new URL('workbench.html', dist), 'utf8'));
  console.log(`pages: ${overlaid ? 'those in dist' : `the program's own${current ? '' : ', older than dist'}`}`);
  return {
    token,
    reports,
    overlaid,
    /** The end of what the program wrote for whoever runs it. */
    complaints: () => complained,
    workbench,
    portal,
    /** Sheets that were answered earlier: the record itself is changed, so that the server speaks of those days. */
    async answeredOn(days) {
      const script = [
        'import json, sqlite3, sys',
        'record = sqlite3.connect(sys.argv[1], timeout=5)',
        'record.executemany("UPDATE administration SET given_at = ?2, sent_at = ?2 WHERE id = ?1", json.loads(sys.argv[2]))',
        'record.commit()',
      ];
      const moved = days.map(([id, at]) => [id, Date.parse(at)]);
      await finished(spawn('python3', ['-c', script.join('\n'), join(data, 'record.db'), JSON.stringify(moved)]));
    },
    async close() {
      server.kill('SIGTERM');
      await new Promise((done) => server.on('close', done));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The pages of dist in place of those that the program carries: bytes only. Host, TLS, headers, nonce and the API stay
 * the program's.
 */
async function overlay(made) {
  const types = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', woff2: 'font/woff2' };
  await made.route(
    (url) => origins.includes(url.origin) && !url.pathname.startsWith('/api/'),
    async (route) => {
      const url = new URL(route.request().url());
      const ending = extname(url.pathname).slice(1);
      const file = new URL(`.${url.pathname}`, dist);
      if (ending) {
        if (!existsSync(file)) return route.fulfill({ status: 404 });
        return route.fulfill({ body: readFileSync(file), contentType: types[ending] ?? 'text/plain' });
      }
      const answer = await route.fetch().catch(() => undefined);
      if (!answer) return route.abort();
      const nonce = /'nonce-([^']+)'/.exec(answer.headers()['content-security-policy'])[1];
      const page = url.origin === origins.at(-1) ? 'portal.html' : 'workbench.html';
      const body = readFileSync(new URL(page, dist), 'utf8').replaceAll('__CSP_NONCE__', nonce);
      await route.fulfill({ status: 200, headers: { ...answer.headers(), 'content-type': 'text/html' }, body });
    },
  );
}

export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });

export async function context(one, viewport, colorScheme, extra = {}) {
  const made = await one.newContext({
    viewport,
    colorScheme,
    locale: 'en-GB',
    timezoneId: 'UTC',
    ignoreHTTPSErrors: true,
    ...(viewport.width < 500 ? { deviceScaleFactor: 2, isMobile: true, hasTouch: true } : {}),
    ...extra,
  });
  made.setDefaultTimeout(20_000);
  if (overlaid) await overlay(made);
  await made.exposeBinding('reportPolicy', (_, words) => {
    reports.push(words);
  });
  await made.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      window.reportPolicy(`${event.documentURI}: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return made;
}

/** Until nothing is awaited, letters are there and colours have come to rest. */
export async function settled(page) {
  await page.waitForFunction(
    () => document.fonts.status === 'loaded' && !document.querySelector('[role=status].waiting, [role=status].waits'),
  );
  await page.waitForTimeout(160);
}

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe has against the page as it stands. The script comes by the debugger: the page's own policy stays. */
export async function faults(page) {
  await page.evaluate(axe);
  return page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values } });
    return violations.map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => `${n.target.join(' ')} ${n.failureSummary}`)
          .join(' | ')
          .slice(0, 400)}`,
    );
  }, tags);
}

/** The API as the page itself would ask it: for what a test needs and does not try. */
export const call = (page, method, path, body) =>
  page.evaluate(
    async ([verb, where, what]) => {
      const session = await (await fetch('/api/v1/session')).json();
      const answer = await fetch(`/api/v1${where}`, {
        method: verb,
        headers: { 'X-CSRF-Token': session.csrf, ...(what ? { 'Content-Type': 'application/json' } : {}) },
        body: what ? JSON.stringify(what) : undefined,
      });
      const said = answer.status === 204 ? null : await answer.json();
      if (!answer.ok) throw new Error(`${verb} ${where}: ${JSON.stringify(said)}`);
      return said;
    },
    [method, path, body],
  );

/** Takes the screen back from the room, by the password. */
export const unlock = (page) =>
  page.evaluate(async (words) => {
    const answer = await fetch('/api/v1/session/unlock', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ password: words }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }, password);

/** A phone as a proxy in front of the portal would announce it. */
export const fromOutside = {
  extraHTTPHeaders: { 'X-Forwarded-For': '203.0.113.7', 'X-Forwarded-Proto': 'https' },
  userAgent:
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Mobile Safari/537.36',
};

/** What has to be there before sheets go to phones: a phone that has reached the portal, and a tested path. */
export async function readyForPhones(chromium, page, place) {
  const { token } = await call(page, 'POST', '/settings/portal/trial');
  const made = await context(chromium, phone, 'light', fromOutside);
  const tab = await made.newPage();
  await tab.goto(`${place.portal}/#try=${token}`);
  await tab.getByRole('button', { name: 'Try it now' }).tap();
  await tab.getByText('It reached this phone').waitFor();
  await made.close();
  await call(page, 'PATCH', '/settings', {
    risk_person: 'Linden House',
    risk_phone: '01632 960 000',
    risk_hours: 'weekdays 9 to 17',
  });
  await call(page, 'POST', '/settings/risk-path/test', { how: 'Called at 10; Lena answered.' });
}

/** Invented words in place of an instrument's own. */
export const inventedWords = (items, answers) =>
  [
    'item,text,locale',
    'title,Invented form,en',
    ...Array.from({ length: items }, (_, i) => `${i + 1},Invented question ${i + 1},en`),
    ...Array.from({ length: answers }, (_, i) => `answer ${i},Invented answer ${i},en`),
    '',
  ].join('\n');

const ordinal = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';
const counted = (items) => Array.from({ length: items }, (_, i) => i + 1);

/** Invented forms of three formats, of so many items with so many answers from 0. */
export const inventedForms = {
  fhir: (items, answers, title = 'Invented form') => ({
    name: 'form.json',
    mimeType: 'application/json',
    buffer: Buffer.from(
      JSON.stringify({
        resourceType: 'Questionnaire',
        language: 'en',
        title,
        copyright: 'Invented for a test.',
        item: counted(items).map((n) => ({
          linkId: `q${n}`,
          type: 'choice',
          text: `Invented question ${n}`,
          answerOption: counted(answers).map((a) => ({
            extension: [{ url: ordinal, valueDecimal: a - 1 }],
            valueCoding: { code: `a${a - 1}`, display: `Invented answer ${a - 1}` },
          })),
        })),
      }),
    ),
  }),
  redcap: (items, answers, word = 'Invented question') => ({
    name: 'dictionary.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `\uFEFF${[
        'Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"Choices, Calculations, OR Slider Labels"',
        ...counted(items).map(
          (n) =>
            `q${n},invented,,radio,${word} ${n},"${counted(answers)
              .map((a) => `${a - 1}, Invented answer ${a - 1}`)
              .join(' | ')}"`,
        ),
        '',
      ].join('\n')}`,
    ),
  }),
  osd: (items, answers) => ({
    name: 'form.osd',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(
      JSON.stringify({
        osd_version: '1.0',
        definition: {
          scale_info: { name: 'Invented form', license: 'Invented for a test.' },
          likert_options: { points: answers, min: 0, labels: counted(answers).map((a) => `a${a - 1}`) },
          items: counted(items).map((n) => ({ id: `q${n}`, type: 'likert', text_key: `t${n}` })),
        },
        translations: {
          en: Object.fromEntries([
            ...counted(items).map((n) => [`t${n}`, `Invented question ${n}`]),
            ...counted(answers).map((a) => [`a${a - 1}`, `Invented answer ${a - 1}`]),
          ]),
        },
      }),
    ),
  }),
};

export async function setUp(page, place) {
  await page.goto('about:blank');
  await page.goto(`${place.workbench}/set-up#${place.token}`);
  await page.getByLabel('Name of the practice').fill('Linden House');
  await page.getByLabel('Your name').fill('Dr Lena Hart');
  await page.getByLabel('Login').fill('lena');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
}

export async function signIn(page, place, login = 'lena') {
  await page.goto(`${place.workbench}/sign-in`);
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
}
