import all from './forms.json';

export interface FormRule {
  action: string;
  item: number;
  at_least: number;
  items: number[];
}

/** What the pages need to ask an instrument: ranges, our own gists, and the questions where the wording is our own. */
export interface Form {
  recall: string;
  lowest: number[];
  highest: number[];
  orders: Record<string, { lowest: number; highest: number }>;
  gists: Record<string, string>;
  risk_items: number[];
  rules: FormRule[];
  title?: string;
  instruction?: string;
  options?: string[];
  texts?: string[];
}

const forms = all as unknown as Record<string, Form>;

export function formOf(instrument: string, version: string, order: string): Form | undefined {
  const form = forms[`${instrument}/${version}`];
  const own = form?.orders[order];
  if (!form || !own) return form;
  return { ...form, lowest: form.lowest.map(() => own.lowest), highest: form.highest.map(() => own.highest) };
}

/** One typed answer as the API takes it; undefined: not an answer. Nothing typed is a skipped question, never zero. */
export function answerOf(typed: string, lowest: number, highest: number): string | undefined {
  const text = typed.trim();
  if (text === '' || text === '-') return 'skipped';
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= lowest && value <= highest ? String(value) : undefined;
}

/** Whether a key completes an answer, so that the next field may be entered: 1 does on 0 to 4, not on 0 to 10. */
export function complete(typed: string, lowest: number, highest: number): boolean {
  if (typed.trim() === '-') return true;
  return answerOf(typed, lowest, highest) !== undefined && Number(typed) * 10 > highest && typed.trim() !== '';
}

/** Items whose two entries differ. */
export const differing = (first: string[], second: string[]): number[] =>
  first.flatMap((answer, i) => (answer.trim() === (second[i] ?? '').trim() ? [] : [i + 1]));

/** Whether an answer asks for help to be shown at once. */
export const asksForHelp = (rules: FormRule[], item: number, answer: string): boolean =>
  rules.some(
    (rule) =>
      rule.action === 'show_help_if' && rule.item === item && /^\d+$/.test(answer) && Number(answer) >= rule.at_least,
  );
