// A session through the pages: what stands before it on one screen; from Today to a signed note with techniques and the
// client's answers in at most 40 keys besides typed text; a draft that survives a reload and the end of a tab; signing,
// locking, amending with what differs; working notes that a supervisor does not see; paper of a signed note.
import assert from 'node:assert/strict';
import { call, faults } from './practice.mjs';

const bar = 40;

/**
 * Counts keydown events as the page hears them. A key whose character lands in a field where words are written (focus,
 * note, the client's words) is typed text; everything else counts, modifiers too.
 */
const listenToKeys = (page) =>
  page.evaluate(() => {
    window.keysPressed = 0;
    window.keysOfText = 0;
    window.addEventListener(
      'keydown',
      (event) => {
        const words = event.target.closest?.('textarea, .focus-line, .evidence-line input');
        if (words && event.key.length === 1 && !event.ctrlKey && !event.metaKey) window.keysOfText += 1;
        else window.keysPressed += 1;
      },
      true,
    );
  });
const keysPressed = (page) => page.evaluate(() => [window.keysPressed, window.keysOfText]);

export function sessionParts({ part, page, place, figures }) {
  const at = (path) => page.goto(place.workbench + path);
  const button = (name) => page.getByRole('button', { name, exact: true });
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  let course;
  let person;
  let session;
  const path = () => `/courses/${course}/sessions/${session}`;

  part('sessions: an empty list, one is arranged, and its page says what is known', async () => {
    await at('/today');
    const made = await call(page, 'POST', '/courses', {
      unit: 'individual',
      begun_on: '2026-09-01',
      members: [{ role: 'client', particulars: { name: 'Ines Invented' } }],
    });
    course = made.id;
    person = made.members[0].person;
    for (const kind of ['treatment', 'limits_explained', 'measures'])
      await call(page, 'POST', `/people/${person}/consents`, { course, kind, form_version: '1' });
    await at(`/courses/${course}/sessions`);
    await page.getByRole('heading', { name: 'No sessions yet' }).waitFor();
    assert.deepEqual(await faults(page), []);
    await button('Arrange a session').click();
    assert.deepEqual(await faults(page), []);
    await page.getByRole('button', { name: 'Arrange it' }).click();
    await page.getByRole('heading', { level: 1, name: /Session 1/ }).waitFor();
    session = new URL(page.url()).pathname.split('/').at(-1);
    await page.getByText('No claim is held yet').waitFor();
    await page.getByText('No answers have come').waitFor();
    assert.deepEqual(await faults(page), []);
    assert.equal(await page.title(), 'Session · Securebase', 'no name in the title');
  });

  part('sessions: before one begins, claims and what would disconfirm them stand on one screen', async () => {
    await call(page, 'POST', `/courses/${course}/people/${person}/claims`, {
      about: 'other',
      cue: 'I show that I need somebody',
      expectation: 'they turn away',
      disconfirmed_by: 'Somebody stays, three times in a month.',
      confidence: 80,
    });
    await call(page, 'POST', `/courses/${course}/people/${person}/steps`, {
      words: 'Ask her sister to come by',
      whose: 'client',
      shared_with_client: false,
    });
    await at(path());
    await page.getByText('they turn away').waitFor();
    for (const words of ['Somebody stays, three times', 'Ask her sister to come by', 'What this session is about']) {
      const box = await page.getByText(words).first().boundingBox();
      assert.ok(box && box.y + box.height <= page.viewportSize().height, `${words}: not on the first screen`);
    }
    assert.deepEqual(await faults(page), []);
  });

  part(`sessions: from Today to a signed note with techniques and answers in at most ${bar} keys`, async () => {
    await at('/today');
    await page.getByRole('heading', { name: 'Sessions today' }).waitFor();
    await listenToKeys(page);
    const here = () => page.evaluate(() => document.activeElement?.textContent);
    do await press('j');
    while ((await here()) !== 'Ines Invented');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: /Session 1/ }).waitFor();
    await page.getByText('they turn away').waitFor();
    await press('f');
    await page.keyboard.type('When she needs somebody');
    await press('Enter');
    await press('b');
    await page.getByText('minutes left').waitFor();
    await press('r');
    await page.getByText('Marked: Rupture').waitFor();
    await press('c');
    await page.getByText('Marked: Corrective moment').waitFor();
    await press('e');
    await page.getByText('The session is over').waitFor();
    await press('t');
    await page.keyboard.type('r2 10,t3 5');
    await press('Enter');
    await page.getByText('5 min', { exact: true }).first().waitFor();
    await press('a');
    await page.locator('#bond-0').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'bond-0');
    await page.keyboard.type('340301');
    await press('Enter');
    await page.getByText('Answers kept').waitFor();
    await press('w');
    await page.keyboard.type('She asked, and was surprised that I stayed.');
    await press('Control+Enter');
    await page.getByText('Signed and locked').waitFor();
    const [keys, text] = await keysPressed(page);
    figures.push(`keys from Today to a signed note with techniques and answers: ${keys} (bar ${bar}), ${text} of text`);
    assert.ok(keys <= bar, `${keys} keys`);
    assert.ok(text >= 60, 'typed text is counted apart');
    const kept = await call(page, 'GET', path());
    assert.equal(kept.notes[0].versions[0].words, 'She asked, and was surprised that I stayed.');
    assert.deepEqual(
      kept.techniques.map((one) => [one.technique, one.minutes]),
      [
        ['R2', 10],
        ['T3', 5],
      ],
    );
    assert.deepEqual(
      kept.marks.map((one) => one.kind),
      ['rupture', 'corrective_moment'],
    );
    assert.equal(kept.session.focus, 'When she needs somebody');
    const [sheet] = kept.given;
    assert.equal(sheet.progress, 'sent');
    const read = await call(page, 'GET', `/courses/${course}/sheets/${sheet.id}`);
    assert.deepEqual(read.answers, ['3', '4', '0', '3', '0', '1']);
    assert.deepEqual(await faults(page), []);
  });

  part('sessions: evidence in one tap with the client’s words, undo; techniques in two taps', async () => {
    await page.getByLabel('In their words').fill('She was glad that I asked.');
    await button('Speaks against it').click();
    await page.getByText('it speaks against the claim').waitFor();
    assert.equal((await call(page, 'GET', path())).evidence.length, 1);
    await page.getByRole('heading', { level: 1 }).focus();
    await press('u');
    await page.getByText('Undone').waitFor();
    assert.equal((await call(page, 'GET', path())).evidence.length, 0);
    await page.getByText('Choose from the list').click();
    await page.getByRole('button', { name: /^W4/ }).click();
    await button('15 min').click();
    await page.getByText('15 min', { exact: true }).first().waitFor();
    assert.deepEqual(await faults(page), []);
  });

  part('sessions: a signed note is locked; an amendment says why and shows what differs', async () => {
    assert.equal(await page.locator('#note-words').count(), 0, 'nothing to write in');
    await button('Amend').click();
    await page.locator('#note-words').fill('She asked twice, and was surprised that I stayed.');
    await button('Sign the amendment').click();
    await page.getByText('why it is amended').first().waitFor();
    await page.getByLabel('Why it is amended').fill('I had forgotten the first time.');
    await button('Sign the amendment').click();
    await page.getByText('Signed and locked').waitFor();
    await page.getByText('2 versions').click();
    assert.equal((await page.locator('.version ins').first().innerText()).trim(), 'asked twice,');
    assert.deepEqual(await faults(page), []);
    await page.getByRole('link', { name: 'To print' }).click();
    await page.getByRole('heading', { level: 1, name: 'Note of session 1' }).waitFor();
    await page.getByText('Version 1: signed by').waitFor();
    assert.deepEqual(await faults(page), []);
  });

  part('sessions: what is typed outlives a reload at once, and the tab two seconds later', async () => {
    const next = await call(page, 'POST', `/courses/${course}/sessions`, {
      scheduled_at: new Date(Date.now() - 7_200_000).toISOString(),
      minutes: 50,
      format: 'room',
    });
    session = next.session.id;
    await call(page, 'POST', `${path()}/end`);
    await at(path());
    await page.locator('#note-words').fill('Half a sentence');
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#note-words')?.value === 'Half a sentence');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#note-words')?.value === 'Half a sentence');
    const saved = (await call(page, 'GET', path())).notes[0];
    assert.equal(saved.draft, 'Half a sentence');
    // Nobody answers for a while: it says so, and goes on by itself.
    await page.route('**/note', (route) => (route.request().method() === 'PUT' ? route.abort() : route.continue()));
    await page.locator('#note-words').fill('Half a sentence more');
    await page.getByText('Not saved yet').waitFor();
    await page.unroute('**/note');
    await page.locator('#note-words').press('End');
    await page.keyboard.type('.');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    assert.equal((await call(page, 'GET', path())).notes[0].draft, 'Half a sentence more.');
    await at('/today');
    await page.getByText('note not signed').first().waitFor();
    assert.deepEqual(await faults(page), []);
  });

  part('sessions: working notes are apart from the note, and keys stand on the Keys page', async () => {
    await at(path());
    await page.getByRole('heading', { name: 'Working notes' }).waitFor();
    await page.getByRole('heading', { level: 1 }).focus();
    await press('p');
    await page.getByRole('textbox', { name: 'Working notes' }).fill('I was tired.');
    await page.waitForTimeout(2300);
    const { notes } = await call(page, 'GET', path());
    assert.deepEqual(notes.map((one) => one.compartment).sort(), ['process', 'record']);
    const copy = JSON.stringify(await call(page, 'GET', `/people/${person}/copy`));
    assert.ok(!copy.includes('I was tired.'), 'no copy holds them');
    assert.ok(copy.includes('She asked twice'), 'the signed note is in it');
    await at('/keys');
    await page.getByRole('heading', { name: 'On the page of a session' }).waitFor();
    assert.deepEqual(await faults(page), []);
  });
}

/** Pages for the sweep through both schemes and sizes. */
export async function sessionPages(page) {
  const { items } = await call(page, 'GET', '/courses');
  const course = items.find((one) => one.members[0].name === 'Ines Invented');
  const sessions = (await call(page, 'GET', `/courses/${course.id}/sessions`)).items;
  return [
    `/courses/${course.id}/sessions`,
    ...sessions.map((one) => `/courses/${course.id}/sessions/${one.session.id}`),
    `/courses/${course.id}/sessions/${sessions.at(-1).session.id}/note`,
  ];
}
