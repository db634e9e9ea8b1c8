import { useState } from 'react';
import { Problem } from '../../shared/api/problem';
import { useTexts } from '../../shared/i18n/texts';
import { StepHeading } from '../../shared/questions/Questions';
import { useParts } from './parts';

/** Whether phones reach this page: somebody who looks after the practice tries it with their own. */
export function Trial({ token }: { token: string }) {
  const { t } = useTexts();
  const { call } = useParts();
  const [said, setSaid] = useState<string>();
  const tap = () =>
    call('POST', 'trial', { token }).then(
      () => setSaid('trial.reached'),
      (error) => setSaid(error instanceof Problem && error.code === 'portal.trial' ? 'trial.not' : 'trial.over'),
    );
  return (
    <div className="page">
      <div className="q-body">
        <StepHeading key={said ?? 'trial'}>{t('trial.title')}</StepHeading>
        <p className="lead" role="status">
          {t(said ?? 'trial.words')}
        </p>
      </div>
      {said !== 'trial.reached' && (
        <div className="foot">
          <button type="button" className="big big-primary" onClick={() => void tap()}>
            {t('trial.do')}
          </button>
        </div>
      )}
    </div>
  );
}
