// The observers' desk through the pages: a recording that is played from the disk and never sent, one key a code, undo,
// what waits while nobody answers, blind double coding, agreement, a procedure with soft limits, guard words everywhere.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { call, context, desktop, faults, password, signIn } from './practice.mjs';

const marker = 'RECORDING-ZQ7X4';
const guard = 'Not for custody. Not evidence of maltreatment. Not a diagnosis.';

/** Half a minute of a quiet tone as a WAV file, with a word in it that can be looked for. */
function recording() {
  const rate = 8000;
  const samples = Buffer.alloc(rate * 30, 128);
  for (let i = 0; i < samples.length; i += 1)
    samples[i] = 128 + Math.round(4 * Math.sin((i * 2 * Math.PI * 220) / rate));
  samples.write(marker, 4000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return { name: 'invented.wav', mimeType: 'audio/wav', buffer: Buffer.concat([head, samples]) };
}

/** Everything the page sends, so that the recording can be looked for in it. */
function listenTo(page) {
  const sent = [];
  const note = (request) => sent.push({ url: request.url(), body: request.postDataBuffer() });
  page.on('request', note);
  return {
    sent,
    stop: () => page.off('request', note),
  };
}

export function deskParts({ part, page, place, chromium, listen, figures }) {
  const at = (path) => page.goto(place.workbench + path);
  const button = (name) => page.getByRole('button', { name, exact: true });
  const saved = () => page.getByText('Saved', { exact: true }).waitFor();
  let clip;
  let coding;

  part(
    'observers: a recording from the disk that no request carries, one key a code, undo, saved at once',
    async () => {
      await at('/today');
      await page.getByRole('link', { name: "Observers' desk" }).click();
      await page.getByText('No clips yet').waitFor();
      assert.deepEqual(await faults(page), []);
      await button('New clip').click();
      await page.getByLabel('What it is called').fill('A session that never was');
      assert.deepEqual(await faults(page), []);
      await button('Make the clip').click();
      await page.getByRole('heading', { level: 1, name: 'Clip 1' }).waitFor();
      clip = new URL(page.url()).pathname.split('/').at(-1);
      await page.getByText('No sheets yet').waitFor();
      await page.getByLabel('System').selectOption({ label: 'Ruptures and repairs in a session' });
      assert.deepEqual(await faults(page), []);
      await button('Begin').click();
      await page.getByRole('heading', { level: 1, name: 'Ruptures and repairs in a session' }).waitFor();
      coding = new URL(page.url()).pathname.split('/').at(-1);
      await page.getByText('Nothing yet. A code stands here').waitFor();
      assert.deepEqual(await faults(page), []);

      const { sent, stop } = listenTo(page);
      await page.locator('input[type=file]').setInputFiles(recording());
      await page.waitForFunction(() => document.querySelector('video')?.duration > 29);
      await page.getByRole('heading', { level: 1 }).focus();
      const from = performance.now();
      await page.keyboard.press('w');
      await page.getByText('One code', { exact: true }).waitFor();
      const shown = performance.now() - from;
      await saved();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('a');
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('1');
      await page.getByText('3 codes', { exact: true }).waitFor();
      await page.getByText('0:02.0').first().waitFor();
      await page.getByText('0:07.0').first().waitFor();
      await page.keyboard.press('Control+z');
      await page.getByText('2 codes', { exact: true }).waitFor();
      await saved();
      await page
        .getByRole('group', { name: /Short, closed answers/ })
        .getByRole('button', { name: '2' })
        .click();
      await saved();
      await button('Go to 0:02.0').click();
      assert.equal(await page.evaluate(() => Math.round(document.querySelector('video').currentTime)), 2);

      // Played for a moment: it is not fetched, and not sent.
      await page.getByRole('heading', { level: 1 }).focus();
      await page.keyboard.press('Space');
      await page.waitForFunction(() => document.querySelector('video').currentTime > 2.3);
      await page.keyboard.press('Space');
      await page.waitForFunction(() => document.querySelector('video').paused);
      stop();
      const carried = sent.filter(({ body }) => body && (body.includes(marker) || body.length > 4096));
      assert.deepEqual(carried, [], 'a request carries the recording');
      for (const { url } of sent)
        assert.ok(url.startsWith(place.workbench) || url.startsWith('blob:'), `asked elsewhere: ${url}`);
      assert.ok(
        sent.some(({ body }) => body?.includes('w.minimal')),
        'the codes themselves are sent',
      );
      figures.push(
        `a code shows ${shown.toFixed(0)} ms after its key; ${sent.length} requests, none with the recording`,
      );

      await page.reload();
      await page.getByText('2 codes', { exact: true }).waitFor();
      await page.getByText('One code was changed or undone; it is kept.').waitFor();
      assert.equal(
        await page
          .getByRole('group', { name: /Short, closed answers/ })
          .getByRole('button', { name: '2' })
          .getAttribute('aria-pressed'),
        'true',
      );
    },
  );

  part('observers: what nobody answers waits in the tab and is sent again; ratings; finished stays', async () => {
    await page.route('**/api/v1/codings/**', (route) =>
      route.request().method() === 'GET' ? route.continue() : route.abort(),
    );
    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.press('s');
    await page.getByText('One code is not saved yet').waitFor();
    await page.reload();
    await page.getByText('3 codes', { exact: true }).waitFor();
    await page.unroute('**/api/v1/codings/**');
    await button('Try again').click();
    await saved();
    await page.reload();
    await page.getByText('3 codes', { exact: true }).waitFor();
    await page.getByLabel('How much it got in the way, 0 to 5 min').selectOption('3');
    await saved();
    assert.deepEqual(await faults(page), []);
    await button('Finish this sheet').click();
    await page.getByText('Finished. It stays as it is.').waitFor();
    await button('Save as a table').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Finish this sheet' }).count(), 0);
    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.press('w');
    await page.waitForTimeout(200);
    await page.getByText('3 codes', { exact: true }).waitFor();
  });

  part('observers: another codes blind; both finished, they see each other and how far they agree', async () => {
    const none = { therapist: false, supervisor: false, admin: false, researcher: false };
    const invited = await call(page, 'POST', '/users', {
      login: 'iris',
      display_name: 'Iris Vale',
      ...none,
      therapist: true,
    });
    await call(page, 'POST', '/password', { token: invited.token, password });
    const own = await context(chromium, desktop, 'light');
    const tab = await own.newPage();
    listen(tab);
    await signIn(tab, place, 'iris');
    const sheet = await call(tab, 'POST', `/clips/${clip}/codings`, {
      system: 'rupture-markers',
      purpose: 'independent',
    });
    await tab.goto(`${place.workbench}/desk/codings/${coding}`);
    await tab
      .getByText('Another’s sheet opens', { exact: false })
      .or(tab.getByText("Another's sheet opens", { exact: false }))
      .first()
      .waitFor();
    assert.ok(!(await tab.locator('main').textContent()).includes('Short, closed answers'), 'nothing of it is seen');
    for (const [code, start_ms] of [
      ['w.minimal', 600],
      ['c.person', 2900],
      ['r.clarify', 9000],
    ])
      await call(tab, 'POST', `/codings/${sheet.id}/codes`, { code, start_ms });
    await call(tab, 'PUT', `/codings/${sheet.id}/ratings`, { scale: 'impact', segment: 'w1', value: 4 });
    await at(`/desk/clips/${clip}`);
    await page.getByText('Opens when both are finished').waitFor();
    await call(tab, 'POST', `/codings/${sheet.id}/finish`, {});
    await page.reload();
    await page.getByRole('link', { name: 'How far they agree: Ruptures and repairs in a session' }).click();
    await page.getByText('One clip, 2 coders: Ruptures and repairs in a session').waitFor();
    await page.getByRole('heading', { name: 'Codes of the client' }).waitFor();
    await page.getByRole('table', { name: 'What one put where the other put what' }).first().waitFor();
    await page.getByText('Too few clips for intervals').waitFor();
    assert.deepEqual(await faults(page), []);
    await page.getByRole('link', { name: 'Against gold' }).click();
    await page.getByRole('heading', { level: 1, name: 'My codes against gold' }).waitFor();
    await page.getByLabel('System').selectOption({ label: 'Strange Situation' });
    await page.getByText('0 of 30 gold clips coded: too few to say.').waitFor();
    assert.deepEqual(await faults(page), []);
    await page.getByRole('link', { name: 'Who codes again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Who codes again' }).waitFor();
    await page.getByLabel('System').selectOption({ label: 'Ruptures and repairs in a session' });
    await button('Draw').click();
    await page.getByText('Nothing left to code again; 1 coded, 1 of them twice.').waitFor();
    assert.deepEqual(await faults(page), []);
    await own.close();
  });

  part('observers: a Strange Situation is run without alarm; infant codes say what they are not for', async () => {
    await at('/desk');
    await button('New clip').click();
    await page.getByLabel('What it is called').fill('Two reunions that never were');
    await button('Make the clip').click();
    await page.getByRole('heading', { level: 1, name: 'Clip 2' }).waitFor();
    await button('Begin: Shown into the room').click();
    await page.getByText('Episode 1: Shown into the room').waitFor();
    await page.getByText(guard).first().waitFor();
    for (const next of ['Parent sits, infant explores', 'A stranger comes', 'First separation']) {
      await button(`Next: ${next}`).click();
      await page.getByText(next, { exact: false }).first().waitFor();
    }
    await page.getByText('At most 3:00').first().waitFor();
    await page.getByText('Cut it short after 60 seconds of crying').waitFor();
    await button('Cut it short').click();
    await page.getByLabel('Why it is cut short').fill('A full minute of crying');
    assert.deepEqual(await faults(page), []);
    await button('Note it').click();
    await page.getByText('Cut short: A full minute of crying').waitFor();
    await button('Next: First reunion').click();
    await page.getByText('At least 3:00').first().waitFor();

    await page.getByLabel('System').selectOption({ label: 'Strange Situation' });
    await button('Begin').click();
    await page.getByRole('heading', { level: 1, name: 'Strange Situation' }).waitFor();
    await page.getByText(guard).first().waitFor();
    await page.getByRole('heading', { level: 1 }).focus();
    await button('Play').click();
    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.down('c');
    await page.waitForTimeout(700);
    await page.keyboard.up('c');
    await page
      .getByText(/^to 0:0/)
      .first()
      .waitFor();
    await page.keyboard.press('s');
    await page.getByText('goes on', { exact: true }).first().waitFor();
    await page.waitForTimeout(100);
    await page.keyboard.press('s');
    await page.waitForFunction(() => !document.querySelector('.desk-list')?.textContent.includes('goes on'));
    await saved();
    await page.getByLabel('Class', { exact: true }).selectOption('D');
    await page.getByText('This class is never given without it.').waitFor();
    await page.getByLabel('Fits best otherwise').selectOption('B3');
    await button('Save the class').click();
    await page.getByText('D: Disorganized. Fits best otherwise: B3: Seeks contact and settles').waitFor();
    await page.getByLabel('Disorganized behaviour, overall, Whole').selectOption('3');
    await saved();
    await button('Finish this sheet').click();
    await page.getByRole('alert').getByText('goes with a rating of 5 or more').waitFor();
    await page.getByLabel('Disorganized behaviour, overall, Whole').selectOption('6');
    await saved();
    await button('Finish this sheet').click();
    await page.getByText('Finished. It stays as it is.').waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByText(guard).first().isVisible(), 'printed too');
    await page.emulateMedia({ media: 'screen' });
    const [table] = await Promise.all([page.waitForEvent('download'), button('Save as a table').click()]);
    assert.ok(readFileSync(await table.path(), 'utf8').startsWith(`"${guard}"`), 'exported too');
    await button('Show what the rule says').click();
    await page.getByRole('alert').getByText('The rule needs all scales').waitFor();
    assert.deepEqual(await faults(page), []);
    await page.getByRole('link', { name: 'Clip 2' }).click();
    await at('/desk/systems');
    await page.getByRole('heading', { name: /Adult Attachment Interview/ }).waitFor();
    assert.deepEqual(await faults(page), []);
  });
}

/** Pages of the desk that can be opened by their address, with something in them. */
export async function deskPages(page) {
  const made = await call(page, 'POST', '/clips', { kind: 'training', label: 'For looking at' });
  const sheet = await call(page, 'POST', `/clips/${made.id}/codings`, {
    system: 'strange-situation',
    purpose: 'independent',
  });
  for (const [code, start_ms, end_ms] of [
    ['cry', 4000, 9000],
    ['greet', 12_000],
    ['d.freezing', 15_000, 16_500],
  ])
    await call(page, 'POST', `/codings/${sheet.id}/codes`, { code, start_ms, ...(end_ms ? { end_ms } : {}) });
  return [
    '/desk',
    '/desk/agreement?system=rupture-markers',
    '/desk/own?system=strange-situation',
    '/desk/plan',
    '/desk/systems',
    `/desk/clips/${made.id}`,
    `/desk/codings/${sheet.id}`,
  ];
}
