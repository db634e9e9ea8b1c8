import { type PointerEvent, useId, useMemo, useState } from 'react';
import { nearest } from '../../shared/charts/layout';
import { useTexts } from '../../shared/i18n/texts';
import { useWidth } from '../../shared/ui/useWidth';
import { type Happening, inOrder, type PlacedHappening, type Source, timelineOf } from './timeline';
import '../../shared/charts/charts.css';
import './history.css';

/** An entry with its whole words, as it is read out and shown below the picture. */
export type Told = Happening & { words: string };

/** The attachment life along the ages. The list beside it says the same in words. */
export function Timeline({ events, now, title }: { events: Told[]; now: number | null; title: string }) {
  const { t } = useTexts();
  const [frame, width] = useWidth<HTMLDivElement>(720);
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  const picture = useMemo(() => timelineOf(events, width, now), [events, width, now]);
  const { plot, placed, x } = picture;
  if (placed.length === 0) return null;
  const shown = at === null ? undefined : placed[at];
  const seek = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    setAt(
      nearest(
        placed.map((one) => Math.hypot(Math.max(one.from - left, 0, left - one.to), one.y - top)),
        0,
      ),
    );
  };
  const sources = (['remembered', 'told', 'document'] as const).filter((one) => events.some((e) => e.source === one));
  const forms = (['exact', 'about', 'between'] as const).filter((one) => placed.some((mark) => formOf(mark) === one));
  return (
    <figure className="chart timeline" aria-labelledby={`${id}-h`}>
      <figcaption id={`${id}-h`} className="vh">
        {title}
      </figcaption>
      <div ref={frame} className="plot">
        <svg
          width={width}
          height={picture.height}
          aria-hidden="true"
          onPointerMove={seek}
          onPointerLeave={() => setAt(null)}
        >
          {picture.lanes.map(({ lane, top, bottom, title: place }, i) => (
            <g key={lane}>
              <rect
                x={plot.left - 8}
                width={plot.right - plot.left + 16}
                y={top - 4}
                height={bottom - top + 8}
                rx="6"
                className={i % 2 ? 'band-b' : 'band-a'}
              />
              <text x={place.x} y={place.y} dominantBaseline="central" className="strong">
                {t(`history.lane.${lane}`)}
              </text>
            </g>
          ))}
          {picture.ticks.map((age) => (
            <g key={age}>
              <line x1={x(age)} x2={x(age)} y1={4} y2={plot.bottom} className="age-line" />
              <text x={x(age)} y={plot.bottom + 16} textAnchor="middle" className="num">
                {age}
              </text>
            </g>
          ))}
          <line x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} className="axis" />
          {now !== null && <line x1={x(now)} x2={x(now)} y1={4} y2={plot.bottom} className="now-line" />}
          <text x={plot.left} y={plot.bottom + 33} textAnchor="start">
            {t('history.axis')}
          </text>
          {now !== null && (
            <text x={x(now)} y={plot.bottom + 33} textAnchor="end">
              {t('history.now', { age: now })}
            </text>
          )}
          {placed.map((mark) => (
            <g key={mark.one.id} className={mark === shown ? 'happened happened-now' : 'happened'}>
              <Extent mark={mark} />
              <g transform={`translate(${mark.x},${mark.y})`}>
                <SourceMark source={mark.one.source} />
              </g>
              <text
                x={mark.label.x}
                y={mark.y}
                textAnchor={mark.label.anchor}
                dominantBaseline="central"
                className="strong halo"
              >
                {mark.label.words}
              </text>
            </g>
          ))}
        </svg>
        <input
          type="range"
          className="scrub"
          min={0}
          max={placed.length - 1}
          step={1}
          value={at ?? 0}
          aria-label={t('history.scrub')}
          aria-valuetext={(shown ?? placed[0])?.one.words}
          onFocus={() => setAt((before) => before ?? 0)}
          onChange={(event) => setAt(Number(event.target.value))}
          onBlur={() => setAt(null)}
        />
      </div>
      <p className={`readout num no-print${shown ? '' : ' readout-idle'}`} aria-hidden="true">
        {shown ? shown.one.words : t('history.point')}
      </p>
      <ul className="legend">
        {sources.map((source) => (
          <li key={source}>
            <svg width="16" height="14" aria-hidden="true" className="happened">
              <g transform="translate(8,7)">
                <SourceMark source={source} />
              </g>
            </svg>
            {t(`history.source.${source}`)}
          </li>
        ))}
        {forms.map((form) => (
          <li key={form}>
            <svg width="34" height="14" aria-hidden="true" className="happened">
              <line x1="2" x2="32" y1="7" y2="7" className={`extent extent-${form}`} />
            </svg>
            {t(`history.form.${form}`)}
          </li>
        ))}
      </ul>
      {picture.narrow && (
        <ol className="event-list">
          {placed.map((mark) => (
            <li key={mark.one.id}>
              <span className="num">{mark.n}</span> {mark.one.label}
            </li>
          ))}
        </ol>
      )}
      {picture.undated.length > 0 && (
        <p className="note">
          {t('history.undated', {
            n: picture.undated.length,
            what: inOrder(picture.undated)
              .map((one) => one.label)
              .join('; '),
          })}
        </p>
      )}
    </figure>
  );
}

type Form = 'exact' | 'about' | 'between';
const formOf = (mark: PlacedHappening<Told>): Form =>
  mark.shape === 'between' ? 'between' : mark.one.dating === 'exact' ? 'exact' : 'about';

/** Over which ages it lay: a whole line where they are known, a broken one where they are not, dots where it lay between them. */
function Extent({ mark }: { mark: PlacedHappening<Told> }) {
  if (mark.from === mark.to) return null;
  const form = formOf(mark);
  const end = (x: number) => <line x1={x} x2={x} y1={mark.y - 5} y2={mark.y + 5} className="extent" />;
  return (
    <>
      <line x1={mark.from} x2={mark.to} y1={mark.y} y2={mark.y} className={`extent extent-${form}`} />
      {form === 'exact' && end(mark.to)}
      {form === 'between' && (
        <>
          <path d={`M${mark.from + 4},${mark.y - 5}h-4v10h4`} className="extent extent-edge" />
          <path d={`M${mark.to - 4},${mark.y - 5}h4v10h-4`} className="extent extent-edge" />
        </>
      )}
    </>
  );
}

/** A full round mark: remembered; a hollow one: told; a square: a document. */
function SourceMark({ source }: { source: Source }) {
  if (source === 'document') return <rect x="-5" y="-5" width="10" height="10" className="mark-full" />;
  return <circle r="5" className={source === 'told' ? 'mark-hollow' : 'mark-full'} />;
}
