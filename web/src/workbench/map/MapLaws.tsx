import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Loaded, useChange } from '../parts';

/** What every map takes relationships to have in common: the program's proposals, or learned from this practice. */
export function MapLaws() {
  const { t, date } = useTexts();
  const laws = useQuery({ queryKey: ['laws'], queryFn: () => ask(api.GET('/api/v1/map-laws')) });
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const stale = [['laws'], ['course']];
  const percent = (share: number) => Math.round(100 * share);
  return (
    <section className="card form" aria-labelledby="laws-title">
      <h2 id="laws-title">{t('laws.title')}</h2>
      <p className="measure">{t('laws.words')}</p>
      <ErrorSummary problem={problem} />
      <Loaded query={laws} part>
        {(known) => (
          <>
            <p className="measure">
              {known.origin === 'fitted' && known.computed_at
                ? t('laws.fitted', { n: known.fitted_on, date: date(known.computed_at) })
                : t('laws.sheet')}{' '}
              {t('laws.shares', {
                overall: percent(known.shares.overall),
                domain: percent(known.shares.domain),
                relation: percent(known.shares.relation),
              })}
            </p>
            <p className="hint measure">{t('laws.count', { n: known.courses, needed: known.needed })}</p>
            <div className="form-do">
              {known.courses >= known.needed && (
                <button
                  type="button"
                  className="btn"
                  disabled={busy}
                  onClick={() =>
                    void run(
                      () => ask(api.POST('/api/v1/map-laws/fit')),
                      () => notice({ words: t('laws.done') }),
                      stale,
                    )
                  }
                >
                  {t(known.origin === 'fitted' ? 'laws.again' : 'laws.fit')}
                </button>
              )}
              {known.origin === 'fitted' && (
                <button
                  type="button"
                  className="btn"
                  disabled={busy}
                  onClick={() =>
                    void run(
                      () => ask(api.DELETE('/api/v1/map-laws')),
                      () => notice({ words: t('laws.forgotten') }),
                      stale,
                    )
                  }
                >
                  {t('laws.forget')}
                </button>
              )}
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}
