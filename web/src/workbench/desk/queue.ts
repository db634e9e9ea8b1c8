import { asProblem } from '../../shared/api/client';
import type { Problem } from '../../shared/api/problem';
import { dropDraft, keepDraft, readDraft } from '../drafts';

/** One thing that was put down, on its way to the server. Ids of codes are made here, so that sending twice puts once. */
export type Step =
  | { kind: 'put'; id: string; code: string; start_ms: number }
  | { kind: 'add'; id: string; end_ms?: number; value?: number }
  | { kind: 'undo'; id: string }
  | { kind: 'rate'; scale: string; segment: string; value: number | null };

export interface QueueState {
  /** How many are not on the disk yet. */
  waiting: number;
  /** The server does not answer, or the session is locked: they stay in this tab and are sent again. */
  held: boolean;
  /** What the server would not take, last. */
  refused?: { step: Step; problem: Problem } | undefined;
}

export const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Whether sending it again may help: nobody answered, or whoever is signed in has to prove it first. */
export const isWorthRepeating = (problem: Problem): boolean =>
  problem.status === 0 ||
  problem.status === 401 ||
  problem.status === 429 ||
  problem.status >= 500 ||
  problem.code.startsWith('session.');

const pauseMs = 2000;
const longestPauseMs = 15_000;

/** Sends steps one after the other, in their order. What is not sent survives the page in the tab's own store. */
export class Queue {
  private steps: Step[];
  private busy = false;
  private stopped = false;
  private pause = pauseMs;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private refused: QueueState['refused'];

  constructor(
    private readonly key: string,
    private readonly send: (step: Step) => Promise<unknown>,
    private readonly tell: (state: QueueState) => void,
  ) {
    this.steps = readDraft<Step[]>(key) ?? [];
    if (this.steps.length) void this.go();
  }

  pending(): readonly Step[] {
    return this.steps;
  }

  push(step: Step): void {
    this.steps.push(step);
    this.keep();
    void this.go();
  }

  /** At once, instead of after the pause. */
  again(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.go();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private keep(): void {
    if (this.steps.length) keepDraft(this.key, this.steps);
    else dropDraft(this.key);
  }

  private say(held: boolean): void {
    if (!this.stopped) this.tell({ waiting: this.steps.length, held, refused: this.refused });
  }

  private async go(): Promise<void> {
    if (this.busy || this.stopped || this.timer !== undefined) return this.say(this.timer !== undefined);
    this.busy = true;
    for (let step = this.steps[0]; step && !this.stopped; step = this.steps[0]) {
      this.say(false);
      try {
        await this.send(step);
        this.pause = pauseMs;
      } catch (error) {
        const problem = asProblem(error);
        if (isWorthRepeating(problem)) {
          this.hold();
          break;
        }
        this.refused = { step, problem };
      }
      this.steps.shift();
      this.keep();
    }
    this.busy = false;
    if (!this.steps.length) this.say(false);
  }

  private hold(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.go();
    }, this.pause);
    this.pause = Math.min(this.pause * 2, longestPauseMs);
    this.say(true);
  }
}
