import createClient, { type Middleware } from 'openapi-fetch';
import { noAnswer, Problem, problemOf } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

let csrf = '';
let onRefusal: (problem: Problem) => void = () => undefined;

/** The token that changes must carry: it comes with the answer of GET and POST /api/v1/session. */
export const carry = (token: string): void => {
  csrf = token;
};

/** Who hears that the session has ended or is locked, whichever request found it out. */
export const hearRefusals = (listener: (problem: Problem) => void): void => {
  onRefusal = listener;
};

const carryToken: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrf) request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
};

export const api = createClient<paths>({ credentials: 'same-origin' });
api.use(carryToken);

/** The answer, or a thrown Problem. */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const answer = await call.catch(() => {
    throw noAnswer();
  });
  if (answer.response.ok) return answer.data as T;
  const problem = problemOf(answer.response.status, answer.error);
  if (['session.locked', 'session.room', 'session.unknown', 'access.unauthenticated'].includes(problem.code))
    onRefusal(problem);
  throw problem;
}

export const asProblem = (error: unknown): Problem => (error instanceof Problem ? error : noAnswer());
