// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { problemOf } from '../src/shared/api/problem';
import { kindOf } from '../src/workbench/actors';
import { dropAllDrafts, dropDraft, keepDraft, readDraft } from '../src/workbench/drafts';
import { answerOf, complete, differing } from '../src/workbench/form';
import { keyAction, typing } from '../src/workbench/keymap';
import { bytesOf, passkeysOffered, textOfBytes } from '../src/workbench/passkeys';
import { addressOf, spoken } from '../src/workbench/phoneAddress';
import { readSafeContact, writeSafeContact } from '../src/workbench/safeContact';
import { find, neighbour } from '../src/workbench/search';

afterEach(() => sessionStorage.clear());

describe('keys', () => {
  it('lead where the map says', () => {
    expect(keyAction(false, '/')).toEqual({ pending: false, action: 'find' });
    expect(keyAction(false, 'n').action).toBe('new');
    expect(keyAction(false, 'u').action).toBe('undo');
    expect(keyAction(false, '3').action).toBe(3);
    expect(keyAction(false, ']').action).toBe('client_after');
    expect(keyAction(true, '3').action).toBeUndefined();
    expect(keyAction(false, '?').action).toBe('keys');
    expect(keyAction(false, 'j').action).toBe('next');
    expect(keyAction(false, 'g')).toEqual({ pending: true });
    expect(keyAction(true, 't')).toEqual({ pending: false, action: 'today' });
    expect(keyAction(true, 'c').action).toBe('caseload');
    expect(keyAction(true, 'n')).toEqual({ pending: false });
    expect(keyAction(false, 'x')).toEqual({ pending: false });
  });
  it('never fire where somebody types or with Ctrl, Alt or Meta', () => {
    const event = (target: EventTarget, more = {}) => ({
      ctrlKey: false,
      altKey: false,
      metaKey: false,
      target,
      ...more,
    });
    const input = document.createElement('input');
    const dialog = document.createElement('dialog');
    const button = dialog.appendChild(document.createElement('button'));
    expect(typing(event(input))).toBe(true);
    expect(typing(event(document.createElement('select')))).toBe(true);
    expect(typing(event(button))).toBe(true);
    expect(typing(event(document.body))).toBe(false);
    expect(typing(event(document.body, { ctrlKey: true }))).toBe(true);
  });
});

describe('answers from paper', () => {
  it('are numbers in range or nothing; nothing is skipped, never zero', () => {
    expect(answerOf('2', 0, 3)).toBe('2');
    expect(answerOf('', 0, 3)).toBe('skipped');
    expect(answerOf(' - ', 0, 3)).toBe('skipped');
    for (const wrong of ['4', '-1', '1.5', 'x', '007', '١']) expect(answerOf(wrong, 0, 3)).toBeUndefined();
  });
  it('move on when they are complete', () => {
    expect(complete('2', 0, 3)).toBe(true);
    for (let highest = 1; highest <= 10; highest += 1) expect(complete('0', 0, highest), `0 of ${highest}`).toBe(true);
    expect(answerOf('01', 0, 3)).toBeUndefined();
    expect(complete('1', 0, 10)).toBe(false);
    expect(complete('2', 0, 10)).toBe(true);
    expect(complete('10', 0, 10)).toBe(true);
    expect(complete('', 0, 3)).toBe(false);
    expect(complete('9', 0, 3)).toBe(false);
  });
  it('typed twice are compared item by item', () => {
    expect(differing(['1', '', '3'], ['1', '2', '3 '])).toEqual([2]);
  });
});

describe('safe contact', () => {
  const labels = { number: 'Number', hours: 'Hours', voicemail: 'Voicemail', seen_by: 'Who sees the phone' };
  it('is one text with a line for each part, and comes back', () => {
    const parts = { number: '01632 960 001', hours: 'mornings', voicemail: '', seen_by: 'her sister' };
    const text = writeSafeContact(parts, labels);
    expect(text).toBe('Number: 01632 960 001\nHours: mornings\nWho sees the phone: her sister');
    expect(readSafeContact(text, labels)).toEqual(parts);
  });
  it('keeps what was written in another way', () => {
    expect(readSafeContact('ring twice\n01632 960 003', labels).number).toBe('ring twice, 01632 960 003');
    expect(writeSafeContact({ number: ' ', hours: '', voicemail: '', seen_by: '' }, labels)).toBe('');
  });
});

describe('finding', () => {
  const all = ['Amara Okafor', 'Noor Haddad', 'Zoë Ångström'];
  const by = (typed: string) => find(all, typed, (one) => one);
  it('goes by the beginning of words, without accents', () => {
    expect(by('oka')).toEqual(['Amara Okafor']);
    expect(by('ang zoe')).toEqual(['Zoë Ångström']);
    expect(by('mara')).toEqual([]);
    expect(by(' ')).toEqual(all);
  });
});

describe('the next client', () => {
  it('is the one after this in the list, and nobody beyond its end', () => {
    const all = ['a', 'b', 'c'];
    expect([neighbour(all, 'a', 1), neighbour(all, 'b', -1), neighbour(all, 'c', 1)]).toEqual(['b', 'a', undefined]);
    expect([neighbour(all, undefined, 1), neighbour(all, 'gone', -1), neighbour([], 'a', 1)]).toEqual([
      'a',
      'c',
      undefined,
    ]);
  });
});

describe('drafts', () => {
  it('stay in this tab, and all go on signing out', () => {
    keepDraft('a', { x: 1 });
    keepDraft('b', 'words');
    expect(readDraft('a')).toEqual({ x: 1 });
    dropDraft('a');
    expect(readDraft('a')).toBeUndefined();
    sessionStorage.setItem('draft:bad', '{');
    expect(readDraft('bad')).toBeUndefined();
    dropAllDrafts();
    expect(readDraft('b')).toBeUndefined();
    expect(localStorage.length).toBe(0);
  });
});

describe('an address for a phone', () => {
  it('has the token behind the #, and is not there without a portal', () => {
    const token = 'aB-_9';
    expect(addressOf({ address: 'https://help.example/', token })).toBe('https://help.example/#aB-_9');
    expect(addressOf({ address: 'https://help.example', token })).toBe('https://help.example/#aB-_9');
    expect(addressOf({ address: '', token })).toBeUndefined();
  });
  it('is said in groups of four, with capitals and signs by name', () => {
    const words = { capital: (letter: string) => `capital ${letter}`, '-': 'dash', _: 'underline' };
    expect(spoken('aB-_9z', words)).toEqual([
      { at: 0, written: 'aB-_', said: 'a, capital B, dash, underline' },
      { at: 1, written: '9z', said: '9, z' },
    ]);
  });
});

describe('who stands in the audit', () => {
  it('is a user, a person on the phone, the program or nobody known', () => {
    const id = '0123456789abcdef0123456789abcdef';
    expect([id, `portal:${id}`, 'program', 'stranger'].map(kindOf)).toEqual(['user', 'phone', 'system', 'stranger']);
  });
});

describe('problems', () => {
  it('are read from a problem document, from anything else, and from silence', () => {
    expect(problemOf(422, { code: 'answers.value', detail: 'no', field: 'answers[3]' })).toMatchObject({
      status: 422,
      code: 'answers.value',
      message: 'no',
      field: 'answers[3]',
    });
    expect(problemOf(502, undefined)).toMatchObject({ code: 'http.502', field: undefined });
    expect(problemOf(0, null).code).toBe('network');
    expect(problemOf(400, { code: 7, field: ['x'] })).toMatchObject({ code: 'http.400', field: undefined });
  });
});

describe('passkeys', () => {
  it('carry bytes as base64url without padding', () => {
    const bytes = Uint8Array.from([251, 255, 0, 62, 63]);
    expect(textOfBytes(bytes.buffer)).toBe('-_8APj8');
    expect([...bytesOf('-_8APj8')]).toEqual([...bytes]);
  });
  it('are offered under a name only, and only where the browser has them', () => {
    expect(passkeysOffered('localhost')).toBe(false);
    vi.stubGlobal('PublicKeyCredential', class {});
    vi.stubGlobal('isSecureContext', true);
    expect(passkeysOffered('localhost')).toBe(true);
    expect(passkeysOffered('practice.example')).toBe(true);
    expect(['127.0.0.1', '[::1]', '10.0.0.4'].filter((host) => passkeysOffered(host))).toEqual([]);
    vi.unstubAllGlobals();
  });
});
