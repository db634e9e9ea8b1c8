// A practice for trying things: the real server on a folder of its own, two doors in front of it, and Chromium.
// SECUREBASE names the program, CHROMIUM the browser.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { door } from './serve.mjs';

export const password = 'quiet paper dark ink';
const program = process.env.SECUREBASE ?? 'securebase';
const publicUrl = 'https://questions.example.org';
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

export async function practice() {
  const folder = mkdtempSync(join(tmpdir(), 'practice-'));
  const data = join(folder, 'data');
  await finished(spawn(program, ['setup', '--data', data]));
  const [api, portalApi, port, portalPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const args = ['serve', '--data', data, '--port', api, '--portal', '127.0.0.1', '--portal-port', portalApi];
  const server = spawn(program, [...args.map(String), '--public-url', publicUrl, '--backup-every', '0']);
  let said = '';
  server.stdout.on('data', (part) => {
    said += part;
  });
  for (let i = 0; i < 100 && !said.includes('portal listens'); i += 1) await new Promise((r) => setTimeout(r, 100));
  const token = /\n {4}(\S{22})\n/.exec(said)?.[1];
  if (!token) throw new Error(`no set-up token in: ${said}`);
  const reports = [];
  const doors = [
    await door({ port, api: `http://127.0.0.1:${api}`, page: 'workbench.html', reports }),
    await door({
      port: portalPort,
      api: `http://127.0.0.1:${portalApi}`,
      page: 'portal.html',
      host: publicUrl,
      reports,
    }),
  ];
  return {
    token,
    reports,
    workbench: `http://127.0.0.1:${port}`,
    portal: `http://127.0.0.1:${portalPort}`,
    async close() {
      for (const one of doors) one.close();
      server.kill('SIGTERM');
      await new Promise((done) => server.on('close', done));
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
    ...(viewport.width < 500 ? { deviceScaleFactor: 2, isMobile: true, hasTouch: true } : {}),
    ...extra,
  });
  made.setDefaultTimeout(8000);
  return made;
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

export async function signIn(page, place) {
  await page.goto(`${place.workbench}/sign-in`);
  await page.getByLabel('Login').fill('lena');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
}
