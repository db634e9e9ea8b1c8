import { useRef, useState } from 'react';
import { api, ask, type Schemas } from '../shared/api/client';
import { useTexts } from '../shared/i18n/texts';
import { useNotice } from './Notices';
import { ErrorSummary, useChange } from './parts';
import { addressOf, spoken } from './phoneAddress';

/** A link for the person's phone: the address to copy or show, and the same for reading aloud. Shown once. */
export function PhoneLink({ given }: { given: Schemas['Administration'] }) {
  const { t, time } = useTexts();
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const [link, setLink] = useState<Schemas['PortalLink']>();
  const path = { course: given.course, sheet: given.id };
  const askFor = () => ask(api.POST('/api/v1/courses/{course}/sheets/{sheet}/link', { params: { path } }));
  return (
    <>
      <ErrorSummary problem={problem} />
      <p className="measure">{t('link.words')}</p>
      {link && <Shown key={link.token} link={link} />}
      {link && <p className="sub">{t('link.until', { at: time(link.expires_at) })}</p>}
      <div className="form-do no-print">
        <button type="button" className="btn btn-primary" disabled={busy} onClick={() => void run(askFor, setLink)}>
          {t(link ? 'link.another' : 'link.make')}
        </button>
        <button
          type="button"
          className="btn"
          disabled={busy}
          onClick={() =>
            void run(
              () => ask(api.DELETE('/api/v1/courses/{course}/sheets/{sheet}/link', { params: { path } })),
              () => {
                setLink(undefined);
                notice({ words: t('link.revoked') });
              },
            )
          }
        >
          {t('link.revoke')}
        </button>
      </div>
      <p className="hint">{t('link.solo')}</p>
    </>
  );
}

function Shown({ link }: { link: Schemas['PortalLink'] }) {
  const { t } = useTexts();
  const [copied, setCopied] = useState<'copied' | 'marked'>();
  const shown = useRef<HTMLOutputElement>(null);
  const whole = addressOf(link);
  const words = {
    capital: (letter: string) => t('link.capital', { letter }),
    '-': t('link.dash'),
    _: t('link.underline'),
  };
  // Without TLS a browser gives no clipboard: then the words are marked, and the person's own keys copy them.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(whole ?? link.token);
      setCopied('copied');
    } catch {
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      setCopied('marked');
    }
  };
  return (
    <div className="handover">
      <p className="field">
        {t(whole ? 'link.address' : 'link.code')}
        <output ref={shown} className="code" aria-live="polite">
          {whole ?? link.token}
        </output>
      </p>
      <p className="form-do no-print">
        <button type="button" className="btn" onClick={() => void copy()}>
          {t('link.copy')}
        </button>
        <span className="hint" role="status">
          {copied && t(`link.${copied}`)}
        </span>
      </p>
      <details className="aloud">
        <summary>{t('link.aloud')}</summary>
        <p className="sub measure">{t(whole ? 'link.aloud_words' : 'link.aloud_code')}</p>
        {whole && <p className="code">{link.address}</p>}
        <ol className="spelled">
          {spoken(link.token, words).map((group) => (
            <li key={group.at}>
              <span className="code">{group.written}</span>
              <span>{group.said}</span>
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}
