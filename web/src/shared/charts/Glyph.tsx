/** Small marks for events. Shape carries the meaning; colour only repeats it. */
export function Glyph({ kind }: { kind: string }) {
  if (kind === 'rupture') return <path d="M0,-6.5L6.5,0L0,6.5L-6.5,0Z" className="glyph glyph-notice" />;
  if (kind === 'couple' || kind === 'joined')
    return (
      <g className="glyph">
        <circle cx="-3" r="4.2" />
        <circle cx="3" r="4.2" />
      </g>
    );
  if (kind === 'medication')
    return (
      <g className="glyph">
        <rect x="-7" y="-3.8" width="14" height="7.6" rx="3.8" />
        <line y1="-3.8" y2="3.8" />
      </g>
    );
  if (kind === 'safety')
    return <path d="M0,-6.5L5.5,-4.3V0.2C5.5,3.4 3,5.7 0,6.8C-3,5.7 -5.5,3.4 -5.5,0.2V-4.3Z" className="glyph" />;
  return <path d="M0,-6L6,5H-6Z" className="glyph" />;
}
