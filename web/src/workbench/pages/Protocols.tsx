import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Loaded, Page, useChange } from '../parts';
import { Mark, PlanTexts, useSessions } from '../plan/PlanTexts';
import { Warnings, WholeProtocol } from '../plan/Protocol';
import { ownCalls, type Protocol, protocolsKey, referenceOf, useProtocols } from '../plan/record';
import { useUser } from '../session';

/** Every protocol there is: what it is, how well it is known to help, and what a practice made of it. */
export default function Protocols() {
  return (
    <PlanTexts>
      <ProtocolsPage />
    </PlanTexts>
  );
}

function ProtocolsPage() {
  const { t } = useTexts();
  const user = useUser();
  const protocols = useProtocols();
  return (
    <Page
      title="protocols.title"
      facts={t('protocols.facts')}
      plain
      actions={
        user.admin ? (
          <Link className="btn" to="/protocols/own">
            {t('protocols.write')}
          </Link>
        ) : undefined
      }
    >
      <Loaded query={protocols} part>
        {(all) => (
          <>
            <p className="sub measure">{t('protocols.words')}</p>
            {all.map((one) => (
              <One key={referenceOf(one)} of={one} admin={user.admin} />
            ))}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function One({ of, admin }: { of: Protocol; admin: boolean }) {
  const { t, date } = useTexts();
  const sessions = useSessions();
  const reference = referenceOf(of);
  const id = `protocol-${reference}`;
  const wanted = decodeURIComponent(location.hash.slice(1)) === reference;
  const [opened, open] = useState(wanted);
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  useEffect(() => {
    if (wanted) document.getElementById(id)?.scrollIntoView({ block: 'start' });
  }, [wanted, id]);
  const own = of.own;
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>
          {of.name} {own && <span className="tag tag-plain">{t('protocols.own', { version: of.version })}</span>}{' '}
          {own?.retired_at && <span className="tag tag-draft">{t('protocols.retired')}</span>} <Mark of={of.origin} />
        </h2>
        {admin && (
          <div className="page-do no-print">
            <Link className="btn btn-quiet" to={`/protocols/own?from=${reference}`}>
              {t('protocols.from')}
            </Link>
            {own && !own.retired_at && (
              <button
                type="button"
                className="btn btn-quiet"
                disabled={busy}
                onClick={() =>
                  void run(
                    () => ownCalls.retire(own.id),
                    () => notice({ words: t('protocols.retired_now') }),
                    [protocolsKey],
                  )
                }
              >
                {t('protocols.retire')}
              </button>
            )}
          </div>
        )}
      </div>
      <ErrorSummary problem={problem} />
      {!opened && <Warnings of={of.warnings} />}
      <p className="measure">{of.summary}</p>
      <p className="sub measure">{of.standing}</p>
      <p className="meta">
        {[of.units.map((unit) => t(`protocols.unit.${unit}`)).join(', '), of.ages, sessions(of), of.pace]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {own && (
        <div className="after">
          <p className="meta">
            {own.parent
              ? t('protocols.made_from', { parent: own.parent, name: own.written_by, date: date(own.written_at) })
              : t('protocols.made', { name: own.written_by, date: date(own.written_at) })}{' '}
            {own.parent_changed && t('protocols.parent_changed')}
          </p>
          {own.differences.length > 0 && (
            <details>
              <summary>{t('protocols.differences', { n: own.differences.length })}</summary>
              <dl className="differences">
                {own.differences.map((one) => (
                  <div key={one.where}>
                    <dt className="meta">{one.where}</dt>
                    {one.before && (
                      <dd>
                        <del>{one.before}</del>
                      </dd>
                    )}
                    {one.after && (
                      <dd>
                        <ins>{one.after}</ins>
                      </dd>
                    )}
                  </div>
                ))}
              </dl>
            </details>
          )}
        </div>
      )}
      <details className="after" open={opened} onToggle={(event) => open(event.currentTarget.open)}>
        <summary>{t('protocols.open', { n: of.stages.length, lines: of.evidence.length })}</summary>
        {opened && <WholeProtocol of={of} />}
      </details>
    </section>
  );
}
