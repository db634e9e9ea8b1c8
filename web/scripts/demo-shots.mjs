// Pictures of pages of a course in therapy, from the demonstration of SECUREBASE: build/shots, as shots.mjs names them.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { browser, call, context, desktop, phone } from './practice.mjs';

const out = 'build/shots';
mkdirSync(out, { recursive: true });
const folder = mkdtempSync(`${tmpdir()}/securebase-shots-`);
const program = process.env.SECUREBASE ?? '../build/release/securebase';
const demo = spawn(program, ['demo', '--data', `${folder}/demo`, '--port', '0']);
const [base, password] = await new Promise((resolve, reject) => {
  let said = '';
  demo.stdout.on('data', (part) => {
    said += part;
    const at = /listens on (http:\S+?)\/?\s/.exec(said);
    const word = /demo-therapist +(\S+)/.exec(said);
    if (at && word) resolve([at[1], word[1]]);
  });
  demo.on('exit', () => reject(new Error(`the demonstration ended: ${said}`)));
});

/** A course with a session to come and claims, and one in which something waits. */
async function chosen(page) {
  const found = {};
  for (const { id, ended_on } of (await call(page, 'GET', '/courses')).items) {
    if (ended_on || (found.session && found.plan)) continue;
    const plan = await call(page, 'GET', `/courses/${id}/plan`);
    const next = (await call(page, 'GET', `/courses/${id}/sessions`)).items
      .map((one) => one.session ?? one)
      .find((one) => !one.began_at && !one.attendance);
    const path = `/courses/${id}/sessions/${next?.id}`;
    if (next && !found.session && (await call(page, 'GET', path)).claims.length) found.session = path;
    if (plan.techniques.some((one) => one.held.length)) {
      found.plan ??= `/courses/${id}/plan`;
      found.safety ??= `/courses/${id}/safety`;
    }
  }
  return found;
}

const chromium = await browser();
try {
  for (const size of [desktop, phone])
    for (const scheme of ['light', 'dark']) {
      const own = await context(chromium, size, scheme);
      const page = await own.newPage();
      await page.goto(`${base}/`);
      await page.getByLabel('Login').fill('demo-therapist');
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
      for (const [name, path] of Object.entries(await chosen(page))) {
        await page.goto(base + path);
        await page.waitForLoadState('networkidle').catch(() => undefined);
        await page.waitForTimeout(500);
        const file = `70-${name}-${size === desktop ? 'desktop' : 'phone'}-${scheme}`;
        await page.screenshot({ path: `${out}/${file}.png` });
      }
      await own.close();
    }
} finally {
  await chromium.close();
  demo.removeAllListeners('exit');
  demo.kill();
  rmSync(folder, { recursive: true, force: true });
}
