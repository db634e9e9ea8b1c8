import { useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Rule } from '../formulation/Claims';
import { claimCalls } from '../formulation/record';
import { useNotice } from '../Notices';
import { ErrorSummary, useChange } from '../parts';
import { type Meeting, meetingKey } from './record';
import '../formulation/formulation.css';

/** The one or two claims that are worked on, and what would show that each does not hold. */
export function Working({ course, page, mine }: { course: string; page: Meeting; mine: boolean }) {
  const { t } = useTexts();
  const begun = page.session.began_at !== null;
  return (
    <section className="card" aria-labelledby="claims">
      <h2 id="claims">{t('working.title')}</h2>
      {page.claims.length === 0 ? (
        <p className="empty-line measure">{t('working.none')}</p>
      ) : (
        <>
          <p className="sub measure">{t('working.words')}</p>
          {page.claims.map((claim) => (
            <ClaimLine key={claim.id} course={course} page={page} claim={claim} writes={mine && begun} />
          ))}
        </>
      )}
      {page.other_claims.length > 0 && (
        <details className="after">
          <summary>{t('working.others', { n: page.other_claims.length })}</summary>
          {page.other_claims.map((claim) => (
            <ClaimLine key={claim.id} course={course} page={page} claim={claim} writes={mine && begun} />
          ))}
        </details>
      )}
    </section>
  );
}

/** With the client's words, evidence is one tap. */
function ClaimLine({
  course,
  page,
  claim,
  writes,
}: {
  course: string;
  page: Meeting;
  claim: Schemas['Claim'];
  writes: boolean;
}) {
  const { t } = useTexts();
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const [words, setWords] = useState('');
  const calls = claimCalls(course, claim.person);
  const stale = [meetingKey(course, page.session.id), ['course', course, 'claims', claim.person]];
  const put = (side: 'supports' | 'contradicts') =>
    void run(
      () => calls.addEvidence(claim.id, { side, source: 'session', source_id: page.session.id, words }),
      (book) => {
        setWords('');
        const added = book.claims.find((one) => one.claim.id === claim.id)?.evidence.at(-1);
        notice({
          words: t(`working.put.${side}`),
          stale,
          ...(added ? { undo: () => calls.removeEvidence(added.id) } : {}),
        });
      },
      stale,
    );
  const here = page.evidence.filter((one) => one.claim === claim.id);
  return (
    <article className="claim">
      <h3 className="rule">
        <Rule cue={claim.cue} expectation={claim.expectation} />
      </h3>
      <p className="sub measure">{t('claim.disconfirmed', { words: claim.disconfirmed_by })}</p>
      {here.length > 0 && (
        <ul className="rows">
          {here.map((one) => (
            <li key={one.id} className="row">
              <span className="meta">{t(`evidence.${one.side}`)}</span> <span className="said-here">{one.words}</span>
            </li>
          ))}
        </ul>
      )}
      {writes && (
        <form
          className="evidence-line no-print"
          onSubmit={(event) => event.preventDefault()}
          aria-label={t('working.evidence_for', { cue: claim.cue, expectation: claim.expectation })}
        >
          <ErrorSummary problem={problem} />
          <input
            type="text"
            autoComplete="off"
            value={words}
            aria-label={t('working.their_words')}
            placeholder={t('working.their_words')}
            onChange={(event) => setWords(event.target.value)}
          />
          <button type="button" className="btn" disabled={busy || !words.trim()} onClick={() => put('supports')}>
            {t('working.supports')}
          </button>
          <button type="button" className="btn" disabled={busy || !words.trim()} onClick={() => put('contradicts')}>
            {t('working.contradicts')}
          </button>
        </form>
      )}
    </article>
  );
}
