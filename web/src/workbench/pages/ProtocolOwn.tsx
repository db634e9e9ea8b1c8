import { useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Page, useChange } from '../parts';
import { PlanTexts } from '../plan/PlanTexts';
import { Warnings } from '../plan/Protocol';
import { ownCalls, protocolsKey, referenceOf, useProtocols } from '../plan/record';

/** A practice's own protocol, written from one that is there; the same loader says what is wrong with it. */
export default function ProtocolOwn() {
  return (
    <PlanTexts>
      <Own />
    </PlanTexts>
  );
}

function Own() {
  const { t } = useTexts();
  const [asked, setAsked] = useSearchParams();
  const protocols = useProtocols();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const navigate = useNavigate();
  const from = asked.get('from') ?? '';
  const [text, setText] = useState('');
  const [check, setCheck] = useState<Schemas['DefinitionCheck']>();
  useEffect(() => {
    const [protocol, version] = from.split('@');
    if (!protocol || !version) return;
    let current = true;
    void ownCalls.text({ protocol, version }).then((given) => {
      // The version of its own that it needs.
      if (current) setText(given.content.replace(/^version = "(.*)"$/m, 'version = "$1.1"'));
    });
    return () => {
      current = false;
    };
  }, [from]);
  const body = { content: text, parent: from || null };
  return (
    <Page title="protocols.write" facts={t('protocols.write_facts')} plain>
      <section className="card">
        <div className="form">
          <div className="field">
            <label htmlFor="own-from">{t('protocols.begin_from')}</label>
            <select
              id="own-from"
              value={from}
              onChange={(event) => {
                setCheck(undefined);
                setAsked(event.target.value ? { from: event.target.value } : {}, { replace: true });
              }}
            >
              <option value="">{t('protocols.from_nothing')}</option>
              {protocols.data?.map((one) => (
                <option key={referenceOf(one)} value={referenceOf(one)}>
                  {one.name} {one.version}
                </option>
              ))}
            </select>
          </div>
          <div className="field">
            <label htmlFor="own-text">{t('protocols.text')}</label>
            <p className="hint" id="own-hint">
              {t('protocols.text_hint')}
            </p>
            <textarea
              id="own-text"
              className="own-text"
              aria-describedby="own-hint"
              rows={28}
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setCheck(undefined);
              }}
            />
          </div>
          <ErrorSummary problem={problem} />
          {check && (
            <div role="status">
              {check.faults.length === 0 ? (
                <p>{t('protocols.sound', { n: check.differences.length })}</p>
              ) : (
                <>
                  <p className="faults-head">{t('protocols.faults', { n: check.faults.length })}</p>
                  <ul className="listed">
                    {check.faults.map((one) => (
                      <li key={`${one.line} ${one.field} ${one.detail}`}>
                        {one.line != null && <span className="num">{t('protocols.line', { n: one.line })} </span>}
                        <span className="meta">{one.field}</span> {one.detail}
                      </li>
                    ))}
                  </ul>
                </>
              )}
              <Warnings of={check.warnings} />
            </div>
          )}
          <div className="form-do">
            <button
              type="button"
              className="btn"
              disabled={busy || !text}
              onClick={() => void run(() => ownCalls.check(body), setCheck)}
            >
              {t('protocols.check')}
            </button>
            <button
              type="button"
              className="btn btn-primary"
              disabled={busy || !check || check.faults.length > 0}
              onClick={() =>
                void run(() => ownCalls.write(body), () => {
                  notice({ words: t('protocols.kept') });
                  navigate('/protocols');
                }, [protocolsKey])
              }
            >
              {t(check?.warnings.length ? 'protocols.keep_warned' : 'protocols.keep')}
            </button>
            <p className="hint">{t('protocols.keep_hint')}</p>
          </div>
        </div>
      </section>
    </Page>
  );
}
