import type { Schemas } from '../shared/api/client';
import type { ChartModel } from '../shared/charts/model';

export type Phrase = (id: string, values?: Record<string, string | number>) => string;

/** A course page as it is, or with the charts that the server makes. */
export type PageWithCharts = Schemas['CoursePage'] & { charts?: ChartModel[] };

/**
 * The server's charts, where the page brings them. Otherwise what the sheets hold, drawn without a word about change:
 * values and their ranges as they came, no bands, no lines.
 */
export function chartsOf(
  page: PageWithCharts,
  names: (person: string) => string,
  titles: (instrument: string) => string,
  t: Phrase,
  day: (at: string) => string,
): ChartModel[] {
  if (page.charts) return page.charts;
  const charts = new Map<string, ChartModel>();
  const sent = page.sheets
    .filter((sheet) => sheet.administration.sent_at !== null)
    .sort((a, b) => Date.parse(a.administration.sent_at ?? '') - Date.parse(b.administration.sent_at ?? ''));
  for (const { administration: given, scales } of sent)
    for (const scale of scales) {
      const at = given.sent_at ?? given.given_at;
      const id = [given.instrument, given.item_order, given.respondent, given.subject, given.figure, scale.scale].join(
        '.',
      );
      const range = scale.lower !== null && scale.upper !== null;
      const words =
        scale.value === null
          ? t('plain.none', { day: day(at) })
          : t(range ? 'plain.range' : 'plain.value', {
              day: day(at),
              value: round(scale.value),
              lower: round(scale.lower ?? 0),
              upper: round(scale.upper ?? 0),
            });
      const name = names(given.respondent);
      const title = t(name ? 'plain.title' : 'plain.title_alone', {
        instrument: titles(given.instrument),
        scale: scale.name,
        name,
      });
      const chart = charts.get(id) ?? {
        id,
        title,
        headline: '',
        reason: '',
        scale: {
          min: scale.range_min,
          max: scale.range_max,
          low_end: t('plain.low'),
          high_end: t('plain.high'),
          direction: scale.higher_is_worse ? ('lower_is_better' as const) : ('higher_is_better' as const),
        },
        points: [],
        gaps: [],
        bands: [],
        lines: [],
        events: [],
        limits: [t('plain.limit')],
        table: { columns: [t('plain.when'), t('plain.score'), t('plain.likely')], rows: [] },
      };
      chart.headline = t('plain.headline', { scale: scale.name, words });
      chart.reason = scale.basis ? t('plain.reason', { basis: scale.basis }) : t('plain.no_error');
      chart.points.push({
        at,
        label: day(at),
        value: scale.value,
        lower: scale.lower,
        upper: scale.upper,
        sheet: given.id,
        words,
      });
      chart.table.rows.push([
        day(at),
        scale.value === null ? '–' : String(round(scale.value)),
        range ? t('plain.from_to', { lower: round(scale.lower ?? 0), upper: round(scale.upper ?? 0) }) : '–',
      ]);
      charts.set(id, chart);
    }
  return [...charts.values()].filter((chart) => chart.points.some((point) => point.value !== null));
}

const round = (value: number): number => Math.round(value * 100) / 100;
