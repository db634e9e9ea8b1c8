import { scaleLinear, scaleTime } from 'd3-scale';
import { line } from 'd3-shape';
import { type PointerEvent, type ReactNode, useId, useState } from 'react';
import { useTexts } from '../i18n/texts';
import { useWidth } from '../ui/useWidth';
import { Glyph } from './Glyph';
import { bandLabels, type Drawn, eventRows, lineLabels, linksOf, nearest, runsOf, spanOf } from './layout';
import type { ChartModel } from './model';
import './charts.css';

type Layer = 'range' | 'bands' | 'lines' | 'events';

/** Draws what the server sent: sentence first, then its reason, the picture, its limits, and the same as a table. */
export function Chart({ model, quiet = false }: { model: ChartModel; quiet?: boolean }) {
  const { t, tick } = useTexts();
  const [frame, width] = useWidth<HTMLDivElement>(720);
  const [off, setOff] = useState<ReadonlySet<Layer>>(new Set());
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  const on = (layer: Layer) => !off.has(layer);

  const runs = runsOf(model.points, model.gaps);
  const points = runs.flat();
  const shown = points[at ?? points.length - 1];
  const narrow = width < 560;
  const height = narrow ? 280 : 320;
  const left = 34;
  const right = narrow || !model.bands.length ? 14 : 124;
  const bottom = height - 34;
  const instants = [...points, ...model.events].map((mark) => mark.at);
  const [from, to] = spanOf(instants.length ? instants : [new Date(0).toISOString()]);
  const x = scaleTime([from, to], [left + 14, width - right - 10]);
  const px = (mark: { at: string }) => x(new Date(mark.at));
  const events = eventRows(
    model.events.map((event) => ({ ...event, x: px(event) })),
    narrow,
  );
  const rows = on('events') ? Math.max(0, ...events.map((event) => event.row + 1)) : 0;
  const top = rows ? 18 + 20 * rows : 12;
  const y = scaleLinear([model.scale.min, model.scale.max], [bottom, top]);
  const path = line<Drawn>(px, (point) => y(point.value));
  const inside = (value: number) => value >= model.scale.min && value <= model.scale.max;
  const lines = lineLabels(
    model.lines.filter((mark) => inside(mark.value)),
    y,
  );

  const seek = (event: PointerEvent<SVGSVGElement>) => {
    const place = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setAt(nearest(points.map(px), place));
  };
  const turn = (layer: Layer) =>
    setOff((before) => {
      const after = new Set(before);
      if (!after.delete(layer)) after.add(layer);
      return after;
    });
  const key = (layer: Layer, swatch: ReactNode, label: string) => (
    <button type="button" className="key" aria-pressed={on(layer)} onClick={() => turn(layer)}>
      <svg width="22" height="14" aria-hidden="true">
        {swatch}
      </svg>
      {label}
    </button>
  );

  const ended = model.scale.low_end !== '' && model.scale.high_end !== '';
  return (
    <figure className="chart" aria-labelledby={`${id}-h`}>
      <figcaption>
        {!quiet && <p className="headline">{model.headline}</p>}
        <p className="sub measure">{model.reason}</p>
        <span id={`${id}-h`} className="vh">
          {t('chart.caption', { title: model.title })}
        </span>
      </figcaption>
      {shown && (
        <>
          <div ref={frame} className="plot">
            <svg
              width={width}
              height={height}
              aria-hidden="true"
              onPointerMove={seek}
              onPointerLeave={() => setAt(null)}
            >
              {on('bands') &&
                model.bands.map((band, i) => (
                  <rect
                    key={band.name}
                    x={left}
                    width={width - left - right}
                    y={y(band.to)}
                    height={Math.max(0, y(band.from) - y(band.to))}
                    className={i % 2 ? 'band-b' : 'band-a'}
                  />
                ))}
              {on('bands') &&
                !narrow &&
                bandLabels(model.bands, y).map((band) => (
                  <text key={band.name} x={width - right + 10} y={band.at} dominantBaseline="central">
                    {band.name}
                  </text>
                ))}
              {y.ticks(6).map((value) => (
                <text key={value} x={left - 8} y={y(value)} className="num" textAnchor="end" dominantBaseline="central">
                  {value}
                </text>
              ))}
              {x.ticks(narrow ? 3 : 6).map((when) => (
                <g key={+when}>
                  <line x1={x(when)} x2={x(when)} y1={bottom} y2={bottom + 4} className="axis" />
                  <text x={x(when)} y={bottom + 19} textAnchor="middle">
                    {tick(when)}
                  </text>
                </g>
              ))}
              <line x1={left} x2={width - right} y1={bottom} y2={bottom} className="axis" />
              {on('lines') &&
                lines.map((mark) => (
                  <g key={mark.label}>
                    <line
                      x1={left}
                      x2={width - right}
                      y1={y(mark.value)}
                      y2={y(mark.value)}
                      className={mark.kind === 'threshold' ? 'threshold' : 'reliable'}
                    />
                    <text x={left + 16} y={y(mark.value) + (mark.below ? 14 : -5)} className="halo">
                      {mark.label}
                    </text>
                  </g>
                ))}
              {on('events') &&
                events.map((event, i) => (
                  <g key={`${event.at}${event.label}`}>
                    <line x1={event.x} x2={event.x} y1={24 + 20 * event.row} y2={bottom} className="event-line" />
                    <g transform={`translate(${event.x},${13 + 20 * event.row})`}>
                      <Glyph kind={event.kind} />
                    </g>
                    <text x={event.x + 12} y={14 + 20 * event.row} className="strong halo" dominantBaseline="central">
                      {narrow ? i + 1 : event.label}
                    </text>
                  </g>
                ))}
              {on('range') &&
                points.map(
                  (point) =>
                    point.lower !== null &&
                    point.upper !== null && (
                      <line
                        key={`${point.sheet}${point.at}`}
                        x1={px(point)}
                        x2={px(point)}
                        y1={y(point.lower)}
                        y2={y(point.upper)}
                        className={point === shown ? 'range range-now' : 'range'}
                      />
                    ),
                )}
              {linksOf(runs).map(([a, b]) => (
                <line key={a.at} x1={px(a)} y1={y(a.value)} x2={px(b)} y2={y(b.value)} className="gap" />
              ))}
              {runs.map((run) => (
                <path key={run[0]?.at} d={path(run) ?? ''} className="score" />
              ))}
              {points.map((point) => (
                <circle
                  key={`${point.sheet}${point.at}`}
                  cx={px(point)}
                  cy={y(point.value)}
                  r={point === shown ? 6 : 3.6}
                  className="point"
                />
              ))}
              {at !== null && <line x1={px(shown)} x2={px(shown)} y1={top} y2={bottom} className="cursor" />}
            </svg>
            <input
              type="range"
              className="scrub"
              min={0}
              max={points.length - 1}
              step={1}
              value={at ?? points.length - 1}
              aria-label={t('chart.scrub', { title: model.title })}
              aria-valuetext={shown.words}
              onChange={(event) => setAt(Number(event.target.value))}
              onBlur={() => setAt(null)}
            />
          </div>
          <p className="readout num" aria-hidden="true">
            {shown.words}
          </p>
          <p className="ends num">
            {ended
              ? t('chart.ends', {
                  min: model.scale.min,
                  max: model.scale.max,
                  low: model.scale.low_end,
                  high: model.scale.high_end,
                })
              : t('chart.range', { min: model.scale.min, max: model.scale.max })}{' '}
            {t(`chart.direction.${model.scale.direction}`)}
          </p>
          {narrow && on('events') && events.length > 0 && (
            <ol className="event-list">
              {events.map((event, i) => (
                <li key={`${event.at}${event.label}`}>
                  <span className="num">{i + 1}</span> {event.label}
                </li>
              ))}
            </ol>
          )}
          <fieldset className="keys no-print">
            <legend className="vh">{t('chart.layers')}</legend>
            {points.some((point) => point.lower !== null) &&
              key(
                'range',
                <>
                  <line x1="11" x2="11" y1="3.5" y2="10.5" className="range" />
                  <line x2="22" y1="7" y2="7" className="score" />
                </>,
                t('chart.layer.range'),
              )}
            {model.lines.length > 0 &&
              key('lines', <line x2="22" y1="7" y2="7" className="reliable" />, t('chart.layer.lines'))}
            {model.bands.length > 0 &&
              key('bands', <rect width="22" height="14" className="band-a band-key" />, t('chart.layer.bands'))}
            {model.events.length > 0 &&
              key(
                'events',
                <g transform="translate(11,7)">
                  <Glyph kind="rupture" />
                </g>,
                t('chart.layer.events'),
              )}
          </fieldset>
        </>
      )}
      {model.gaps.map((gap) => (
        <p key={gap.from} className="note">
          {gap.words}
        </p>
      ))}
      {[...model.bands, ...model.lines].some((mark) => !mark.verified) && (
        <p className="note">{t('chart.unverified')}</p>
      )}
      <details className="as-table">
        <summary>{t('chart.table')}</summary>
        <div className="scroll">
          <table className="num">
            <caption className="vh">{model.title}</caption>
            <thead>
              <tr>
                {model.table.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {model.table.rows.map((row) => (
                <tr key={row.join('|')}>
                  {row.map((cell, i) =>
                    i === 0 ? (
                      <th key={model.table.columns[i]} scope="row">
                        {cell}
                      </th>
                    ) : (
                      <td key={model.table.columns[i]}>{cell}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      {model.limits.length > 0 && (
        <ul className="limits">
          {model.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      )}
    </figure>
  );
}
