import type { Schemas } from '../api/client';
import { Problem } from '../api/problem';

/** A questionnaire as it is asked, one question a page, whether on a phone or in the room. */
export interface Asked {
  /** What the answers are sent with, and kept under. */
  sheet: string;
  title: string;
  instruction: string;
  items: Item[];
  rules: Rule[];
  /** What whoever answers wants to be asked at most, where questions are chosen. */
  most?: number | null;
}
export interface Item {
  position: number;
  asked: boolean;
  /** What it holds could endanger whoever answered: it is not shown back. */
  guarded?: boolean;
  text: string;
  lowest: number;
  highest: number;
  options: string[];
}
export interface Rule {
  action: string;
  item: number;
  at_least: number;
  items: number[];
}

/** A form of the server as it is asked; whom it is about stands where the wording says {figure}. */
export function askedOf(form: Schemas['Form'], words: (kind: string) => string): Asked {
  const figure = form.figure?.name || words(form.figure?.kind ?? 'other');
  const said = (text: string | null | undefined) => (text ?? '').replaceAll('{figure}', figure);
  return {
    sheet: form.sheet,
    title: said(form.title),
    instruction: said(form.instruction),
    rules: form.rules,
    most: form.most_items,
    items: form.items.map((item) => ({ ...item, text: said(item.text), asked: item.asked && item.text !== null })),
  };
}

/** What was chosen, by position; a question that was left out is `skipped`, one that was not reached is not there. */
export type Answers = Readonly<Record<number, string>>;
/** What a sheet holds that asks only what tells most: what was put, in that order, and how many it will be of all. */
export interface Path {
  put: readonly number[];
  least: number;
  most: number;
  /** The server was not reached: what is left comes in its order. */
  alone?: boolean;
}
/** A sheet that somebody is filling in. */
export interface Begun {
  answers: Answers;
  path?: Path | undefined;
}
export type Step = 'start' | 'review' | 'done' | 'help' | 'stopped' | number;

const value = (answers: Answers, position: number): number | undefined => {
  const text = answers[position];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
};

const met = (rule: Rule, answers: Answers): boolean => (value(answers, rule.item) ?? -1) >= rule.at_least;

/** Questions in order: those that are asked at all, without those whose condition is not met. */
export function shownItems(form: Asked, answers: Answers): Item[] {
  return form.items.filter((item) => {
    if (!item.asked) return false;
    const conditions = form.rules.filter(
      (rule) => rule.action === 'show_item_if' && rule.items.includes(item.position),
    );
    return conditions.length === 0 || conditions.some((rule) => met(rule, answers));
  });
}

/** Whether what was answered to this question means that help is shown at once. */
export const helpNow = (form: Asked, answers: Answers, position: number): boolean =>
  form.rules.some((rule) => rule.action === 'show_help_if' && rule.item === position && met(rule, answers));

export const anyHelp = (form: Asked, answers: Answers): boolean =>
  form.items.some((item) => helpNow(form, answers, item.position));

/** Questions whose answers are not shown back: what they hold could endanger whoever answered. */
export const guarded = (form: Asked): ReadonlySet<number> =>
  new Set(form.items.filter((item) => item.guarded).map((item) => item.position));

/**
 * As the server takes them: one for every question. Not asked is said; not answered is never zero. What was answered before
 * a question was left out is sent all the same: somebody has said it.
 */
export function sendable(form: Asked, { answers, path }: Begun): string[] {
  const shown = new Set(shownItems(form, answers).map((item) => item.position));
  return form.items.map((item) => {
    if (!item.asked) return value(answers, item.position)?.toString() ?? 'not_asked';
    if (!shown.has(item.position)) return 'not_applicable';
    return answers[item.position] ?? (path ? 'not_asked' : 'skipped');
  });
}

type Next = Schemas['NextQuestion'];

const pathFrom = (put: readonly number[], said: Next): Path => ({
  put: said.next === null ? put : [...put, said.next],
  least: put.length + said.least_left,
  most: put.length + said.most_left,
});

/** How a sheet begins; nothing: all that is asked comes in its order. */
export const pathOf = (form: Schemas['Form']): Path | undefined =>
  form.adaptive ? pathFrom([], form.adaptive) : undefined;

/** The form as it has been asked so far. */
export const putOf = (form: Asked, { path }: Begun): Asked =>
  path ? { ...form, items: path.put.flatMap((at) => form.items[at - 1] ?? []) } : form;

/** Without a question that was put and not answered. */
export const answered = (begun: Begun): Path | undefined =>
  begun.path && { ...begun.path, put: begun.path.put.filter((at) => begun.answers[at] !== undefined) };

/**
 * Where Next leads. What was answered stays, also where an earlier answer was changed: somebody has said it; what has not
 * been answered is chosen anew. Where the server cannot be reached, what is left comes in its order. Throws what it refuses.
 */
export async function onward(
  form: Asked,
  begun: Begun,
  step: number,
  ask: (answers: string[]) => Promise<Next>,
): Promise<[Step, Path | undefined]> {
  const path = answered(begun);
  if (!path) return [step + 1 < shownItems(form, begun.answers).length ? step + 1 : 'review', path];
  const { put } = path;
  if (step + 1 < put.length) return [step + 1, begun.path];
  let next: Path;
  try {
    next = pathFrom(put, await ask(sendable(form, begun)));
  } catch (error) {
    const status = error instanceof Problem ? error.status : 0;
    if (status >= 400 && status < 500 && status !== 429) throw error;
    const left = form.items.filter((item) => item.asked && !put.includes(item.position));
    const most = Math.min(form.most ?? Number.POSITIVE_INFINITY, put.length + left.length);
    const [one] = left;
    next = { ...path, put: one && put.length < most ? [...put, one.position] : put, most, alone: true };
  }
  return [next.put.length > put.length ? put.length : 'review', next];
}

export const optionsOf = (item: Item): { value: string; label: string }[] =>
  Array.from({ length: item.highest - item.lowest + 1 }, (_, i) => ({
    value: String(item.lowest + i),
    label: item.options[i] ?? String(item.lowest + i),
  }));

export const answerWords = (item: Item, answer: string | undefined): string | undefined =>
  optionsOf(item).find((option) => option.value === answer)?.label;

/** Long questions are set smaller, so that the answers stay in sight. */
export const sizeOf = (text: string): '' | 'long' | 'longer' =>
  text.length > 120 ? 'longer' : text.length > 55 ? 'long' : '';
