import { useTexts } from '../../shared/i18n/texts';
import { useWidth } from '../../shared/ui/useWidth';
import { type CodedEvent, clockOf, type System } from './events';

const lane = 22;
const left = 150;
const foot = 20;

/** Where codes lie along the recording, a lane each. The list says the same in words. */
export function Strip(props: {
  system: System;
  events: readonly CodedEvent[];
  lengthMs: number;
  atMs: number;
  seek: (ms: number) => void;
}) {
  const { t } = useTexts();
  const [box, width] = useWidth<HTMLDivElement>(640);
  const used = props.system.codes.filter((code) => props.events.some((event) => event.code === code.id));
  const last = props.events.reduce((most, event) => Math.max(most, event.end_ms ?? event.start_ms), 0);
  const length = Math.max(props.lengthMs, last, 1000);
  if (!used.length) return null;
  const names = width > 520 ? left : 0;
  const x = (ms: number) => names + (Math.min(ms, length) / length) * Math.max(1, width - names - 8);
  const height = used.length * lane + foot;
  const of = (share: number) => clockOf(share * length).replace(/\.\d$/, '');
  return (
    <section className="card" aria-labelledby="strip">
      <h2 id="strip">{t('strip.title')}</h2>
      <div ref={box} className="desk-strip" aria-hidden="true">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the times of the list lead there by keys */}
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: the list says the same in words */}
        <svg
          width={width}
          height={height}
          onClick={(event) => {
            const at = event.clientX - event.currentTarget.getBoundingClientRect().left - names;
            if (at >= 0) props.seek(Math.round((at / Math.max(1, width - names - 8)) * length));
          }}
        >
          {used.map((code, row) => (
            <g key={code.id} transform={`translate(0 ${row * lane})`}>
              <line className="desk-rule" x1={names} x2={width - 8} y1={lane / 2} y2={lane / 2} />
              {names > 0 && (
                <text className="desk-name" x={0} y={lane / 2 + 4}>
                  {code.label.length > 24 ? `${code.label.slice(0, 23)}…` : code.label}
                </text>
              )}
              {props.events
                .filter((event) => event.code === code.id)
                .map((event) =>
                  code.span === 'duration' ? (
                    <rect
                      key={event.id}
                      className="desk-bar"
                      x={x(event.start_ms)}
                      y={4}
                      width={Math.max(3, x(event.end_ms ?? Math.max(props.atMs, event.start_ms)) - x(event.start_ms))}
                      height={lane - 8}
                      rx={3}
                    />
                  ) : (
                    <circle key={event.id} className="desk-dot" cx={x(event.start_ms)} cy={lane / 2} r={5} />
                  ),
                )}
            </g>
          ))}
          <line className="desk-now" x1={x(props.atMs)} x2={x(props.atMs)} y1={0} y2={height - foot} />
          {[0, 0.5, 1].map((share) => (
            <text
              key={share}
              className="desk-tick num"
              x={x(share * length)}
              y={height - 4}
              textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
            >
              {of(share)}
            </text>
          ))}
        </svg>
      </div>
    </section>
  );
}
