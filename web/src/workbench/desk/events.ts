import type { Schemas } from '../../shared/api/client';
import type { Step } from './queue';

export type CodedEvent = Schemas['CodedEventView'];
export type System = Schemas['CodingSystemView'];
export type Code = Schemas['CodingCodeView'];
export type Scale = Schemas['CodingScaleView'];
export type Rating = Schemas['CodedRatingView'];

/** What a sheet holds after a step, whether or not the server has it yet. Applying one twice changes nothing. */
export function after(events: readonly CodedEvent[], step: Step): CodedEvent[] {
  if (step.kind === 'put') {
    if (events.some((event) => event.id === step.id)) return [...events];
    const number = events.reduce((most, event) => Math.max(most, event.number), 0) + 1;
    return [
      ...events,
      { id: step.id, number, code: step.code, start_ms: step.start_ms, end_ms: null, value: null, note: null },
    ];
  }
  if (step.kind === 'undo') return events.filter((event) => event.id !== step.id);
  if (step.kind === 'add')
    return events.map((event) =>
      event.id === step.id
        ? { ...event, end_ms: step.end_ms ?? event.end_ms, value: step.value ?? event.value }
        : event,
    );
  return [...events];
}

export const inTime = (events: readonly CodedEvent[]): CodedEvent[] =>
  [...events].sort((a, b) => a.start_ms - b.start_ms || a.number - b.number);

/** The one that was put last: what Ctrl+Z takes back. */
export const latest = (events: readonly CodedEvent[]): CodedEvent | undefined =>
  events.reduce<CodedEvent | undefined>((last, one) => (!last || one.number > last.number ? one : last), undefined);

/** A code that lasts and has not ended. */
export const running = (events: readonly CodedEvent[], code: Code): CodedEvent | undefined =>
  code.span === 'duration' ? events.find((event) => event.code === code.id && event.end_ms === null) : undefined;

const two = (n: number): string => String(n).padStart(2, '0');

/** 83500 as 1:23.5; hours where there are any. */
export function clockOf(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  const seconds = Math.floor(tenths / 10);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = `${two(seconds % 60)}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${two(minutes % 60)}:${rest}` : `${minutes}:${rest}`;
}

/** What stands on a timer: whole seconds. */
export function minutesOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** The parts a scale is rated for now: windows up to the recording's end, and one more part than was rated. */
export function segmentsOf(system: System, scale: Scale, ratings: readonly Rating[], lengthMs: number): string[] {
  if (scale.per === 'whole') return [''];
  if (scale.per === 'episode') return scale.episodes;
  const letter = scale.per === 'window' ? 'w' : 'p';
  const rated = ratings
    .filter((one) => one.segment.startsWith(letter))
    .reduce((most, one) => Math.max(most, Number(one.segment.slice(1)) || 0), 0);
  const most =
    scale.per === 'window'
      ? Math.max(1, rated, Math.ceil(lengthMs / 1000 / system.window_seconds))
      : Math.min(system.most_parts, rated + 1);
  return Array.from({ length: most }, (_, i) => `${letter}${i + 1}`);
}

/** Every value of a range, from the lowest. */
export function valuesOf(range: Schemas['CodingRangeView']): number[] {
  const count = Math.round((range.max - range.min) / range.step) + 1;
  return Array.from({ length: count }, (_, i) => Number((range.min + i * range.step).toFixed(6)));
}

/** In groups, in the order in which they first come. */
export function grouped<T extends { group: string }>(entries: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups];
}
