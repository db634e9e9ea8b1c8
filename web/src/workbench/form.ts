/** One typed answer as the API takes it; undefined: not an answer. Nothing typed is a skipped question, never zero. */
export function answerOf(typed: string, lowest: number, highest: number): string | undefined {
  const text = typed.trim();
  if (text === '' || text === '-') return 'skipped';
  if (!/^(0|[1-9]\d?)$/.test(text)) return undefined;
  const value = Number(text);
  return value >= lowest && value <= highest ? String(value) : undefined;
}

/** Whether a key completes an answer, so that the next field may be entered: 1 does on 0 to 4, not on 0 to 10; 0 always does. */
export function complete(typed: string, lowest: number, highest: number): boolean {
  if (typed.trim() === '-') return true;
  const answer = answerOf(typed, lowest, highest);
  return answer !== undefined && answer !== 'skipped' && (answer === '0' || Number(answer) * 10 > highest);
}

/** Items whose two entries differ. */
export const differing = (first: string[], second: string[]): number[] =>
  first.flatMap((answer, i) => (answer.trim() === (second[i] ?? '').trim() ? [] : [i + 1]));
