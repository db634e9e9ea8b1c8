import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, asProblem, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, Loaded, Page, submitted, textOf } from '../parts';
import { useInstruments } from '../queries';
import { useUser } from '../session';

const nobody = { practice: '', purpose: '', clients: '', languages: '' };

/** Whose a wording is, on what terms, where to ask, and a letter that asks. The program sends nothing. */
export default function AskOwner() {
  const { measure = '' } = useParams();
  const { t } = useTexts();
  const user = useUser();
  const instruments = useInstruments();
  const [words, setWords] = useState(nobody);
  const guide = useQuery({
    queryKey: ['guide', measure, words],
    queryFn: () => ask(api.POST('/api/v1/wordings/guide', { body: { instrument: measure, ...words } })),
    placeholderData: keepPreviousData,
  });
  const one = instruments.data?.find((known) => `${known.id}@${known.version}` === measure);
  const problem = guide.error ? asProblem(guide.error) : undefined;
  return (
    <Loaded query={guide.data ? { ...guide, error: null } : guide}>
      {(said) => (
        <Page
          title="ask.title"
          heading={t('ask.heading', { title: one?.abbreviation ?? measure })}
          facts={<Link to="/measures">{t('nav.measures')}</Link>}
          plain
        >
          <Owner said={said} />
          <section className="card no-print" aria-labelledby="steps">
            <h2 id="steps">{t('ask.steps')}</h2>
            <ol className="steps measure">
              {said.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
            {user.admin && one?.wording === 'imported' && (
              <p className="after">
                <Link to={`/measures/${measure}/wording`}>{t('ask.import')}</Link>
              </p>
            )}
          </section>
          {said.letter && (
            <>
              <form
                className="card form no-print"
                aria-labelledby="for-letter"
                onSubmit={submitted((data) =>
                  setWords({
                    practice: textOf(data, 'practice'),
                    purpose: textOf(data, 'purpose'),
                    clients: textOf(data, 'clients'),
                    languages: textOf(data, 'languages'),
                  }),
                )}
              >
                <h2 id="for-letter">{t('ask.fill')}</h2>
                <ErrorSummary problem={problem} />
                <div className="grid-2">
                  <Field name="practice" label={t('ask.practice')} problem={problem}>
                    <input type="text" autoComplete="organization" maxLength={200} />
                  </Field>
                  <Field name="purpose" label={t('ask.purpose')} hint={t('ask.purpose_hint')} problem={problem}>
                    <input type="text" autoComplete="off" maxLength={200} />
                  </Field>
                  <Field name="clients" label={t('ask.clients')} hint={t('ask.clients_hint')} problem={problem}>
                    <input type="text" autoComplete="off" maxLength={200} />
                  </Field>
                  <Field name="languages" label={t('ask.languages')} hint={t('ask.languages_hint')} problem={problem}>
                    <input type="text" autoComplete="off" maxLength={200} />
                  </Field>
                </div>
                <div className="form-do">
                  <button type="submit" className="btn btn-primary" disabled={guide.isFetching}>
                    {t('ask.write')}
                  </button>
                </div>
              </form>
              <Letter words={said.letter} />
            </>
          )}
        </Page>
      )}
    </Loaded>
  );
}

function Owner({ said }: { said: Schemas['GuideView'] }) {
  const { t } = useTexts();
  return (
    <section className="card no-print" aria-labelledby="owner">
      <h2 id="owner">{t('ask.whose')}</h2>
      <dl className="facts-list">
        <div>
          <dt>{t('ask.owner')}</dt>
          <dd>{said.holder || t('ask.unknown')}</dd>
        </div>
        <div>
          <dt>{t('ask.terms')}</dt>
          <dd>
            {said.terms} {!said.verified && <span className="tag tag-draft">{t('ask.unverified')}</span>}
            {!said.verified && <span className="hint">{said.note || t('ask.not_seen')}</span>}
          </dd>
        </div>
        {said.attribution && (
          <div>
            <dt>{t('ask.named')}</dt>
            <dd>{said.attribution}</dd>
          </div>
        )}
        <div>
          <dt>{t('ask.where')}</dt>
          <dd>
            <ul>
              {said.places.map((place) => (
                <li key={place.citation}>
                  {place.citation}{' '}
                  {place.url && (
                    <a href={place.url} target="_blank" rel="noreferrer noopener">
                      {place.url}
                    </a>
                  )}
                </li>
              ))}
            </ul>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Letter({ words }: { words: string }) {
  const { t } = useTexts();
  const [copied, setCopied] = useState<'copied' | 'marked'>();
  const shown = useRef<HTMLDivElement>(null);
  // Without TLS a browser gives no clipboard: then the words are marked, and the person's own keys copy them.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(words);
      setCopied('copied');
    } catch {
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      setCopied('marked');
    }
  };
  return (
    <section className="card owner-letter" aria-labelledby="letter">
      <h2 id="letter" className="no-print">
        {t('ask.letter')}
      </h2>
      <div className="letter-words" ref={shown}>
        {words}
      </div>
      <p className="form-do no-print">
        <button type="button" className="btn" onClick={() => void copy()}>
          {t('link.copy')}
        </button>
        <button type="button" className="btn" onClick={() => print()}>
          {t('print')}
        </button>
        <span className="hint" role="status">
          {copied ? t(copied === 'copied' ? 'ask.copied' : 'link.marked') : t('ask.sends_nothing')}
        </span>
      </p>
    </section>
  );
}
