import type { Schemas } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { useInstruments } from './queries';

/** One sheet in a few lines: measure, day, scores with their range. */
export function ScoreLines({ sheet }: { sheet: Schemas['Sheet'] }) {
  const { t, date, number } = useTexts();
  const instruments = useInstruments();
  const given = sheet.administration;
  const title = instruments.data?.find((one) => one.id === given.instrument)?.abbreviation ?? given.instrument;
  return (
    <div className="finding">
      <h3>
        {title} <span className="meta num">{date(given.sent_at ?? given.given_at)}</span>
      </h3>
      {sheet.scales.map((scale) => (
        <p key={scale.scale} className="num">
          {scale.value === null
            ? t('sheet.no_score', { scale: scale.name })
            : scale.lower !== null && scale.upper !== null
              ? t('sheet.score_range', {
                  scale: scale.name,
                  value: number(scale.value),
                  lower: number(scale.lower),
                  upper: number(scale.upper),
                })
              : t('sheet.score', { scale: scale.name, value: number(scale.value) })}
          {scale.state === 'estimated' && <span className="tag">{t('sheet.estimated')}</span>}
        </p>
      ))}
      {sheet.scales.length === 0 && <p className="sub">{t(`progress.${given.progress}`)}</p>}
    </div>
  );
}
