import { type PointerEvent, useId, useMemo, useState } from 'react';
import { nearest } from '../../shared/charts/layout';
import { useTexts } from '../../shared/i18n/texts';
import { useWidth } from '../../shared/ui/useWidth';
import { type Answer, type MapFigure, type MapLine, mapOf, type PlacedLine, self } from './figureMap';
import '../../shared/charts/charts.css';
import './history.css';

/** A line with its whole words, as it is read out and shown below the picture. */
export type ToldLine = MapLine & { words: string };

/** Three generations in rows, and who comforted whom. The table beside it says the same in words. */
export function FigureMap({ figures, lines, title }: { figures: MapFigure[]; lines: ToldLine[]; title: string }) {
  const { t } = useTexts();
  const [frame, width] = useWidth<HTMLDivElement>(720);
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  const picture = useMemo(
    () => mapOf(figures, lines, width, (answer) => t(`comfort.${answer}_short`)),
    [figures, lines, width, t],
  );
  const drawn = picture.lines;
  const shown = at === null ? undefined : drawn[at];
  const told = (line: PlacedLine | undefined) => lines.find((one) => one.id === line?.line.id)?.words;
  const touched = new Set(shown ? [shown.line.giver, shown.line.receiver] : []);
  const seek = (event: PointerEvent<SVGSVGElement>) => {
    if (drawn.length === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const far = drawn.map((line) => Math.min(...line.points.map((point) => Math.hypot(point.x - x, point.y - y))));
    const best = nearest(far, 0);
    setAt((far[best] ?? Number.POSITIVE_INFINITY) < 28 ? best : null);
  };
  const answers = (['came', 'mixed', 'did_not_come'] as const).filter((one) => lines.some((l) => l.answer === one));
  return (
    <figure className="chart figure-map" aria-labelledby={`${id}-h`}>
      <figcaption id={`${id}-h`} className="vh">
        {title}
      </figcaption>
      <div ref={frame} className="plot">
        <svg
          width={width}
          height={picture.height}
          aria-hidden="true"
          className={picture.narrow ? 'narrow-map' : undefined}
          onPointerMove={seek}
          onPointerLeave={() => setAt(null)}
        >
          {picture.rows.map((row) => (
            <text
              key={row.generation}
              x={row.title.x}
              y={row.title.y}
              dominantBaseline={picture.narrow ? 'auto' : 'central'}
              className="strong halo"
            >
              {t(`figures.generation.g${row.generation + 1}`)}
            </text>
          ))}
          {drawn.map((line) => (
            <g
              key={line.line.id}
              className={`comfort comfort-${line.line.answer}${line === shown ? ' comfort-now' : ''}`}
            >
              <path d={line.path} className="comfort-line" />
              <g transform={`translate(${line.end.x},${line.end.y}) rotate(${line.end.angle})`}>
                <End answer={line.line.answer} />
              </g>
            </g>
          ))}
          {picture.figures.map(({ figure, box, name, kind }) => {
            const middle = (box.left + box.right) / 2;
            const top = (box.top + box.bottom) / 2 - (name.length * 16 + 15) / 2;
            return (
              <g
                key={figure.id}
                className={`who${figure.id === self ? ' who-self' : ''}${touched.has(figure.id) ? ' who-now' : ''}`}
              >
                <rect x={box.left} y={box.top} width={box.right - box.left} height={box.bottom - box.top} rx="10" />
                {name.map((words, i) => (
                  <text key={words} x={middle} y={top + 12 + 16 * i} textAnchor="middle" className="who-name">
                    {words}
                  </text>
                ))}
                <text x={middle} y={top + 11 + 16 * name.length} textAnchor="middle">
                  {kind}
                </text>
              </g>
            );
          })}
          {drawn.map((line) => (
            <text
              key={line.line.id}
              x={line.label.x}
              y={line.label.y}
              textAnchor="middle"
              dominantBaseline="central"
              className="strong halo num"
            >
              {line.label.words}
            </text>
          ))}
        </svg>
        {drawn.length > 0 && (
          <input
            type="range"
            className="scrub"
            min={0}
            max={drawn.length - 1}
            step={1}
            value={at ?? 0}
            aria-label={t('comfort.scrub')}
            aria-valuetext={told(shown ?? drawn[0])}
            onFocus={() => setAt((before) => before ?? 0)}
            onChange={(event) => setAt(Number(event.target.value))}
            onBlur={() => setAt(null)}
          />
        )}
      </div>
      {drawn.length > 0 && (
        <>
          <p className={`readout num no-print${shown ? '' : ' readout-idle'}`} aria-hidden="true">
            {told(shown) ?? t('comfort.point')}
          </p>
          <ul className="legend">
            {answers.map((answer) => (
              <li key={answer}>
                <svg width="46" height="14" aria-hidden="true" className={`comfort comfort-${answer}`}>
                  <path d="M2,7H36" className="comfort-line" />
                  <g transform="translate(40,7)">
                    <End answer={answer} />
                  </g>
                </svg>
                {t(`comfort.${answer}`)}
              </li>
            ))}
          </ul>
        </>
      )}
    </figure>
  );
}

/** How a line ends at who was in need: a full arrow, an open one, or a bar in the way. */
function End({ answer }: { answer: Answer }) {
  if (answer === 'came') return <path d="M0,0L-10,-5V5Z" className="comfort-full" />;
  if (answer === 'mixed') return <path d="M-9,-5L-1,0L-9,5" className="comfort-end" />;
  return <path d="M-6,-7V7" className="comfort-end" />;
}
