import { useTexts } from '../../shared/i18n/texts';
import { Status, shared } from './Desk';
import { grouped, type Rating, type Scale, type System, segmentsOf, valuesOf } from './events';

/** One row a scale, one column a part of the recording. A rating is saved when it is chosen. */
export function Ratings(props: {
  system: System;
  ratings: readonly Rating[];
  means: readonly { scale: string; mean: number; parts: number }[];
  lengthMs: number;
  rate?: (scale: string, segment: string, value: number | null) => void;
}) {
  const { t, number } = useTexts();
  if (!props.system.scales.length) return null;
  const ratedAs = (scale: string, segment: string) =>
    props.ratings.find((one) => one.scale === scale && one.segment === segment)?.value;
  const segmentName = (segment: string): string => {
    if (segment === '') return t('ratings.whole');
    const episode = props.system.episodes.find((one) => one.id === segment);
    if (episode) return episode.label;
    const n = segment.slice(1);
    return segment.startsWith('w')
      ? t('ratings.window', {
          from: ((Number(n) - 1) * props.system.window_seconds) / 60,
          to: (Number(n) * props.system.window_seconds) / 60,
        })
      : t('ratings.part', { name: props.system.part_name, n });
  };
  return (
    <section className="card" aria-labelledby="ratings">
      <h2 id="ratings">{t('ratings.title')}</h2>
      {grouped(props.system.scales).map(([group, scales]) => (
        <div key={group} className="desk-ratings">
          {group && (
            <h3>
              {group} <Status of={shared(scales)} />
            </h3>
          )}
          {scales.map((scale) => (
            <div key={scale.id} className="desk-scale">
              <div className="desk-scale-head">
                <p>
                  {scale.label} {(!group || !shared(scales)) && <Status of={scale.origin} />}
                </p>
                <p className="meta">{ends(scale, number)}</p>
                {scale.help && <p className="meta">{scale.help}</p>}
              </div>
              <div className="desk-cells">
                {segmentsOf(props.system, scale, props.ratings, props.lengthMs).map((segment) => {
                  const value = ratedAs(scale.id, segment);
                  return props.rate ? (
                    <label key={segment} className="desk-cell">
                      <span className="meta">{segmentName(segment)}</span>
                      <select
                        className="num"
                        aria-label={t('ratings.rate', { scale: scale.label, part: segmentName(segment) })}
                        value={value ?? ''}
                        onChange={(event) =>
                          props.rate?.(
                            scale.id,
                            segment,
                            event.currentTarget.value === '' ? null : Number(event.currentTarget.value),
                          )
                        }
                      >
                        <option value="">{t('ratings.none')}</option>
                        {valuesOf(scale.range).map((one) => (
                          <option key={one} value={one}>
                            {number(one)}
                          </option>
                        ))}
                      </select>
                    </label>
                  ) : (
                    <p key={segment} className="desk-cell">
                      <span className="meta">{segmentName(segment)}</span>
                      <span className="num desk-rated">{value === undefined ? t('ratings.none') : number(value)}</span>
                    </p>
                  );
                })}
              </div>
              {props.means
                .filter((mean) => mean.scale === scale.id)
                .map((mean) => (
                  <p key={mean.scale} className="sub num">
                    {t('ratings.mean', { mean: number(mean.mean), n: mean.parts })}
                  </p>
                ))}
            </div>
          ))}
        </div>
      ))}
    </section>
  );
}

const ends = (scale: Scale, number: (n: number) => string): string =>
  [
    `${number(scale.range.min)}${scale.low ? `: ${scale.low}` : ''}`,
    `${number(scale.range.max)}${scale.high ? `: ${scale.high}` : ''}`,
  ].join(' · ');
