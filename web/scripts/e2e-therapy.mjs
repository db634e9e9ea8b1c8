// The rest of a course of therapy through the pages: a plan, a safety plan that
// the client finds on their own page, the gate before joint work of a couple, an ending with its five definitions.
import assert from 'node:assert/strict';
import { call, context, faults, fromOutside, phone } from './practice.mjs';

const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

export function therapyParts({ part, page, place, chromium }) {
  const at = (path) => page.goto(place.workbench + path);
  const button = (name) => page.getByRole('button', { name, exact: true });
  let course;
  let person;

  part('a plan: without a protocol, and what speaks against one before it is chosen', async () => {
    await at('/today');
    const made = await call(page, 'POST', '/courses', {
      unit: 'individual',
      begun_on: '2026-06-01',
      members: [{ role: 'client', particulars: { name: 'Pia Planned' } }],
    });
    course = made.id;
    person = made.members[0].person;
    for (const kind of ['treatment', 'limits_explained', 'measures'])
      await call(page, 'POST', `/people/${person}/consents`, { course, kind, form_version: '1' });
    await call(page, 'POST', `/people/${person}/figures`, { kind: 'mother', name: 'Ruth' });
    await at(`/courses/${course}/plan`);
    await page.getByText('No protocol was chosen').waitFor();
    assert.deepEqual(await faults(page), []);
    await button('Choose a protocol').click();
    await page.getByRole('form', { name: 'Choose a protocol' }).getByText('What speaks against it').waitFor();
    assert.deepEqual(await faults(page), []);
  });

  part('a safety plan is written together, and shared by a decision', async () => {
    await at(`/courses/${course}/safety`);
    await page.getByText('This does not mean safe.').waitFor();
    assert.deepEqual(await faults(page), []);
    await button('Write one together').click();
    await page.getByRole('button', { name: 'Add to “Warning signs”' }).click();
    await page.locator('textarea, input[type=text]').first().waitFor();
    await page
      .getByLabel(/^Warning signs/)
      .first()
      .fill('I walk about at night');
    await page.getByLabel('Look at it together again on').fill(day(-30));
    assert.deepEqual(await faults(page), []);
    await button('Keep this version').click();
    await page.getByText('I walk about at night').waitFor();
    await button('Share with the client').click();
    await page.getByText('It stands on the client’s own page.').waitFor();
    await button('Take it back').click();
    await button('Share with the client').waitFor();
  });

  part('a client’s own page, behind an agreed word: goals, what was sent, the answers as they were', async () => {
    await call(page, 'POST', `/people/${person}/consents`, { course, kind: 'portal', form_version: '1' });
    const { figures } = await call(page, 'GET', `/people/${person}`);
    await call(page, 'POST', `/courses/${course}/people/${person}/goals`, {
      words: 'Ring up without a reason',
      figure: figures[0].id,
      shared_with_client: true,
      weight: 1,
    });
    const sheet = await call(page, 'POST', `/courses/${course}/sheets`, {
      instrument: 'bond',
      respondent: person,
      mode: 'in_room',
      occasion: 'other',
      ask_risk: false,
    });
    await call(page, 'POST', `/courses/${course}/sheets/${sheet.id}/answers`, {
      answers: Array(6).fill('2'),
    });
    const { token } = await call(page, 'POST', `/courses/${course}/people/${person}/page`, { word: 'heron', days: 30 });
    const own = await context(chromium, phone, 'light', fromOutside);
    const tab = await own.newPage();
    const clean = async () => {
      assert.deepEqual(await faults(tab), []);
      const [wide, seen] = await tab.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= seen, `${wide} pixels wide on ${seen}`);
    };
    await tab.goto(`${place.portal}/page#${token}`);
    await tab.getByLabel('word').fill('crane');
    await tab.getByRole('button', { name: 'Open my page' }).tap();
    await tab.getByRole('alert').filter({ hasText: /./ }).waitFor();
    await tab.getByLabel('word').fill('heron');
    await tab.getByRole('button', { name: 'Open my page' }).tap();
    await tab.getByRole('heading', { name: 'Your page', level: 1 }).waitFor();
    await tab.getByText('Ring up without a reason').waitFor();
    await clean();
    await tab.getByRole('button', { name: /sent/ }).first().tap();
    await tab.getByRole('button', { name: 'Back to your page' }).waitFor();
    await clean();
    await tab.getByRole('button', { name: 'Back to your page' }).tap();
    await tab.getByRole('heading', { name: 'Your page', level: 1 }).waitFor();
    await own.close();
  });

  part('a couple is held until each was seen alone', async () => {
    const made = await call(page, 'POST', '/courses', {
      unit: 'couple',
      begun_on: '2026-06-01',
      members: [
        { role: 'partner', particulars: { name: 'Gil Gate' } },
        { role: 'partner', particulars: { name: 'Gwen Gate' } },
      ],
    });
    await at(`/courses/${made.id}/safety`);
    await page.getByText('Joint work is held').waitFor();
    await page.getByRole('button', { name: 'Saw Gil Gate alone' }).waitFor();
    assert.deepEqual(await faults(page), []);
  });

  part('an ending says how it ended, by five definitions that may disagree', async () => {
    await at(`/courses/${course}/ending`);
    await page.getByText('This course goes on.').waitFor();
    assert.deepEqual(await faults(page), []);
    await button('End this course').first().click();
    await page.getByLabel('Ended on').fill(day(0));
    await page.getByLabel('Why', { exact: true }).selectOption('goals_reached');
    await page.getByLabel('Planned or not').selectOption('yes');
    await page.getByLabel('Who ended it').selectOption('both');
    await page.getByLabel('Sessions held').fill('3');
    await page.getByLabel('Sessions planned').fill('20');
    await page
      .locator('form')
      .getByRole('button', { name: /^(End this course|Keep)$/ })
      .click();
    await page.getByRole('heading', { name: 'Drop-out, by five definitions' }).waitFor();
    assert.equal(await page.getByRole('table').first().locator('tbody tr').count(), 5);
    await page.getByRole('heading', { name: 'Follow-ups' }).waitFor();
    assert.deepEqual(await faults(page), []);
  });
}

/** Pages for the sweep through both schemes and sizes. */
export async function therapyPages(page) {
  const { items } = await call(page, 'GET', '/courses');
  const course = items.find((one) => one.members[0].name === 'Pia Planned');
  const couple = items.find((one) => one.members[0].name === 'Gil Gate');
  return [
    '/protocols',
    '/settings/safety',
    `/courses/${course.id}/plan`,
    `/courses/${course.id}/safety`,
    `/courses/${course.id}/feedback`,
    `/courses/${course.id}/ending`,
    `/courses/${couple.id}/safety`,
    `/courses/${couple.id}/plan`,
  ];
}
