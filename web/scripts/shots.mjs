// Pictures of every page, in both schemes and sizes, from the real server: build/shots. An argument keeps those whose
// name it matches.
import { mkdirSync } from 'node:fs';
import {
  browser,
  call,
  context,
  desktop,
  inventedForms,
  inventedWords,
  phone,
  practice,
  readyForPhones,
  setUp,
  signIn,
  unlock,
} from './practice.mjs';

const out = 'build/shots';
mkdirSync(out, { recursive: true });
const only = new RegExp(process.argv[2] ?? '.');
const place = await practice();
const chromium = await browser();
let made = 0;

async function shot(page, name, scheme, size, full = true) {
  const file = `${name}-${size === desktop ? 'desktop' : 'phone'}-${scheme}`;
  if (!only.test(file)) return;
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(350);
  // Bars that stay at the edge of the window would stand in the middle of a picture of the whole page.
  const bars = (whole) =>
    page.evaluate((on) => {
      for (const bar of document.querySelectorAll('.foot, .bar')) bar.style.position = on ? 'static' : '';
      for (const bar of document.querySelectorAll('.rail')) bar.style.display = on ? 'none' : '';
    }, whole);
  const whole = full && size === phone;
  await bars(whole);
  await page.screenshot({ path: `${out}/${file}.png`, fullPage: full });
  await bars(false);
  made += 1;
}

const lastSheet = async (tab, course) => {
  const { sheets } = await call(tab, 'GET', `/courses/${course}/page`);
  return sheets.filter((one) => one.administration.instrument === 'phq-9').at(-1).administration;
};

try {
  const first = await context(chromium, desktop, 'light');
  const page = await first.newPage();
  for (const scheme of ['light', 'dark'])
    for (const size of [desktop, phone]) {
      const own = await context(chromium, size, scheme);
      const tab = await own.newPage();
      await tab.goto(`${place.workbench}/`);
      await tab.getByRole('heading', { level: 1 }).waitFor();
      await shot(tab, '01-set-up', scheme, size);
      await own.close();
    }
  await setUp(page, place);
  for (const scheme of ['light', 'dark']) {
    const own = await context(chromium, desktop, scheme);
    const tab = await own.newPage();
    await signIn(tab, place);
    await shot(tab, '04-today-empty', scheme, desktop, false);
    await own.close();
  }
  const open = (unit, members) =>
    call(page, 'POST', '/courses', {
      unit,
      begun_on: '2026-08-16',
      members: members.map(([name, role, age]) => ({ role, age_group: age, particulars: { name } })),
    });
  const agree = async (person, course) => {
    for (const kind of ['treatment', 'limits_explained', 'measures', 'portal'])
      await call(page, 'POST', `/people/${person}/consents`, { kind, course, form_version: '1', note: null });
  };
  const paper = async (course, person, instrument, answers) => {
    const sheet = await call(page, 'POST', `/courses/${course}/sheets`, {
      instrument,
      respondent: person,
      mode: 'from_paper',
      occasion: 'before_session',
      ask_risk: true,
    });
    if (answers) await call(page, 'POST', `/courses/${course}/sheets/${sheet.id}/answers`, { answers: [...answers] });
    return sheet.id;
  };
  await readyForPhones(chromium, page, place);
  const { items: none } = await call(page, 'GET', '/courses');
  if (none.length) throw new Error('the practice is not empty');
  const amara = await open('individual', [['Amara Okafor', 'client', 'adult']]);
  const person = amara.members[0].person;
  await agree(person, amara.id);
  await call(page, 'PATCH', `/people/${person}`, {
    safe_contact:
      'Number: 01632 960 001\nHours: weekdays 9 to 12\nVoicemail: no message\nWho sees the phone: her sister',
    emergency_contact: 'Ruth, sister, 01632 960 002',
  });
  const couple = await open('couple', [
    ['Noor Haddad', 'partner', 'adult'],
    ['Jonas Haddad', 'partner', 'adult'],
  ]);
  for (const member of couple.members) await agree(member.person, couple.id);
  const days = [];
  const series = async (course, who, instrument, all) => {
    for (const [day, answers] of all) days.push([await paper(course, who, instrument, answers), `${day}T09:00:00Z`]);
    return days.at(-1)[0];
  };
  const [noor, jonas] = couple.members.map((member) => member.person);
  await series(couple.id, noor, 'gad-7', [
    ['2026-09-07', '3222222'],
    ['2026-09-28', '2222222'],
    ['2026-10-19', '2212111'],
    ['2026-11-16', '2111111'],
  ]);
  await series(couple.id, jonas, 'gad-7', [
    ['2026-09-07', '1110101'],
    ['2026-09-28', '1110111'],
    ['2026-11-16', '1111111'],
  ]);
  const tomas = await open('individual', [['Tomas Vale', 'client', 'adult']]);
  await agree(tomas.members[0].person, tomas.id);
  await series(tomas.id, tomas.members[0].person, 'phq-9', [
    ['2026-08-16', '333322220'],
    ['2026-08-30', '333322210'],
    ['2026-09-13', '332222210'],
    ['2026-10-25', '222211110'],
    ['2026-11-08', '221111110'],
    ['2026-11-22', '211110110'],
  ]);
  await series(tomas.id, tomas.members[0].person, 'gad-7', [
    ['2026-08-16', '2222211'],
    ['2026-09-13', '2212211'],
    ['2026-11-08', '2111110'],
  ]);
  // Maps: of several people over time, of one occasion, of a direction only.
  const named = async (who, all) => {
    for (const [kind, name] of all) await call(page, 'POST', `/people/${who}/figures`, { kind, name, is_person: null });
    const { figures } = await call(page, 'GET', `/people/${who}`);
    return (kind) => figures.find((one) => one.kind === kind).id;
  };
  const about = async (course, who, instrument, figure, day, answers) => {
    const sheet = await call(page, 'POST', `/courses/${course}/sheets`, {
      instrument,
      respondent: who,
      figure,
      mode: 'from_paper',
      occasion: 'review',
    });
    await call(page, 'POST', `/courses/${course}/sheets/${sheet.id}/answers`, { answers: [...answers] });
    days.push([sheet.id, `${day}T09:30:00Z`]);
  };
  const relationship = (anxiety, avoidance) =>
    `${String(8 - avoidance).repeat(4)}${avoidance}${avoidance}${String(anxiety).repeat(3)}`;
  const ofTomas = await named(tomas.members[0].person, [
    ['mother', null],
    ['father', null],
    ['partner', 'Daniel'],
    ['friend', 'Ruth'],
    ['therapist', 'Dr Hart'],
  ]);
  for (const [i, day] of ['2026-08-16', '2026-09-13', '2026-11-22'].entries()) {
    for (const [kind, anxiety, avoidance] of [
      ['mother', [5, 5, 4], [5, 5, 5]],
      ['father', [3, 3, 3], [6, 6, 6]],
      ['partner', [6, 4, 2], [5, 4, 2]],
      ['friend', [2, 2, 2], [2, 2, 2]],
    ])
      await about(
        tomas.id,
        tomas.members[0].person,
        'ecr-rs',
        ofTomas(kind),
        day,
        relationship(anxiety[i], avoidance[i]),
      );
    await about(
      tomas.id,
      tomas.members[0].person,
      'closeness',
      ofTomas('therapist'),
      day,
      ['13331331', '22222222', '31113113'][i],
    );
  }
  await open('family', [
    ['Ines Brandt', 'caregiver', 'adult'],
    ['Mia Brandt', 'child', 'child'],
  ]);
  for (const name of ['Priya Raman', 'Eli Stone', 'Hana Sato', 'Marek Nowak'])
    await open('individual', [[name, 'client', 'adult']]);
  const answered = await series(amara.id, person, 'phq-9', [
    ['2026-08-18', '222322110'],
    ['2026-09-15', '222221110'],
    ['2026-10-13', '122211110'],
    ['2026-11-24', '112111101'],
  ]);
  const [eli, hana] = (await call(page, 'GET', '/courses')).items.filter((one) => /Eli|Hana/.test(one.members[0].name));
  for (const one of [eli, hana]) {
    const who = one.members[0].person;
    await agree(who, one.id);
    const theirs = await named(who, [
      ['mother', null],
      ['partner', 'Robin'],
      ['friend', 'Ruth'],
    ]);
    const mother = theirs('mother');
    for (const [kind, first, now] of [
      ['mother', '12221221', '12221222'],
      ['partner', '04340340', '33113113'],
      ['friend', '40104014', '40104014'],
    ])
      if (one === eli) {
        await about(one.id, who, 'closeness', theirs(kind), '2026-09-14', first);
        await about(one.id, who, 'closeness', theirs(kind), '2026-11-16', now);
      } else
        await about(
          one.id,
          who,
          'ecr-rs',
          theirs(kind),
          '2026-11-16',
          relationship(theirs(kind) === mother ? 4 : 3, kind === 'friend' ? 2 : 4),
        );
  }
  await place.answeredOn(days);
  const waiting = await paper(amara.id, person, 'gad-7');
  const onPhone = await call(page, 'POST', `/courses/${amara.id}/sheets`, {
    instrument: 'check-in',
    respondent: person,
    mode: 'on_phone',
    occasion: 'other',
    ask_risk: false,
  });
  const inRoom = await call(page, 'POST', `/courses/${amara.id}/sheets`, {
    instrument: 'bond',
    respondent: person,
    mode: 'in_room',
    occasion: 'after_session',
    ask_risk: true,
  });
  await call(page, 'POST', '/users', {
    login: 'sam',
    display_name: 'Sam Reed',
    therapist: false,
    supervisor: true,
    admin: false,
    researcher: false,
  });
  for (const [kind, name] of [
    ['mother', 'Mum'],
    ['partner', 'Daniel'],
  ])
    await call(page, 'POST', `/people/${person}/figures`, { kind, name, is_person: null });
  const { figures } = await call(page, 'GET', `/people/${person}`);
  const figureOf = (kind) => figures.find((one) => one.kind === kind).id;
  const happened = [
    ['birth', 0, 0, 'exact', 'document', null, 'Six weeks early.'],
    ['migration', 9, 10, 'about', 'remembered', null, '“Nobody asked me. I stopped asking too.”'],
    ['separation', 4, 6, 'unknown', 'told', figureOf('mother'), null],
  ];
  for (const [kind, age_from, age_to, dating, source, figure, account] of happened)
    await call(page, 'POST', `/people/${person}/history`, { kind, age_from, age_to, dating, source, figure, account });
  for (const [kind, answer] of [
    ['mother', 'mixed'],
    ['partner', 'came'],
  ])
    await call(page, 'POST', `/people/${person}/comforting`, { giver: figureOf(kind), receiver: null, answer });
  const signed = await call(page, 'POST', `/courses/${amara.id}/documents`, {
    person,
    kind: 'letter',
    words:
      'Amara has come to twelve sessions since August.\n\nShe asks that her doctor knows about the sleeping trouble, and about nothing else.',
  });
  const { user } = await call(page, 'GET', '/session');
  await call(page, 'PATCH', `/users/${user.id}`, { supervisor: true });
  const at = `/courses/${amara.id}`;
  const phoneSheet = async (tab) =>
    (
      await call(tab, 'POST', `${at}/sheets`, {
        instrument: 'check-in',
        respondent: person,
        mode: 'on_phone',
        occasion: 'other',
        ask_risk: true,
      })
    ).id;
  const pages = [
    ['05-today', '/today'],
    ['06-caseload', '/caseload'],
    ['07-new-client', '/new'],
    ['08-before-the-first-question', `${at}/begin`],
    ['09-course-with-risk', at],
    ['11-couple', `/courses/${couple.id}`],
    ['12-give', `${at}/give`],
    ['13-paper', `${at}/sheets/${waiting}/paper`],
    ['14-sheet', `${at}/sheets/${answered}`],
    ['43-sheet-on-paper', `${at}/sheets/${waiting}`],
    ['15-phone-code', `${at}/sheets/${onPhone.id}`],
    ['16-seen', `${at}/seen`],
    ['17-measures', '/measures'],
    ['27-person', `${at}/people/${person}`],
    ['54-history', `${at}/history`],
    ['65-map', `/courses/${tomas.id}/map`],
    ['66-map-shown', `/courses/${tomas.id}/map/shown`],
    ['67-map-directions', `/courses/${eli.id}/map`],
    ['68-map-once', `/courses/${hana.id}/map`],
    ['69-map-nothing', `${at}/map`],
    ['70-give-several', `/courses/${tomas.id}/give?measure=ecr-rs`],
    ['28-documents', `${at}/documents`],
    ['29-document', `${at}/documents/${signed.id}`],
    ['40-outlines', '/outlines'],
    ['41-due', '/settings/due'],
    ['18-settings', '/settings'],
    ['19-users', '/settings/users'],
    ['20-account', '/settings/account'],
    ['21-keys', '/keys'],
  ];
  for (const scheme of ['light', 'dark'])
    for (const size of [desktop, phone]) {
      const own = await context(chromium, size, scheme);
      const tab = await own.newPage();
      const h1 = () => tab.getByRole('heading', { level: 1 }).waitFor();
      await tab.goto(`${place.workbench}/sign-in`);
      await h1();
      await shot(tab, '02-sign-in', scheme, size);
      await tab.goto(`${place.workbench}/welcome#token`);
      await h1();
      await shot(tab, '03-welcome', scheme, size);
      await signIn(tab, place);
      for (const [name, path] of pages) {
        await tab.goto(place.workbench + path);
        await h1();
        await shot(tab, name, scheme, size);
        if (/^(05|09|11|65)/.test(name)) await shot(tab, `${name}-top`, scheme, size, false);
      }
      await tab.goto(`${place.workbench}/settings`);
      await tab.getByRole('button', { name: 'Try it with a phone' }).click();
      await tab.locator('output.code').waitFor();
      await shot(tab, '48-settings-trial', scheme, size);
      await tab.goto(`${place.workbench}/measures/phq-9@2001/wording`);
      await tab.getByLabel('On what terms').fill('Invented for a picture.');
      const buffer = Buffer.from(inventedWords(9, 4));
      await tab.getByLabel('File', { exact: true }).setInputFiles({ name: 'words.csv', mimeType: 'text/csv', buffer });
      await tab.getByRole('button', { name: 'Look at it first' }).click();
      await tab.getByRole('cell', { name: 'Invented question 9' }).waitFor();
      await shot(tab, '49-wording', scheme, size);
      await tab.goto(`${place.workbench}${at}/sheets/${answered}/move`);
      await tab.getByRole('radio', { name: /Tomas Vale/ }).check();
      await shot(tab, '44-move', scheme, size);
      await tab.goto(`${place.workbench}${at}/sheets/${onPhone.id}`);
      await tab.getByRole('button', { name: 'Make an address' }).click();
      await tab.getByText('To read aloud').click();
      await shot(tab, '45-phone-address', scheme, size);
      const mistake = await paper(amara.id, person, 'gad-7');
      await tab.goto(`${place.workbench}${at}/sheets/${mistake}`);
      await tab.getByRole('button', { name: 'Take back' }).click();
      await tab.getByRole('button', { name: 'Undo' }).waitFor();
      await shot(tab, '46-taken-back', scheme, size, false);
      await tab.goto(`${place.workbench}${at}/people/${person}/copy`);
      await tab.getByRole('button', { name: 'Make the copy' }).click();
      await tab.getByRole('heading', { name: 'Particulars' }).waitFor();
      await shot(tab, '42-copy', scheme, size);
      await tab.keyboard.press('/');
      await tab.getByRole('combobox', { name: 'Find a client' }).fill('a');
      await shot(tab, '22-find', scheme, size, false);
      await tab.goto(`${place.workbench}/courses/${tomas.id}`);
      await tab.locator('.plot svg').waitFor();
      await shot(tab, '10-course', scheme, size);
      await shot(tab, '10-course-top', scheme, size, false);
      await call(tab, 'POST', `${at}/sheets/${inRoom.id}/room`);
      await tab.goto(`${place.workbench}/room`);
      await tab.getByRole('button', { name: 'Begin' }).waitFor();
      await shot(tab, '23-room-start', scheme, size);
      await tab.getByRole('button', { name: 'Begin' }).click();
      await tab.locator('.option').nth(2).click();
      await shot(tab, '24-room-question', scheme, size, false);
      await tab.getByRole('button', { name: 'For the therapist' }).click();
      await shot(tab, '25-room-unlock', scheme, size);
      await unlock(tab);
      await tab.route('**/api/v1/session', (route) =>
        route.fulfill({
          status: 401,
          contentType: 'application/problem+json',
          body: '{"status":401,"code":"session.locked"}',
        }),
      );
      await tab.goto(`${place.workbench}/today`);
      await h1();
      await shot(tab, '26-lock', scheme, size);
      if (size === phone) {
        await tab.unroute('**/api/v1/session');
        const { token } = await call(tab, 'POST', `${at}/sheets/${onPhone.id}/link`);
        const portal = await own.newPage();
        await portal.goto(`${place.portal}/#${token}`);
        await portal.getByRole('button', { name: 'Open the questions' }).waitFor();
        await shot(portal, '30-portal-start', scheme, size);
        await portal.getByRole('button', { name: 'I need help now' }).click();
        await shot(portal, '31-portal-help', scheme, size);
        await portal.goBack();
        await portal.getByRole('button', { name: 'Open the questions' }).click();
        await portal.getByText('Question 1 of').waitFor();
        await shot(portal, '32-portal-first-question', scheme, size, false);
        await portal.getByRole('button', { name: 'I need help now' }).click();
        await portal.getByRole('heading', { name: 'Your practice' }).waitFor();
        await shot(portal, '47-portal-help-open', scheme, size);
        await portal.goBack();
        await portal.locator('.option').nth(1).click();
        await portal.getByRole('button', { name: 'Next' }).click();
        await portal.locator('.option').nth(3).click();
        await shot(portal, '33-portal-question', scheme, size, false);
        await portal.getByRole('button', { name: 'Stop for now' }).click();
        await shot(portal, '34-portal-stopped', scheme, size);
        await portal.goBack();
        await portal.getByRole('button', { name: 'Next' }).click();
        for (let n = 3; n <= 8; n += 1) {
          await portal
            .locator('.option')
            .nth(n % 4)
            .click();
          await portal.getByRole('button', { name: 'Next' }).click();
        }
        await shot(portal, '35-portal-review', scheme, size);
        // A risk answer, with rules and contact as the server sends them where a practice asks it on phones.
        await portal.route('**/api/v1/portal/form', async (route) => {
          const form = await (await route.fetch()).json();
          form.items[0].text = 'An invented line that asks for help';
          form.items[0].guarded = true;
          await route.fulfill({
            json: {
              ...form,
              rules: [{ action: 'show_help_if', item: 1, at_least: 1, items: [] }],
              risk_contact: 'Linden House, 01632 960 000, weekdays 9 to 17',
              therapist_name: 'Dr Lena Hart',
              expires_at: '2026-12-02T09:00:00Z',
            },
          });
        });
        await portal.goto('about:blank');
        await portal.goto(`${place.portal}/#${token}`);
        await portal.getByRole('button', { name: 'Open the questions' }).click();
        await portal.getByRole('button', { name: 'Go on' }).waitFor();
        await shot(portal, '36-portal-again', scheme, size);
        await portal.getByRole('button', { name: 'Go on' }).click();
        await portal.locator('.option').nth(2).click();
        await shot(portal, '37-portal-gentle', scheme, size);
        await portal.route('**/api/v1/portal/form/answers', (route) => route.abort());
        for (let n = 1; n <= 8; n += 1) await portal.getByRole('button', { name: 'Next' }).click();
        await portal.getByRole('button', { name: 'Send' }).click();
        await portal.getByText('Not sent.').waitFor();
        await shot(portal, '38-portal-not-sent', scheme, size);
        await portal.unroute('**/api/v1/portal/form/answers');
        await portal.route('**/api/v1/portal/form/answers', (route) => route.fulfill({ status: 204 }));
        await portal.getByRole('button', { name: 'Send' }).click();
        await portal.getByText('Sent. Thank you.').waitFor();
        await shot(portal, '39-portal-sent', scheme, size);
        await portal.unroute('**/api/v1/portal/form');
        await portal.unroute('**/api/v1/portal/form/answers');
        const again = await phoneSheet(tab);
        const { token: sent } = await call(tab, 'POST', `${at}/sheets/${again}/link`);
        await portal.goto('about:blank');
        await portal.goto(`${place.portal}/#${sent}`);
        await portal.getByRole('button', { name: 'Open the questions' }).click();
        for (let n = 1; n <= 9; n += 1) {
          await portal.getByText(`Question ${n} of 9`).waitFor();
          await portal
            .locator('.option')
            .nth(n === 9 ? 1 : n % 5)
            .click();
          if (n === 9) await shot(portal, '50-portal-risk', scheme, size);
          await portal.getByRole('button', { name: 'Next' }).click();
        }
        await portal.getByRole('button', { name: 'Send' }).click();
        await portal.getByText('Sent. Thank you.').waitFor();
        await shot(portal, '51-portal-sent-risk', scheme, size);
        await portal.goto('about:blank');
        await portal.goto(`${place.portal}/#${sent}`);
        await portal.getByRole('button', { name: 'Open the questions' }).click();
        await portal.getByText('You sent this on').waitFor();
        await shot(portal, '52-portal-own-answers', scheme, size);
        const { token: trial } = await call(tab, 'POST', '/settings/portal/trial');
        await portal.goto('about:blank');
        await portal.goto(`${place.portal}/#try=${trial}`);
        await portal.getByRole('button', { name: 'Try it now' }).waitFor();
        await shot(portal, '53-portal-trial', scheme, size);
      }
      await own.close();
    }
  // Measurement: only what tells most, estimated scores, norms of one's own, the wording of others.
  const ecr = (await call(page, 'GET', '/instruments')).items.find((one) => one.id === 'ecr');
  const order = ecr.orders.find((one) => one.adaptive);
  await call(page, 'POST', '/wordings', {
    instrument: 'ecr',
    item_order: order.id,
    licence: 'Invented for a picture.',
    file_name: 'words.csv',
    content: inventedWords(36, 5).replaceAll(/^answer (\d)/gm, (_, n) => `answer ${Number(n) + 1}`),
    keep: true,
  });
  const priya = (await call(page, 'GET', '/courses')).items.find((one) => one.members[0].name === 'Priya Raman');
  await agree(priya.members[0].person, priya.id);
  const adaptive = (mode, days = []) =>
    call(page, 'POST', `/courses/${priya.id}/sheets`, {
      instrument: 'ecr',
      item_order: order.id,
      respondent: priya.members[0].person,
      mode,
      occasion: 'other',
      ask_risk: true,
      adaptive: true,
    }).then((sheet) => {
      days.push(sheet.id);
      return sheet.id;
    });
  const answerOn = async (tab, answers, begin) => {
    await tab.getByRole('button', { name: 'Begin', exact: true }).click();
    for (let n = 1; n < 36; n += 1) {
      const review = tab.getByRole('heading', { level: 1, name: 'Your answers' });
      await review.or(tab.getByText(`Question ${n},`)).waitFor();
      if ((await review.count()) > 0) break;
      await tab
        .locator('.option')
        .nth(answers[n % answers.length])
        .click();
      if (n === 4 && begin) await begin();
      await tab.getByRole('button', { name: 'Next' }).click();
    }
  };
  const given = [];
  for (const answers of [
    [3, 4, 3, 2],
    [3, 3, 2, 2],
    [2, 2, 1, 2],
  ]) {
    const sheet = await adaptive('on_phone', given);
    const { token } = await call(page, 'POST', `/courses/${priya.id}/sheets/${sheet}/link`);
    const own = await context(chromium, phone, 'light');
    const tab = await own.newPage();
    await tab.goto(`${place.portal}/#${token}`);
    await tab.getByRole('button', { name: 'Open the questions' }).click();
    await answerOn(tab, answers);
    await tab.getByRole('button', { name: 'Send' }).click();
    await tab.getByText('Sent. Thank you.').waitFor();
    await own.close();
  }
  await place.answeredOn(given.map((id, i) => [id, `2026-${['09', '10', '11'][i]}-12T09:00:00Z`]));
  const people = Number(process.env.NORM_PEOPLE ?? 210);
  const scores = ['000000000', '110010100', '111110100', '121111010', '222111110', '222222110', '333222220'];
  for (let n = 0; n < people; n += 1) {
    const course = await call(page, 'POST', '/courses', {
      unit: 'individual',
      begun_on: '2026-08-16',
      members: [
        {
          role: 'client',
          age_group: 'adult',
          particulars: { name: `Made up ${n + 1}`, gender: n % 2 ? 'male' : 'female', birth_year: 1960 + (n % 45) },
        },
      ],
    });
    const who = course.members[0].person;
    for (const kind of ['treatment', 'limits_explained', 'measures'])
      await call(page, 'POST', `/people/${who}/consents`, { kind, course: course.id, form_version: '1', note: null });
    await paper(course.id, who, 'phq-9', scores[(n * n + 3 * n) % scores.length]);
  }
  if (people >= 100) await call(page, 'POST', '/norms/compute', { instrument: 'phq-9' });
  for (const scheme of ['light', 'dark'])
    for (const size of [desktop, phone]) {
      const own = await context(chromium, size, scheme);
      const tab = await own.newPage();
      const h1 = () => tab.getByRole('heading', { level: 1 }).waitFor();
      await signIn(tab, place);
      await tab.goto(`${place.workbench}/courses/${priya.id}/give?measure=ecr`);
      await tab.getByLabel('Order of the questions').selectOption({ label: order.name });
      await tab.getByLabel('On their phone').check();
      await tab.getByLabel('Ask only what tells most').check();
      await shot(tab, '54-give-adaptive', scheme, size);
      for (const [name, path] of [
        ['57-sheet-estimated', `/courses/${priya.id}/sheets/${given[2]}`],
        ['58-course-estimated', `/courses/${priya.id}`],
        ['59-settings-norms', '/settings'],
        ['60-sheet-among-own', `/courses/${tomas.id}/sheets/${(await lastSheet(tab, tomas.id)).id}`],
        ['63-ask', '/measures/phq-9@2001/ask'],
        ['64-ask-entry-only', '/measures/ors@2003/ask'],
      ]) {
        await tab.goto(place.workbench + path);
        await h1();
        await tab.waitForTimeout(500);
        if (name.startsWith('59')) {
          await tab.getByText('Show the norms').first().click();
          await tab.locator('#norms-title').evaluate((one) => one.scrollIntoView());
        }
        await shot(tab, name, scheme, size, !name.startsWith('59') || size === phone);
        if (name.startsWith('58')) await shot(tab, `${name}-top`, scheme, size, false);
      }
      await tab.goto(`${place.workbench}/measures/gad-7@2006/wording`);
      await tab
        .getByLabel('On what terms')
        .fill('Free for clinical use; read on its owner’s page on 30 November 2026.');
      for (const [name, form] of [
        ['61-import', inventedForms.fhir(7, 4)],
        ['62-import-differs', inventedForms.fhir(8, 5)],
      ]) {
        await tab.getByLabel('File', { exact: true }).setInputFiles(form);
        await tab.getByRole('button', { name: 'Look at it first' }).click();
        await tab.getByRole('cell', { name: 'Invented question 7' }).waitFor();
        await shot(tab, name, scheme, size);
        await shot(tab, `${name}-match`, scheme, size, false);
      }
      const room = await adaptive('in_room');
      await call(tab, 'POST', `/courses/${priya.id}/sheets/${room}/room`);
      await tab.goto(`${place.workbench}/room`);
      await answerOn(tab, [2, 3], () => shot(tab, '56-room-adaptive', scheme, size, false));
      await shot(tab, '56-room-adaptive-review', scheme, size);
      if (size === phone) {
        const portal = await own.newPage();
        await tab.goto(`${place.workbench}/room`);
        await tab.getByRole('button', { name: 'For the therapist' }).click();
        await unlock(tab);
        const sheet = await adaptive('on_phone');
        const { token } = await call(tab, 'POST', `/courses/${priya.id}/sheets/${sheet}/link`);
        await portal.goto(`${place.portal}/#${token}`);
        await portal.getByRole('button', { name: 'Open the questions' }).click();
        await portal.getByRole('button', { name: 'Begin', exact: true }).waitFor();
        await shot(portal, '55-portal-adaptive-start', scheme, size);
        await answerOn(portal, [1, 2], () => shot(portal, '55-portal-adaptive', scheme, size, false));
        await shot(portal, '55-portal-adaptive-review', scheme, size);
      }
      await own.close();
    }
  console.log(`${made} pictures in ${out}; policy reports: ${place.reports.length}`);
} finally {
  await chromium.close();
  await place.close();
}
