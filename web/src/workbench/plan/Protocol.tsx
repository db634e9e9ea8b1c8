import { TriangleAlert } from 'lucide-react';
import { useTexts } from '../../shared/i18n/texts';
import { Mark, useSessions } from './PlanTexts';
import { type Evidence, type Protocol, spanOf } from './record';

/** What its words describe and nobody should do. It stands wherever the protocol is shown. */
export function Warnings({ of }: { of: Protocol['warnings'] }) {
  const { t } = useTexts();
  if (!of.length) return null;
  return (
    <section className="plan-warning" aria-label={t('plan.warning')}>
      <TriangleAlert size={19} aria-hidden="true" />
      <div>
        <p className="plan-warning-head">{t('plan.warning_head')}</p>
        <ul>
          {of.map((one) => (
            <li key={`${one.where} ${one.rule}`}>
              {t(`plan.rule.${one.rule}`)} <span className="meta">{t('plan.warning_at', { ...one })}</span>
            </li>
          ))}
        </ul>
        <p className="sub">{t('plan.warning_words')}</p>
      </div>
    </section>
  );
}

/** Published numbers with their intervals; what has none says so. */
export function EvidenceLines({ lines }: { lines: Evidence[] }) {
  const { t } = useTexts();
  const numbers = lines.flatMap((line) => [line.estimate ?? 0, line.low ?? 0, line.high ?? 0]);
  const low = Math.min(-0.25, ...numbers);
  const high = Math.max(1, ...numbers);
  const two = (value: number) => value.toFixed(2).replace('-', '−');
  return (
    <ul className="evidence">
      {lines.map((line) => {
        const span = spanOf(line, low, high);
        return (
          <li key={`${line.design} ${line.outcome} ${line.finding}`}>
            <p>
              {line.estimate != null && (
                <strong className="num">
                  {line.metric} {two(line.estimate)}{' '}
                  {line.low != null && line.high != null
                    ? t('plan.interval', { low: two(line.low), high: two(line.high) })
                    : t('plan.no_interval')}
                </strong>
              )}{' '}
              {line.finding} <Mark of={line.origin} />
            </p>
            {span && (
              <svg className="span" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <line className="none" x1={span.none} x2={span.none} y1="0" y2="8" />
                {span.from !== undefined && span.to !== undefined && (
                  <line className="reach" x1={span.from} x2={span.to} y1="4" y2="4" />
                )}
                <line className="point" x1={span.point} x2={span.point} y1="1" y2="7" />
              </svg>
            )}
            <p className="meta">
              {[
                line.design,
                line.outcome,
                line.comparison && t('plan.against', { what: line.comparison }),
                line.n != null && t('plan.people', { n: line.n }),
                line.studies != null && t('plan.studies', { n: line.studies }),
                line.origin.citation,
                line.origin.note,
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
          </li>
        );
      })}
    </ul>
  );
}

function Shares({ of }: { of: Protocol }) {
  const { t } = useTexts();
  return (
    <>
      <dl className="shares">
        {of.shares.map((one) => (
          <div key={one.family}>
            <dt>{t(`plan.family.${one.family}`)}</dt>
            <dd className="num">
              <span className="share">
                <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={100 * one.share} height="6" />
                </svg>
              </span>
              {t('plan.percent', { n: Math.round(100 * one.share) })}
            </dd>
          </div>
        ))}
      </dl>
      <p className="meta">
        {t('plan.shares_words')} <Mark of={of.shares_origin} />
      </p>
    </>
  );
}

/** All that a protocol says, with where it comes from. */
export function WholeProtocol({ of }: { of: Protocol }) {
  const { t } = useTexts();
  const sessions = useSessions();
  return (
    <div className="protocol">
      <Warnings of={of.warnings} />
      <h3>{t('plan.known')}</h3>
      <EvidenceLines lines={of.evidence} />
      <h3>{t('plan.stages')}</h3>
      <ol className="protocol-stages">
        {of.stages.map((stage) => (
          <li key={stage.id}>
            <h4>
              {stage.label} <Mark of={stage.origin} />
              {sessions(stage) && <span className="meta num"> {sessions(stage)}</span>}
            </h4>
            <p className="measure">{stage.about}</p>
            {stage.gate && <p className="sub">{t('plan.behind_gate')}</p>}
            {stage.steps.length > 0 && (
              <ol className="steps-list">
                {stage.steps.map((step) => (
                  <li key={step.id}>
                    {step.label}
                    {step.with && <span className="meta"> {step.with}</span>}
                    {step.about && <span className="meta"> {step.about}</span>}
                  </li>
                ))}
              </ol>
            )}
            <p className="sub">{t('plan.done_when')}</p>
            <ul className="listed">
              {stage.exits.map((exit) => (
                <li key={exit.id}>
                  {exit.text} <Mark of={exit.origin} />
                </li>
              ))}
            </ul>
            {stage.techniques.length > 0 && (
              <p className="meta">{t('plan.uses', { which: stage.techniques.join(', ') })}</p>
            )}
          </li>
        ))}
      </ol>
      {of.gates.map((gate) => (
        <section key={gate.id} aria-label={gate.label}>
          <h3>
            {gate.label} <Mark of={gate.origin} />
          </h3>
          <ul className="listed">
            {gate.conditions.map((one) => (
              <li key={one.id}>{one.question}</li>
            ))}
          </ul>
          <p className="sub measure">{gate.words}</p>
        </section>
      ))}
      <h3>{t('plan.not_for')}</h3>
      <ul className="listed">
        {of.contraindications.map((one) => (
          <li key={`${one.label} ${one.words}`}>
            {one.label && <strong>{one.label}. </strong>}
            {one.words} <Mark of={one.origin} />
          </li>
        ))}
      </ul>
      <h3>{t('plan.checklist')}</h3>
      <p className="sub measure">{t('plan.checklist_words')}</p>
      <ul className="listed">
        {of.fidelity.map((item) => (
          <li key={item.id}>
            {item.prohibited && <span className="tag tag-plain">{t('plan.prohibited')}</span>} {item.text}
            {item.stages.length > 0 && item.stages.length < of.stages.length && (
              <span className="meta">
                {' '}
                {of.stages
                  .filter((stage) => item.stages.includes(stage.id))
                  .map((stage) => stage.label)
                  .join(', ')}
              </span>
            )}
          </li>
        ))}
      </ul>
      <h3>{t('plan.shares')}</h3>
      <Shares of={of} />
      {of.measures.length > 0 && (
        <>
          <h3>{t('plan.measures')}</h3>
          <ul className="listed">
            {of.measures.map((one) => (
              <li key={one.instrument}>
                <strong>{one.name}</strong> {one.why}{' '}
                <span className="meta">{one.when.map((when) => t(`plan.when.${when}`)).join(', ')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="meta measure">
        {t('plan.from', { source: of.origin.citation })} {of.origin.note} {of.terms}
      </p>
    </div>
  );
}
