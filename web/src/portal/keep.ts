import type { Begun } from '../shared/questions/questions';

/**
 * Answers that are not sent yet, on this phone only: encrypted with a key that cannot be taken out of the browser, and
 * found only by whoever has the link (its hash is the name). Gone when they are sent or the person removes them.
 */
const maxAge = 8 * 86_400_000;

interface Kept {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
  at: number;
}

const request = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });

async function base(): Promise<IDBDatabase> {
  const opening = indexedDB.open('page', 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('keys');
    opening.result.createObjectStore('kept');
  };
  return request(opening);
}

const store = (db: IDBDatabase, name: 'keys' | 'kept'): IDBObjectStore =>
  db.transaction(name, 'readwrite').objectStore(name);

async function keyOf(db: IDBDatabase): Promise<CryptoKey> {
  const known = await request<CryptoKey | undefined>(store(db, 'keys').get('k'));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await request(store(db, 'keys').put(made, 'k'));
  return made;
}

export async function nameOf(token: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Says whether it was kept: a browser may refuse, and then nothing is promised. */
export async function keep(name: string, begun: Begun): Promise<boolean> {
  try {
    const db = await base();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv },
      await keyOf(db),
      new TextEncoder().encode(JSON.stringify(begun)),
    );
    await request(store(db, 'kept').put({ iv, data, at: Date.now() } satisfies Kept, name));
    return true;
  } catch {
    return false;
  }
}

export async function kept(name: string): Promise<Begun> {
  try {
    const db = await base();
    const all = store(db, 'kept');
    for (const key of await request(all.getAllKeys())) {
      const one = await request<Kept>(store(db, 'kept').get(key));
      if (Date.now() - one.at > maxAge) await request(store(db, 'kept').delete(key));
    }
    const found = await request<Kept | undefined>(store(db, 'kept').get(name));
    if (!found) return { answers: {} };
    const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: found.iv }, await keyOf(db), found.data);
    return JSON.parse(new TextDecoder().decode(text)) as Begun;
  } catch {
    return { answers: {} };
  }
}

export async function drop(name: string): Promise<void> {
  try {
    await request(store(await base(), 'kept').delete(name));
  } catch {
    // nothing was kept
  }
}
