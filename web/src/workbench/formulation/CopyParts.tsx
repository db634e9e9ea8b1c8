import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { sectionKinds } from './record';

/** Claims, moments, formulations and episodes, as a person's copy of their record has them. */
export function useCopyParts(copy: Schemas['PersonCopy'], called: (figure: string | null) => string) {
  const { t, date } = useTexts();
  const rule = (one: { cue: string; expectation: string }) =>
    t('claim.rule', { cue: one.cue, expectation: one.expectation });
  const of = (claim: string | null) => copy.claims.find((each) => each.id === claim);
  return [
    {
      title: 'claim.title',
      none: copy.claims.length === 0,
      children: copy.claims.map((claim) => (
        <div key={claim.id} className="finding">
          <h3>{rule(claim)}</h3>
          <p className="sub">{t('claim.disconfirmed', { words: claim.disconfirmed_by })}</p>
          <ul className="listed">
            {copy.claim_reviews
              .filter((review) => review.claim === claim.id)
              .map((review) => (
                <li key={review.id}>
                  {t('claim.review_line', { date: date(review.reviewed_at), confidence: review.confidence })}
                  {review.words && ` ${review.words}`}
                </li>
              ))}
            {copy.claim_evidence
              .filter((evidence) => evidence.claim === claim.id)
              .map((evidence) => (
                <li key={evidence.id}>
                  {t(`evidence.${evidence.side}`)}: {evidence.words} ({t(`evidence.source.${evidence.source}`)},{' '}
                  {date(evidence.noted_at)})
                </li>
              ))}
          </ul>
        </div>
      )),
    },
    {
      title: 'moment.title',
      none: copy.corrective_moments.length === 0,
      children: (
        <ul className="listed">
          {copy.corrective_moments.map((moment) => {
            const claim = of(moment.claim);
            return (
              <li key={moment.id}>
                {date(moment.happened_on)}
                {moment.figure && `, ${called(moment.figure)}`}: {t('moment.expected_said', { words: moment.expected })}{' '}
                {moment.happened} ({t(`moment.${moment.noticed}`)}){moment.words && ` ${moment.words}`}
                {claim && ` ${t(`moment.${moment.side}`, { rule: rule(claim) })}`}
              </li>
            );
          })}
        </ul>
      ),
    },
    {
      title: 'formulation.title',
      none: copy.formulations.length === 0,
      children: copy.formulations.map((version) => (
        <div key={version.id} className="finding">
          <h3>
            {t('versions.number', { n: version.number })} <span className="meta num">{date(version.written_at)}</span>
          </h3>
          {sectionKinds.map((kind) => {
            const section = version.sections.find((each) => each.kind === kind);
            return (
              (section?.words || section?.plain) && (
                <p key={kind} className="account">
                  {t(`section.${kind}`)}: {[section.words, section.plain].filter(Boolean).join('\n')}
                </p>
              )
            );
          })}
          {version.links.map((link, i) => (
            <p key={i} className="account">
              {t('section.links')}: {link.words}
              {link.otherwise && ` ${t('section.otherwise', { words: link.otherwise })}`}
            </p>
          ))}
        </div>
      )),
    },
    {
      title: 'episode.page',
      none: copy.relationship_episodes.length === 0,
      children: (
        <ul className="listed">
          {copy.relationship_episodes.map((episode) => (
            <li key={episode.id}>
              {date(episode.told_on)}
              {episode.figure && `, ${called(episode.figure)}`}
              {episode.account && `: ${episode.account}`}{' '}
              <span className="meta">
                {t('episode.copy', {
                  wish: episode.wishes || '–',
                  other: episode.responses_of_other || '–',
                  self: episode.responses_of_self || '–',
                })}
              </span>
            </li>
          ))}
        </ul>
      ),
    },
  ];
}
