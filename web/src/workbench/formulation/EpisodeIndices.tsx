import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, submitted, textOf, useChange } from '../parts';
import type { About } from './Frame';
import type { EpisodeBook } from './record';

type Finding = Schemas['FindingView'];
type Share = Schemas['EpisodeShare'];
type Difference = Schemas['EpisodeDifference'];

const percent = (share: number): number => Math.round(share * 100);

export function Said({ findings }: { findings: Finding[] }) {
  const first = findings[0];
  if (!first) return null;
  const alike = findings.every((each) => each.basis === first.basis);
  return (
    <>
      {findings.map((finding) => (
        <p key={finding.statement} className="headline theme">
          {finding.statement}
        </p>
      ))}
      {alike && <p className="meta measure">{first.basis}</p>}
      <p className="meta measure">{first.limits}</p>
    </>
  );
}

/** What the episodes hold in common; with fewer than ten, how many are missing. */
export function Indices({ book }: { book: EpisodeBook }) {
  const { t } = useTexts();
  const n = book.episodes.length;
  return (
    <section className="card" aria-labelledby="common">
      <h2 id="common">{t('episode.common')}</h2>
      {book.summary ? (
        <>
          <Said findings={book.findings} />
          <div className="parts-3">
            {book.summary.parts.map((part) => (
              <section key={part.id} aria-label={part.name}>
                <h3>{part.name}</h3>
                {part.clusters.length === 0 ? (
                  <p className="empty-line">{t('episode.not_coded')}</p>
                ) : (
                  <ul className="shares">
                    {part.clusters.map((share) => (
                      <Bar key={share.number} label={share.label} share={share} of={n} />
                    ))}
                  </ul>
                )}
                {part.standard.length > 0 && (
                  <details>
                    <summary>{t('episode.standard_shares', { n: part.standard.length })}</summary>
                    <ul className="shares">
                      {part.standard.map((share) => (
                        <Bar
                          key={share.number}
                          label={t('episode.standard_one', { number: share.number })}
                          share={share}
                          of={n}
                        />
                      ))}
                    </ul>
                  </details>
                )}
                {part.flexibility && (
                  <p className="sub num">
                    {t(part.flexibility.lower === null ? 'episode.flexibility_bare' : 'episode.flexibility', {
                      evenness: percent(part.flexibility.evenness),
                      lower: percent(part.flexibility.lower ?? 0),
                      upper: percent(part.flexibility.upper ?? 0),
                      effective: part.flexibility.effective.toFixed(1),
                    })}
                  </p>
                )}
              </section>
            ))}
          </div>
          {book.summary.positive && (
            <p className="num after">
              {t('episode.positive', {
                share: percent(book.summary.positive.share),
                lower: percent(book.summary.positive.lower),
                upper: percent(book.summary.positive.upper),
                positive: book.summary.positive.positive,
                mixed: book.summary.positive.mixed,
                negative: book.summary.positive.negative,
              })}
            </p>
          )}
          <p className="meta measure">{t('episode.flexibility_means')}</p>
        </>
      ) : (
        <p className="headline">
          {t(n === 0 ? 'episode.zero' : 'episode.few', { n, missing: book.missing, fewest: book.fewest })}
        </p>
      )}
      <details className="after">
        <summary>{t('episode.how')}</summary>
        <p className="sub measure">{book.about}</p>
        {!book.verified && <p className="sub measure">{t('episode.unverified')}</p>}
      </details>
    </section>
  );
}

/** A share with its interval: in words and as a bar over the whole of 0 to 100 %. */
function Bar({ label, share, of }: { label: string; share: Share; of: number }) {
  const { t } = useTexts();
  const at = (value: number) => 100 * value;
  return (
    <li>
      <p>{label}</p>
      <svg className="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect className="share-all" x="0" y="2" width="100" height="4" />
        <rect className="share-here" x="0" y="2" width={at(share.share)} height="4" />
        <line x1={at(share.lower)} x2={at(share.upper)} y1="4" y2="4" />
      </svg>
      <p className="meta num">
        {t('episode.share', {
          episodes: share.episodes,
          of,
          share: percent(share.share),
          lower: percent(share.lower),
          upper: percent(share.upper),
        })}
      </p>
    </li>
  );
}

/** Earlier against later episodes; the day that parts them can be chosen. */
export function Changes({ about, book }: { about: About; book: EpisodeBook }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const [chosen, setChosen] = useState<Schemas['EpisodeComparison']>();
  const comparison = chosen ?? book.comparison;
  if (!book.summary || !comparison) return null;
  const { halves } = comparison;
  const name = (one: Difference): string => {
    const component = book.components.find((each) => each.id === one.part)?.name ?? '';
    if (one.what === 'positive') return t('episode.diff_positive');
    if (one.what === 'flexibility') return t('episode.diff_flexibility', { part: component });
    return t(one.main_negative ? 'episode.diff_negative' : 'episode.diff_cluster', {
      part: component,
      label: one.label,
    });
  };
  const points = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(percent(value))}`;
  return (
    <section className="card" aria-labelledby="changes">
      <h2 id="changes">{t('episode.changes')}</h2>
      {halves ? (
        <>
          <p className="headline">
            {t('episode.changes_headline', {
              n: halves.differences.filter((each) => each.beyond_error).length,
              of: halves.differences.length,
            })}
          </p>
          <p className="sub measure">
            {t('episode.halves', {
              earlier: halves.earlier,
              earlier_from: date(halves.earlier_from),
              earlier_to: date(halves.earlier_to),
              later: halves.later,
              later_from: date(halves.later_from),
              later_to: date(halves.later_to),
            })}
          </p>
          <div className="table-scroll">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('episode.diff_what')}</th>
                  <th scope="col">{t('episode.diff_earlier')}</th>
                  <th scope="col">{t('episode.diff_later')}</th>
                  <th scope="col">{t('episode.diff_difference')}</th>
                </tr>
              </thead>
              <tbody>
                {halves.differences.map((one, i) => (
                  <tr key={i}>
                    <th scope="row">{name(one)}</th>
                    <td className="num">{percent(one.earlier)} %</td>
                    <td className="num">{percent(one.later)} %</td>
                    <td className="num">
                      {one.lower === null || one.upper === null
                        ? points(one.difference)
                        : t('episode.points', {
                            points: points(one.difference),
                            lower: points(one.lower),
                            upper: points(one.upper),
                          })}
                      <br />
                      <span className="meta">
                        {t(
                          one.lower === null
                            ? 'episode.no_interval'
                            : one.beyond_error
                              ? 'episode.beyond'
                              : 'episode.within',
                        )}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p className="meta measure">{comparison.findings[0]?.limits}</p>
          <p className="meta measure">{t('episode.chosen_over')}</p>
        </>
      ) : (
        <p className="empty-line">{t('episode.halves_few', { n: comparison.fewest })}</p>
      )}
      <form
        className="form-do no-print after"
        aria-label={t('episode.compare')}
        onSubmit={submitted(
          (form) =>
            void run(
              () =>
                ask(
                  api.POST('/api/v1/courses/{course}/people/{person}/episodes/compare', {
                    params: { path: { course: about.course.id, person: about.member.person } },
                    body: { later_from: textOf(form, 'later_from') || null },
                  }),
                ),
              setChosen,
            ),
        )}
      >
        <ErrorSummary problem={problem} />
        <Field name="later_from" label={t('episode.later_from')} problem={problem}>
          <input type="date" defaultValue={halves?.later_from} />
        </Field>
        <button type="submit" className="btn" disabled={busy}>
          {t('episode.compare')}
        </button>
      </form>
    </section>
  );
}
