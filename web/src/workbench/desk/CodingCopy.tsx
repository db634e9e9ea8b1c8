import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { clockOf } from './events';
import { useSystems } from './queries';

/** What observers put down about somebody, in their copy: with what has to be known about it. */
export function CodingCopy({ codings }: { codings: Schemas['CodedAbout'][] }) {
  const { t, number, time } = useTexts();
  const systems = useSystems();
  return codings.map((coding) => {
    const system = systems.data?.find((one) => one.id === coding.system && one.version === coding.version);
    const code = (id: string) => system?.codes.find((one) => one.id === id)?.label ?? id;
    const scale = (id: string) => system?.scales.find((one) => one.id === id)?.label ?? id;
    const lines = [
      ...coding.events.map((event) => `${clockOf(event.start_ms)} ${code(event.code)}`),
      ...coding.ratings.map((one) => `${scale(one.scale)} ${one.segment}: ${number(one.value)}`),
    ];
    return (
      <div key={coding.clip + coding.system + coding.begun_at} className="finding">
        <h3>
          {t('copy.coding', { system: system?.name ?? coding.system, clip: coding.clip })}{' '}
          <span className="meta num">{time(coding.finished_at ?? coding.begun_at)}</span>
        </h3>
        {coding.notices.map((notice) => (
          <p key={notice}>
            <strong>{notice}</strong>
          </p>
        ))}
        {coding.given_class && (
          <p>
            {t('copy.coding_class', {
              given: coding.given_class.class_id,
              other: coding.given_class.best_fit ?? '–',
            })}
          </p>
        )}
        <p className="sub num">{lines.length ? lines.join('; ') : t('copy.coding_none')}</p>
      </div>
    );
  });
}
