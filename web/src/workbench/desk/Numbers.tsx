import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';

/** A coefficient with its interval, where there is one; a dash where it is undefined. */
export function Coefficient({ of }: { of: Schemas['CoefficientView'] }) {
  const { t, number } = useTexts();
  if (of.value === null) return <span className="num">{t('agree.undefined')}</span>;
  return (
    <span className="num">
      {number(of.value)}
      {of.lower !== null && of.upper !== null && (
        <span className="meta"> {t('agree.interval', { lower: number(of.lower), upper: number(of.upper) })}</span>
      )}
    </span>
  );
}

/** Pairs of what two put down: the same on the diagonal. */
export function Confusion(props: {
  of: Schemas['ConfusionView'];
  title: string;
  /** Among several on a page: what this one is about. */
  about?: string;
  rows: string;
  columns: string;
  other: string;
}) {
  const { t, number } = useTexts();
  const label = (text: string) => text || props.other;
  const used = props.of.labels.flatMap((_, i) => {
    const row = props.of.rows[i]?.some((n) => n > 0);
    const column = props.of.rows.some((one) => (one[i] ?? 0) > 0);
    return row || column ? [i] : [];
  });
  if (!used.length) return null;
  const name = props.about ? t('agree.confusion_of', { title: props.title, about: props.about }) : props.title;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section className="desk-scroll-x" aria-label={name} tabIndex={0}>
      <table className="table desk-confusion">
        <caption>{props.title}</caption>
        <thead>
          <tr>
            <th scope="col">{t('agree.rows_columns', { rows: props.rows, columns: props.columns })}</th>
            {used.map((i) => (
              <th key={i} scope="col">
                {label(props.of.labels[i] ?? '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {used.map((i) => (
            <tr key={i}>
              <th scope="row">{label(props.of.labels[i] ?? '')}</th>
              {used.map((j) => (
                <td key={j} className={i === j ? 'num desk-same' : 'num'}>
                  {(props.of.rows[i]?.[j] ?? 0) === 0 ? '' : number(props.of.rows[i]?.[j] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What a result rests on and does not mean. */
export function Findings({ of }: { of: readonly Schemas['FindingView'][] }) {
  const { t } = useTexts();
  if (!of.length) return null;
  return (
    <section className="card" aria-labelledby="means">
      <h2 id="means">{t('agree.means')}</h2>
      {of.map((finding) => (
        <div key={finding.code + finding.statement} className="finding">
          <p>{finding.statement}</p>
          <p className="sub">{t('agree.basis', { basis: finding.basis })}</p>
          <p className="sub">{finding.limits}</p>
        </div>
      ))}
    </section>
  );
}
