/** What the server says when it refuses (RFC 9457). `field` names the member of the body, such as `answers[3]`. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, detail: string, field?: string) {
    super(detail);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** From any body that came with a status; a body that is no problem document still gives a problem. */
export function problemOf(status: number, body: unknown): Problem {
  const said = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const code = text(said.code) || (status === 0 ? 'network' : `http.${status}`);
  return new Problem(status, code, text(said.detail), text(said.field) || undefined);
}

export const noAnswer = (): Problem => problemOf(0, null);
