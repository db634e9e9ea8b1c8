import type { Schemas } from '../api/client';

/** One chart, as the server sends it: every number, band and sentence is the server's, the page only draws. */
export type ChartModel = Schemas['ChartModel'];
export type Scale = Schemas['ChartScale'];
export type ChartPoint = Schemas['ChartPoint'];
/** A time without answers: the line is broken and dotted. */
export type Gap = Schemas['ChartGap'];
export type Band = Schemas['ChartBand'];
export type ChartLine = Schemas['ChartLine'];
export type ChartEvent = Schemas['ChartEvent'];
