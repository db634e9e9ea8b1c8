import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { ReactNode } from 'react';
import { useTexts } from '../../shared/i18n/texts';
import { useWidth } from '../../shared/ui/useWidth';

export interface NumberPoint {
  number: number;
  at: string | null;
  value: number | null;
  flag?: 'none' | 'soft' | 'dip';
}
export interface FanPoint {
  number: number;
  middle: number;
  inner: [number, number];
  outer: [number, number];
}

const height = 236;

/** Answers by their number: a line that breaks where nothing was answered, over the usual course or the own level. */
export function NumberChart(props: {
  title: string;
  points: NumberPoint[];
  min: number;
  max: number;
  direction: string;
  fan?: FanPoint[];
  level?: { number: number; value: number }[];
  table: ReactNode;
}) {
  const { t } = useTexts();
  const [frame, width] = useWidth<HTMLDivElement>(640);
  const { points, min, max, fan = [], level = [] } = props;
  const last = Math.max(points.length, 2);
  const plot = { left: 34, right: width - 14, top: 14, bottom: height - 30 };
  const x = scaleLinear([1, last], [plot.left + 10, plot.right - 10]);
  const y = scaleLinear([min, max], [plot.bottom, plot.top]);
  const shown = fan.filter((one) => one.number <= last);
  const cut = (value: number) => Math.min(max, Math.max(min, value));
  const fanOf = (which: 'inner' | 'outer') =>
    area<FanPoint>(
      (one) => x(one.number),
      (one) => y(cut(one[which][0])),
      (one) => y(cut(one[which][1])),
    )(shown) ?? '';
  const middle = line<FanPoint>(
    (one) => x(one.number),
    (one) => y(cut(one.middle)),
  )(shown);
  const own = line<{ number: number; value: number }>(
    (one) => x(one.number),
    (one) => y(cut(one.value)),
  )(level);
  const path = line<NumberPoint>(
    (one) => x(one.number),
    (one) => y(one.value ?? min),
  ).defined((one) => one.value !== null)(points);
  const every = Math.ceil(last / Math.max(2, Math.floor((plot.right - plot.left) / 44)));
  const numbers = Array.from({ length: last }, (_, i) => i + 1).filter((n) => n === 1 || n % every === 0);
  const flags = new Set(points.map((one) => one.flag));
  return (
    <figure className="chart number-chart">
      <figcaption className="vh">{t('feedback.chart', { title: props.title, n: points.length })}</figcaption>
      <div ref={frame} className="plot">
        <svg width={width} height={height} aria-hidden="true">
          {shown.length > 1 && (
            <>
              <path d={fanOf('outer')} className="fan fan-outer" />
              <path d={fanOf('inner')} className="fan fan-inner" />
              {middle && <path d={middle} className="fan-middle" />}
            </>
          )}
          {y.ticks(5).map((value) => (
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
          {numbers.map((n) => (
            <text key={n} x={x(n)} y={plot.bottom + 19} className="num" textAnchor="middle">
              {n}
            </text>
          ))}
          <line x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} className="axis" />
          {own && <path d={own} className="own-level" />}
          {path && <path d={path} className="score" />}
          {points.map(
            (one) =>
              one.value !== null && (
                <g key={one.number}>
                  {one.flag === 'dip' && (
                    <circle cx={x(one.number)} cy={y(one.value)} r={9} className="flag-ring flag-dip" />
                  )}
                  {one.flag === 'soft' && (
                    <circle cx={x(one.number)} cy={y(one.value)} r={9} className="flag-ring flag-soft" />
                  )}
                  <circle cx={x(one.number)} cy={y(one.value)} r={4.5} className="point" />
                </g>
              ),
          )}
        </svg>
      </div>
      <ul className="number-key sub">
        <li>
          <Swatch>
            <line x1="1" x2="21" y1="7" y2="7" className="score" />
          </Swatch>
          {t('feedback.key.score')}
        </li>
        {level.length > 1 && (
          <li>
            <Swatch>
              <line x1="1" x2="21" y1="7" y2="7" className="own-level" />
            </Swatch>
            {t('feedback.key.level')}
          </li>
        )}
        {shown.length > 1 && (
          <li>
            <Swatch>
              <rect x="1" y="1" width="20" height="12" className="fan fan-outer" />
              <rect x="1" y="4" width="20" height="6" className="fan fan-inner" />
            </Swatch>
            {t('feedback.key.fan')}
          </li>
        )}
        {(['dip', 'soft'] as const).map(
          (flag) =>
            flags.has(flag) && (
              <li key={flag}>
                <Swatch>
                  <circle cx="11" cy="7" r="5.5" className={`flag-ring flag-${flag}`} />
                </Swatch>
                {t(`feedback.key.${flag}`)}
              </li>
            ),
        )}
        <li>{props.direction}</li>
      </ul>
      <details className="no-print">
        <summary>{t('feedback.table')}</summary>
        {props.table}
      </details>
    </figure>
  );
}

function Swatch({ children }: { children: ReactNode }) {
  return (
    <svg width="22" height="14" aria-hidden="true">
      {children}
    </svg>
  );
}
