import { noAnswer, Problem, problemOf } from '../shared/api/problem';
import type { components } from '../shared/api/schema';

export type Form = components['schemas']['Form'];
type Next = components['schemas']['NextQuestion'];
export type OwnAnswers = components['schemas']['OwnAnswers'];

let csrf = '';
export const carry = (token: string): void => {
  csrf = token;
};

export async function call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/api/v1/portal/${path}`, {
    method,
    credentials: 'same-origin',
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(method !== 'GET' && csrf ? { 'X-CSRF-Token': csrf } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(path === 'form/next' ? { signal: AbortSignal.timeout(8000) } : {}),
  }).catch(() => {
    throw noAnswer();
  });
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as T;
}

/** What a session opens: the questions, or after sending what was answered. */
export type Opened = { form: Form } | { own: OwnAnswers };

async function opened(): Promise<Opened> {
  try {
    return { form: await call<Form>('GET', 'form') };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'measure.sent') throw error;
    return { own: await ownAnswers() };
  }
}

export const ownAnswers = (): Promise<OwnAnswers> => call<OwnAnswers>('GET', 'form/answers');

/** Exchanges the token of the link for a session: only when the person taps. */
export async function open(token: string): Promise<Opened> {
  csrf = (await call<{ csrf: string }>('POST', 'session', { token })).csrf;
  return opened();
}

/** Goes on with a session that is still open, after the page was loaded anew. */
export async function resume(): Promise<Opened | undefined> {
  try {
    csrf = (await call<{ csrf: string }>('GET', 'session')).csrf;
    return await opened();
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

export const send = (sheet: string, answers: string[]): Promise<void> =>
  call('POST', 'form/answers', { sheet, answers });

/** What comes after these answers, of which the server keeps nothing. Who waits for long goes on without. */
export const next = (sheet: string, answers: string[]): Promise<Next> => call('POST', 'form/next', { sheet, answers });

/** Ends the session without waiting for an answer. */
export const leave = (): void => {
  void fetch('/api/v1/portal/session', {
    method: 'DELETE',
    keepalive: true,
    credentials: 'same-origin',
    headers: csrf ? { 'X-CSRF-Token': csrf } : {},
  }).catch(() => undefined);
  csrf = '';
};
