import { useIntl } from 'react-intl';
import words from '../../shared/i18n/en-own.json';
import { Texts, useTexts } from '../../shared/i18n/texts';
import { StepHeading } from '../../shared/questions/Questions';
import type { OwnAnswers } from '../exchange';

/** Whom a sheet is about, where its wording says {figure}. */
export function useFigure(figure: OwnAnswers['figure']): (text: string) => string {
  const { t } = useTexts();
  return (text) => text.replaceAll('{figure}', figure?.name || t(`figure.${figure?.kind ?? 'other'}`));
}

export default function Own({ own }: { own: OwnAnswers }) {
  const { messages } = useIntl();
  return (
    <Texts messages={{ ...(messages as Record<string, string>), ...words }}>
      <Words own={own} />
    </Texts>
  );
}

/** What was sent, once more. What could endanger whoever is seen reading it is not among it. */
function Words({ own }: { own: OwnAnswers }) {
  const { t, weekday } = useTexts();
  const said = useFigure(own.figure);
  return (
    <div className="page">
      <div className="q-body">
        <StepHeading>{said(own.title)}</StepHeading>
        <p className="lead">{t('own.words', { when: weekday(own.sent_at), therapist: own.therapist_name })}</p>
        <dl className="review">
          {own.items
            .filter((item) => !item.withheld && item.text !== null && item.answer !== 'not_asked')
            .map((item) => (
              <div key={item.position}>
                <dt>{said(item.text ?? '')}</dt>
                <dd>{item.option ?? (/^\d+$/.test(item.answer) ? item.answer : t('q.left_out'))}</dd>
              </div>
            ))}
        </dl>
        {own.items.some((item) => item.withheld) && <p className="quiet">{t('done.some')}</p>}
        {own.expires_at && <p className="quiet">{t('own.until', { when: weekday(own.expires_at) })}</p>}
      </div>
    </div>
  );
}
