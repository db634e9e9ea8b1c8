import { line } from 'd3-shape';
import { type PointerEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { useTexts } from '../i18n/texts';
import { useWidth } from '../ui/useWidth';
import { Glyph } from './Glyph';
import { nearest, type PlacedPoint, pictureOf, saidOnce } from './layout';
import type { ChartModel } from './model';
import './charts.css';

type Layer = 'range' | 'bands' | 'lines' | 'events';

/** Draws what the server sent: sentence first, then its reason, the picture, its limits, and the same as a table. */
export function Chart({
  model,
  beside,
  quiet = false,
}: {
  model: ChartModel;
  /** Charts that it stands among: they share one frame, and what holds for all of them is said by whoever shows them. */
  beside?: ChartModel[];
  quiet?: boolean;
}) {
  const { t, tick } = useTexts();
  const [frame, width] = useWidth<HTMLDivElement>(720);
  const [off, setOff] = useState<ReadonlySet<Layer>>(new Set());
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  const on = (layer: Layer) => !off.has(layer);

  const picture = useMemo(() => pictureOf(model, width, beside), [model, width, beside]);
  const { plot, y, points, events, lines, narrow, height } = picture;
  const now = points[at ?? points.length - 1];
  const shown = now?.point;
  const path = line<PlacedPoint>(
    (mark) => mark.x,
    (mark) => mark.y,
  );
  const unplaced = on('lines') ? lines.filter((mark) => mark.at === null || mark.words !== mark.label) : [];

  const seek = (event: PointerEvent<SVGSVGElement>) => {
    const place = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setAt(
      nearest(
        points.map((mark) => mark.x),
        place,
      ),
    );
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
      <div className="chart-body">
        {shown && now && (
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
                  picture.bands.map((band, i) => (
                    <rect
                      key={band.name}
                      x={plot.left}
                      width={plot.right - plot.left}
                      y={band.top}
                      height={Math.max(0, band.bottom - band.top)}
                      className={i % 2 ? 'band-b' : 'band-a'}
                    />
                  ))}
                {on('bands') &&
                  picture.bandLabels.map((band) => (
                    <text key={band.name} x={plot.right + 10} y={band.at} dominantBaseline="central">
                      {band.name}
                    </text>
                  ))}
                {picture.yTicks.map((value) => (
                  <text
                    key={value}
                    x={plot.left - 8}
                    y={y(value)}
                    className="num"
                    textAnchor="end"
                    dominantBaseline="central"
                  >
                    {value}
                  </text>
                ))}
                {picture.xTicks.map((when) => (
                  <g key={+when}>
                    <line
                      x1={picture.x(when)}
                      x2={picture.x(when)}
                      y1={plot.bottom}
                      y2={plot.bottom + 4}
                      className="axis"
                    />
                    <text x={picture.x(when)} y={plot.bottom + 19} textAnchor="middle">
                      {tick(when)}
                    </text>
                  </g>
                ))}
                <line x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} className="axis" />
                {on('lines') &&
                  lines.map((mark) => (
                    <line
                      key={mark.label}
                      x1={plot.left}
                      x2={plot.right}
                      y1={mark.level}
                      y2={mark.level}
                      className={mark.kind === 'threshold' ? 'threshold' : 'reliable'}
                    />
                  ))}
                {on('events') &&
                  events.map((event, i) => (
                    <g key={`${event.at}${event.label}`}>
                      <line
                        x1={event.x}
                        x2={event.x}
                        y1={24 + 20 * event.row}
                        y2={plot.bottom}
                        className="event-line"
                      />
                      <g transform={`translate(${event.x},${13 + 20 * event.row})`}>
                        <Glyph kind={event.kind} />
                      </g>
                      <text
                        x={event.x + (event.before ? -12 : 12)}
                        y={14 + 20 * event.row}
                        className="strong halo"
                        textAnchor={event.before ? 'end' : 'start'}
                        dominantBaseline="central"
                      >
                        {narrow ? i + 1 : event.label}
                      </text>
                    </g>
                  ))}
                {on('range') &&
                  points.map(
                    (mark) =>
                      mark.lower !== null &&
                      mark.upper !== null && (
                        <line
                          key={`${mark.point.sheet}${mark.point.at}`}
                          x1={mark.x}
                          x2={mark.x}
                          y1={mark.lower}
                          y2={mark.upper}
                          className={mark === now ? 'range range-now' : 'range'}
                        />
                      ),
                  )}
                {picture.links.map(([a, b]) => (
                  <line key={a.point.at} x1={a.x} y1={a.y} x2={b.x} y2={b.y} className="gap" />
                ))}
                {picture.runs.map((run) => (
                  <path key={run[0]?.point.at} d={path(run) ?? ''} className="score" />
                ))}
                {points.map((mark) => (
                  <circle
                    key={`${mark.point.sheet}${mark.point.at}`}
                    cx={mark.x}
                    cy={mark.y}
                    r={mark === now ? 6 : 3.6}
                    className="point"
                  />
                ))}
                {on('lines') &&
                  lines.map(
                    (mark) =>
                      mark.at && (
                        <text key={mark.label} x={mark.at.x} y={mark.at.y} className="line-label halo">
                          {mark.words}
                        </text>
                      ),
                  )}
                {at !== null && <line x1={now.x} x2={now.x} y1={plot.top} y2={plot.bottom} className="cursor" />}
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
            {unplaced.length > 0 && (
              <ul className="event-list">
                {unplaced.map((mark) => (
                  <li key={mark.label}>{mark.label}</li>
                ))}
              </ul>
            )}
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
              {points.some((mark) => mark.lower !== null) &&
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
                    <Glyph kind={model.events[0]?.kind ?? ''} />
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
        <Limits limits={model.limits.filter((limit) => !saidOnce(beside ?? []).includes(limit))} />
      </div>
    </figure>
  );
}

/** What the numbers do not say. */
export function Limits({ limits }: { limits: string[] }) {
  if (limits.length === 0) return null;
  return (
    <ul className="limits">
      {limits.map((limit) => (
        <li key={limit}>{limit}</li>
      ))}
    </ul>
  );
}
