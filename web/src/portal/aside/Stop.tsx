import { useState } from 'react';
import { useTexts } from '../../shared/i18n/texts';
import { StepHeading } from '../../shared/questions/Questions';
import { useParts } from './parts';

/** The link in a reminder: one tap, and nobody signs in. Nothing happens by itself, since programs open links too. */
export function Stop({ token }: { token: string }) {
  const { t } = useTexts();
  const { call } = useParts();
  const [said, setSaid] = useState<'done' | 'failed'>();
  const tap = () =>
    call('POST', `reminders/${encodeURIComponent(token)}/stop`).then(
      () => setSaid('done'),
      () => setSaid('failed'),
    );
  return (
    <div className="page">
      <div className="q-body">
        <StepHeading>{t('stop_mail.title')}</StepHeading>
        <p className="lead" role="status">
          {t(said ? `stop_mail.${said}` : 'stop_mail.words')}
        </p>
      </div>
      {said !== 'done' && (
        <div className="foot">
          <button type="button" className="big big-primary" onClick={() => void tap()}>
            {t('stop_mail.do')}
          </button>
        </div>
      )}
    </div>
  );
}
