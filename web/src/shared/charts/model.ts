/** One chart, as the server sends it: every number, band and sentence is the server's, the page only draws. */
export interface ChartModel {
  id: string;
  /** The measure; in a course of several people followed by `: ` and the person, so that their charts stand together. */
  title: string;
  /** What the numbers mean, in one sentence. */
  headline: string;
  /** What that rests on, in one line. */
  reason: string;
  scale: Scale;
  points: ChartPoint[];
  gaps: Gap[];
  bands: Band[];
  lines: ChartLine[];
  events: ChartEvent[];
  /** What the numbers do not say. */
  limits: string[];
  table: { columns: string[]; rows: string[][] };
}

export interface Scale {
  min: number;
  max: number;
  /** Words for the two ends. */
  low_end: string;
  high_end: string;
  direction: 'lower_is_better' | 'higher_is_better' | 'neither';
}

export interface ChartPoint {
  /** An instant, ISO 8601. */
  at: string;
  label: string;
  value: number | null;
  lower: number | null;
  upper: number | null;
  /** Id of the sheet that the value comes from. */
  sheet: string;
  /** The point spoken: date, value, range, band. */
  words: string;
}

/** A time without answers: the line is broken and dotted. */
export interface Gap {
  from: string;
  to: string;
  words: string;
}

export interface Band {
  from: number;
  to: number;
  name: string;
  basis: string;
  verified: boolean;
}

export interface ChartLine {
  kind: 'threshold' | 'reliable_better' | 'reliable_worse';
  value: number;
  label: string;
  basis: string;
  verified: boolean;
}

export interface ChartEvent {
  at: string;
  kind: string;
  label: string;
}
