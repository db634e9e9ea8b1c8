import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { api, ask } from '../../shared/api/client';
import feedbackTexts from '../../shared/i18n/en-feedback.json';
import { Texts, useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Loaded, useChange } from '../parts';

/** What feedback is held against: learned from the practice's courses, or not there. */
export function Learned() {
  const { messages } = useIntl();
  return (
    <Texts messages={{ ...(messages as Record<string, string>), ...feedbackTexts }}>
      <Rows />
    </Texts>
  );
}

function Rows() {
  const { t, date } = useTexts();
  const learned = useQuery({
    queryKey: ['learned'],
    queryFn: async () => (await ask(api.GET('/api/v1/learned-courses'))).items,
  });
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const stale = [['learned'], ['course'], ['courses']];
  return (
    <section className="card form" aria-labelledby="learned-title">
      <h2 id="learned-title">{t('learned.title')}</h2>
      <p className="measure">{t('learned.words')}</p>
      <ErrorSummary problem={problem} />
      <Loaded query={learned} part>
        {(rows) => (
          <>
            {rows.length === 0 ? (
              <p className="empty-line">{t('learned.none')}</p>
            ) : (
              <div className="table-card">
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">{t('learned.measure')}</th>
                      <th scope="col">{t('learned.what')}</th>
                      <th scope="col">{t('learned.courses')}</th>
                      <th scope="col">{t('learned.state')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row) => (
                      <tr key={`${row.kind}${row.instrument}${row.version}${row.item_order}`}>
                        <th scope="row">{row.title}</th>
                        <td>{t(`learned.kind.${row.kind}`)}</td>
                        <td className="num">{t('learned.count', { n: row.courses, needed: row.needed })}</td>
                        <td className="num">
                          {row.is_used && row.computed_at
                            ? t('learned.used', { n: row.learned_from, date: date(row.computed_at) })
                            : t('learned.not')}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <div className="form-do">
              {rows.some((row) => row.courses >= row.needed) && (
                <button
                  type="button"
                  className="btn"
                  disabled={busy}
                  onClick={() =>
                    void run(
                      () => ask(api.POST('/api/v1/learned-courses')),
                      () => notice({ words: t('learned.done') }),
                      stale,
                    )
                  }
                >
                  {t('learned.learn')}
                </button>
              )}
              {rows.some((row) => row.is_used) && (
                <button
                  type="button"
                  className="btn"
                  disabled={busy}
                  onClick={() =>
                    void run(
                      () => ask(api.DELETE('/api/v1/learned-courses')),
                      () => notice({ words: t('learned.forgotten') }),
                      stale,
                    )
                  }
                >
                  {t('learned.forget')}
                </button>
              )}
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}
