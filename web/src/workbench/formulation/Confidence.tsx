import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';

const width = 132;
const height = 34;

/** Where each review stands: time from left to right, 0 below and 100 above. */
export function stepPath(reviews: { at: number; confidence: number }[], until: number): string {
  const first = reviews[0];
  if (!first) return '';
  const span = Math.max(1, until - first.at);
  const x = (at: number) => 4 + ((at - first.at) / span) * (width - 8);
  const y = (confidence: number) => height - 4 - (confidence / 100) * (height - 8);
  const parts = [`M${x(first.at).toFixed(1)} ${y(first.confidence).toFixed(1)}`];
  for (const review of reviews.slice(1)) parts.push(`H${x(review.at).toFixed(1)}V${y(review.confidence).toFixed(1)}`);
  parts.push(`H${x(until).toFixed(1)}`);
  return parts.join('');
}

/** How sure the two are, and how that went: their own number, which nothing computes. */
export function Confidence({ reviews }: { reviews: Schemas['ClaimReview'][] }) {
  const { t } = useTexts();
  const last = reviews.at(-1);
  if (!last) return null;
  const steps = reviews.map((review) => ({ at: Date.parse(review.reviewed_at), confidence: review.confidence }));
  return (
    <div className="confidence num">
      <p>
        <strong>{t('claim.held', { confidence: last.confidence })}</strong>
        {reviews.length > 1 && (
          <span className="sub">
            {' '}
            {t('claim.was', {
              numbers: reviews
                .slice(0, -1)
                .map((each) => each.confidence)
                .join(', '),
            })}
          </span>
        )}
      </p>
      {reviews.length > 1 && (
        <svg width={width} height={height} aria-hidden="true" className="steps-line">
          <line x1="4" x2={width - 4} y1={height - 4} y2={height - 4} />
          <line x1="4" x2={width - 4} y1="4" y2="4" />
          <path d={stepPath(steps, Math.max(Date.now(), (steps.at(-1)?.at ?? 0) + 1))} />
        </svg>
      )}
    </div>
  );
}
