import { type ReactNode, useId, useMemo, useState } from 'react';
import { useTexts } from '../i18n/texts';
import { useWidth } from '../ui/useWidth';
import { type MapMark, type Plane, planeOf, type Sign, shapePath, signsOf, trackOf, widest } from './mapLayout';
import { type MapModel, planeOfMap, planeOfShown, type ShownModel, type Strip, stripsOf } from './mapModel';
import './charts.css';
import './map.css';

type Layer = 'figure' | 'domain' | 'overall' | 'around' | 'first' | 'path' | 'raw' | 'norm' | 'landmarks';
type Ends = { low: string; high: string };

/** A mark by its shape; colour only repeats it. */
export function Mark({ sign, r = 7, hollow = false }: { sign: Sign; r?: number; hollow?: boolean }) {
  return (
    <>
      <path d={shapePath(sign.shape, r)} className={`sign sign-${sign.colour}${hollow ? ' sign-hollow' : ''}`} />
      {sign.shape === 'ring' && <circle r={r * 0.42} className="sign-hole" />}
    </>
  );
}

export function MarkKey({ sign }: { sign: Sign }) {
  return (
    <svg width="20" height="18" viewBox="-10 -9 20 18" aria-hidden="true" className="mark-key">
      <Mark sign={sign} r={6} />
    </svg>
  );
}

/** The plane itself: keeping one's distance to the right, worry about being left upward. Hidden from readers, who get a list. */
function PlaneFigure(props: { plane: Plane; x: Ends; y: Ends; norm: string; on: (layer: Layer) => boolean }) {
  const { on } = props;
  const [frame, width] = useWidth<HTMLDivElement>(widest);
  const id = useId();
  const picture = useMemo(() => planeOf(props.plane, width), [props.plane, width]);
  const { left, right, top, bottom } = picture.frame;
  const marks = picture.marks.filter(({ mark }) => on(mark.level));
  return (
    <div ref={frame} className="plot plane">
      <svg
        width={picture.width}
        height={picture.height}
        viewBox={`0 0 ${picture.width} ${picture.height}`}
        aria-hidden="true"
      >
        <defs>
          <marker id={`${id}-a`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M1,1L7,4L1,7" className="arrow-head" />
          </marker>
          <clipPath id={`${id}-c`}>
            <rect x={left} y={top} width={right - left} height={bottom - top} rx="6" />
          </clipPath>
        </defs>
        <rect x={left} y={top} width={right - left} height={bottom - top} rx="6" className="plane-ground" />
        <g clipPath={`url(#${id}-c)`}>
          {on('norm') && picture.norm && (
            <>
              <line x1={picture.norm.x} x2={picture.norm.x} y1={top} y2={bottom} className="plane-norm" />
              <line x1={left} x2={right} y1={picture.norm.y} y2={picture.norm.y} className="plane-norm" />
              <text x={right - 6} y={picture.norm.y - 5} textAnchor="end">
                {props.norm}
              </text>
            </>
          )}
          {on('around') &&
            marks.map(({ mark, sign, around }) => (
              <path key={mark.key} d={around} className={`around sign-${sign.colour}`} />
            ))}
        </g>
        {on('landmarks') &&
          picture.landmarks.map((one) => (
            <g key={one.name}>
              <path d={`M${one.x - 4},${one.y}h8M${one.x},${one.y - 4}v8`} className="landmark" />
              <text x={one.x} y={one.y + (one.below ? 18 : -10)} textAnchor="middle" className="landmark-name halo">
                {one.name}
              </text>
            </g>
          ))}
        {on('path') &&
          marks.map(({ mark, sign, path, steps }) => (
            <g key={mark.key} className={`way sign-${sign.colour}`}>
              <path d={path} />
              {steps.slice(0, -1).map((step, i) => (
                <circle key={i} cx={step.x} cy={step.y} r="2.2" />
              ))}
            </g>
          ))}
        {on('raw') &&
          marks.map(
            ({ mark, sign, raw, x, y }) =>
              raw && (
                <g key={mark.key} className={`as-is sign-${sign.colour}`}>
                  <line x1={x} y1={y} x2={raw.x} y2={raw.y} />
                  <path d={`M${raw.x - 4},${raw.y - 4}l8,8m0,-8l-8,8`} />
                </g>
              ),
          )}
        {on('first') &&
          marks.map(
            ({ mark, sign, was, arrow }) =>
              was &&
              arrow && (
                <g key={mark.key}>
                  <line {...arrow} className="moved" markerEnd={`url(#${id}-a)`} />
                  <g transform={`translate(${was.x},${was.y})`}>
                    <Mark sign={sign} r={4.6} hollow />
                  </g>
                </g>
              ),
          )}
        {marks.map(({ mark, sign, x, y }) => (
          <g key={mark.key} transform={`translate(${x},${y})`}>
            <Mark sign={sign} />
          </g>
        ))}
        {marks.map(({ mark, label }) => (
          <text
            key={mark.key}
            x={label.x}
            y={label.y}
            textAnchor={label.anchor}
            dominantBaseline="central"
            className="strong halo"
          >
            {mark.label}
          </text>
        ))}
        {picture.xTicks.map((tick) => (
          <text key={tick.value} x={tick.at} y={bottom + 15} textAnchor="middle" className="tick">
            {tick.value}
          </text>
        ))}
        {picture.yTicks.map((tick) => (
          <text key={tick.value} x={left - 8} y={tick.at} textAnchor="end" dominantBaseline="central" className="tick">
            {tick.value}
          </text>
        ))}
        <line
          x1={left}
          x2={right}
          y1={bottom + 25}
          y2={bottom + 25}
          className="axis-arrow"
          markerEnd={`url(#${id}-a)`}
        />
        <text x={left} y={bottom + 43}>
          {props.x.low}
        </text>
        <text x={right} y={bottom + 43} textAnchor="end">
          {props.x.high}
        </text>
        <line x1={left - 26} x2={left - 26} y1={bottom} y2={top} className="axis-arrow" markerEnd={`url(#${id}-a)`} />
        <text transform={`translate(${left - 36},${bottom}) rotate(-90)`}>{props.y.low}</text>
        <text transform={`translate(${left - 36},${top}) rotate(-90)`} textAnchor="end">
          {props.y.high}
        </text>
      </svg>
    </div>
  );
}

function Key(props: { on: boolean; turn: () => void; swatch: ReactNode; label: string }) {
  return (
    <button type="button" className="key" aria-pressed={props.on} onClick={props.turn}>
      <svg width="24" height="16" viewBox="-12 -8 24 16" aria-hidden="true">
        {props.swatch}
      </svg>
      {props.label}
    </button>
  );
}

/** Raw answers of measures that are not calibrated: arrows on lines of their own, never places. */
export function Directions({ strips, signs }: { strips: Strip[]; signs: Map<string, Sign> }) {
  const { t, number } = useTexts();
  const id = useId();
  const width = 152;
  return (
    <ul className="strips">
      {strips.map((strip) => {
        const sign = signs.get(strip.key);
        return (
          <li key={strip.key}>
            <p className="strip-whom">
              {sign && <MarkKey sign={sign} />} {strip.label}{' '}
              {strip.relation !== 'other' && !strip.label.endsWith(strip.relation) && (
                <span className="strip-who">{t(`map.relation.${strip.relation}`)}</span>
              )}
            </p>
            {strip.rows.map((row) => {
              const track = trackOf(row.values, row.middle, { min: row.lowest, max: row.highest }, width);
              const told = [
                row.values[0],
                track.middle === null ? undefined : row.values[row.middle],
                row.values.at(-1),
              ];
              return (
                <div key={row.axis} className="strip">
                  <span className="strip-name">{t(`map.strip.${row.axis}`)}</span>
                  <svg width={width} height="22" aria-hidden="true">
                    <defs>
                      <marker
                        id={`${id}-d`}
                        viewBox="0 0 8 8"
                        refX="7"
                        refY="4"
                        markerWidth="7"
                        markerHeight="7"
                        orient="auto"
                      >
                        <path d="M1,1L7,4L1,7" className="arrow-head" />
                      </marker>
                    </defs>
                    <line x1="8" x2={width - 8} y1="11" y2="11" className="strip-line" />
                    {track.middle !== null && (
                      <line x1={track.middle} x2={track.middle} y1="6" y2="16" className="strip-middle" />
                    )}
                    {track.arrow && (
                      <line {...track.arrow} y1="11" y2="11" className="strip-arrow" markerEnd={`url(#${id}-d)`} />
                    )}
                    <circle
                      cx={track.from}
                      cy="11"
                      r="4"
                      className={row.values.length > 1 ? 'strip-from' : 'strip-to'}
                    />
                    {row.values.length > 1 && <circle cx={track.to} cy="11" r="4" className="strip-to" />}
                  </svg>
                  <span className="num strip-values" aria-hidden="true">
                    {row.values.length > 1
                      ? told
                          .filter((value) => value !== undefined)
                          .map(number)
                          .join(' → ')
                      : number(row.values[0] ?? row.lowest)}
                    <span className="strip-of">{t('map.strip.of', { lowest: row.lowest, highest: row.highest })}</span>
                  </span>
                  <span className="vh">{row.words}</span>
                </div>
              );
            })}
          </li>
        );
      })}
    </ul>
  );
}

/** What a person's relationships are called by on the map: those with a place first, then those with a direction only. */
const allSigns = (
  marks: { key: string; relation: string; level: MapMark['level'] }[],
  strips: { key: string; relation: string }[],
) =>
  signsOf([
    ...marks,
    ...strips
      .filter((strip) => !marks.some((mark) => mark.key === strip.key))
      .map((strip) => ({ ...strip, level: 'figure' as const })),
  ]);

/** The therapist's map: sentence, reason, picture, and the same as a table. */
export function AttachmentMap({ map }: { map: MapModel }) {
  const { t } = useTexts();
  const plane = useMemo(() => planeOfMap(map), [map]);
  const strips = useMemo(() => stripsOf(map.directions), [map]);
  const signs = useMemo(() => allSigns(plane.marks, strips), [plane, strips]);
  const [turned, setTurned] = useState<ReadonlySet<Layer>>(new Set());
  const id = useId();
  // What stands for itself is there at once; paths, raw answers and landmarks are asked for.
  const asked = map.nodes.some((node) => node.kind === 'domain' && node.asked);
  const atFirst: Record<Layer, boolean> = {
    figure: true,
    domain: asked,
    overall: true,
    around: true,
    first: true,
    path: false,
    raw: false,
    norm: true,
    landmarks: false,
  };
  const on = (layer: Layer) => atFirst[layer] !== turned.has(layer);
  const turn = (layer: Layer) =>
    setTurned((before) => {
      const after = new Set(before);
      if (!after.delete(layer)) after.add(layer);
      return after;
    });
  const has = (level: MapMark['level']) => plane.marks.some((mark) => mark.level === level);
  const key = (layer: Layer, swatch: ReactNode) => (
    <Key key={layer} on={on(layer)} turn={() => turn(layer)} swatch={swatch} label={t(`map.layer.${layer}`)} />
  );
  const ink: Sign = { shape: 'circle', colour: 0 };
  return (
    <figure className="chart map" aria-labelledby={`${id}-h`}>
      <figcaption>
        <p className="headline">{map.headline}</p>
        <p className="sub measure">{map.reason}</p>
        <span id={`${id}-h`} className="vh">
          {t('map.caption')}
        </span>
      </figcaption>
      {map.state === 'places' && (
        <>
          <div className="map-body">
            <PlaneFigure
              plane={plane}
              x={{ low: t('map.avoidance_low'), high: t('map.avoidance_high') }}
              y={{ low: t('map.anxiety_low'), high: t('map.anxiety_high') }}
              norm={t('map.norm')}
              on={on}
            />
            <div className="map-side">
              <fieldset className="keys no-print">
                <legend className="vh">{t('chart.layers')}</legend>
                {has('figure') && key('figure', <Mark sign={{ shape: 'square', colour: 2 }} r={6} />)}
                {has('domain') && key('domain', <Mark sign={{ shape: 'ring', colour: 0 }} r={6} />)}
                {has('overall') && key('overall', <Mark sign={ink} r={6} />)}
                {key('around', <ellipse rx="10" ry="6" className="around sign-1" />)}
                {plane.marks.some((mark) => mark.first) &&
                  key(
                    'first',
                    <>
                      <line x1="-6" x2="9" y1="0" y2="0" className="moved" />
                      <path d="M5,-4L10,0L5,4" className="arrow-head" />
                      <circle cx="-8" r="3.4" className="sign sign-0 sign-hollow" />
                    </>,
                  )}
                {plane.marks.some((mark) => mark.path.length > 2) &&
                  key(
                    'path',
                    <g className="way sign-1">
                      <path d="M-10,4L-2,-4L9,2" />
                      <circle cx="-10" cy="4" r="2.2" />
                      <circle cx="-2" cy="-4" r="2.2" />
                    </g>,
                  )}
                {plane.marks.some((mark) => mark.raw) &&
                  key('raw', <path d="M-4,-4l8,8m0,-8l-8,8" className="as-is sign-1" />)}
                {plane.x.norm !== null && key('norm', <line x1="-10" x2="10" className="plane-norm" />)}
                {plane.landmarks.length > 0 && key('landmarks', <path d="M-4,0h8M0,-4v8" className="landmark" />)}
              </fieldset>
              {on('landmarks') && <p className="note measure">{t('map.landmarks_note')}</p>}
              <p className="note measure">{t(map.unit === 'points' ? 'map.unit_points' : 'map.unit_standard')}</p>
              {plane.x.norm === null && <p className="note measure">{t('map.no_norm')}</p>}
              {plane.marks.some((mark) => mark.first) && <p className="note measure">{t('map.tested')}</p>}
              <ul className="vh">
                {map.nodes.map((node) => (
                  <li key={node.key}>{node.reading}</li>
                ))}
              </ul>
            </div>
          </div>
          <Numbers map={map} signs={signs} />
          {map.nodes
            .flatMap((node) => node.findings)
            .filter((finding) => finding.code === 'working_model.drawn')
            .map((finding) => (
              <p key={finding.statement} className="note measure">
                {finding.statement} {finding.limits}
              </p>
            ))}
        </>
      )}
      {strips.length > 0 && (
        <section className="map-strips" aria-labelledby={`${id}-d`}>
          <h3 id={`${id}-d`}>{t('map.directions')}</h3>
          <p className="sub measure">{t('map.directions_words')}</p>
          <Directions strips={strips} signs={signs} />
        </section>
      )}
    </figure>
  );
}

/** The picture once more, in numbers. On a phone each relationship becomes a card. */
function Numbers({ map, signs }: { map: MapModel; signs: Map<string, Sign> }) {
  const { t } = useTexts();
  const { columns, rows } = map.table;
  return (
    <table className="map-table num">
      <caption className="vh">{t('map.table')}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => {
          const sign = signs.get(map.nodes[i]?.key ?? '');
          return (
            <tr key={map.nodes[i]?.key ?? i}>
              <th scope="row">
                {sign && <MarkKey sign={sign} />} {row[0]}
              </th>
              {row.slice(1).map((cell, j) => (
                <td key={columns[j + 1]} data-of={columns[j + 1]}>
                  {cell}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The map as the person is shown it, in the room or on paper: places and arrows, plain words, nothing to switch. */
export function ShownMap({ map, quiet = false }: { map: ShownModel; quiet?: boolean }) {
  const { t } = useTexts();
  const plane = useMemo(() => planeOfShown(map), [map]);
  const strips = useMemo(() => stripsOf(map.directions), [map]);
  const signs = useMemo(() => allSigns(plane.marks, strips), [plane, strips]);
  const id = useId();
  return (
    <figure className="chart map map-shown" aria-labelledby={`${id}-h`}>
      <figcaption>
        <p className={quiet ? 'map-said' : 'headline'}>{map.headline}</p>
        <p className="sub measure">{map.reason}</p>
        <span id={`${id}-h`} className="vh">
          {t('shown.caption')}
        </span>
      </figcaption>
      {map.state === 'places' && (
        <div className="map-body">
          <PlaneFigure
            plane={plane}
            x={{ low: t('shown.distance_low'), high: t('shown.distance_high') }}
            y={{ low: t('shown.worry_low'), high: t('shown.worry_high') }}
            norm=""
            on={(layer) => layer !== 'norm' && layer !== 'landmarks' && layer !== 'path' && layer !== 'raw'}
          />
          <ul className="map-words">
            {map.marks.map((mark) => {
              const sign = signs.get(mark.key);
              return (
                <li key={mark.key}>
                  {sign && <MarkKey sign={sign} />} <span>{mark.words}</span>
                </li>
              );
            })}
          </ul>
        </div>
      )}
      {strips.length > 0 && (
        <section className="map-strips" aria-labelledby={`${id}-d`}>
          <h3 id={`${id}-d`}>{t('shown.directions')}</h3>
          <Directions strips={strips} signs={signs} />
        </section>
      )}
      {map.limits.length > 0 && (
        <ul className="limits">
          {map.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      )}
    </figure>
  );
}
