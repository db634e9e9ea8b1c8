import { type ComponentProps, type ReactNode, useCallback, useEffect, useState } from 'react';
import { useIntl } from 'react-intl';
import mine from '../../shared/i18n/en-mine.json';
import { Texts, useTexts } from '../../shared/i18n/texts';
import type { Reach } from '../Portal';
import { Mine, PlanAtHand } from './Mine';
import { type Parts, PartsContext, useParts } from './parts';
import { Stop } from './Stop';
import { Trial } from './Trial';

/** What a phone opens that is no sheet: a client's own page, the link that stops reminders, a trial of the portal. */
export default function Aside({ parts }: { parts: Parts }) {
  const { messages } = useIntl();
  return (
    <Texts messages={{ ...(messages as Record<string, string>), ...mine }}>
      <PartsContext value={parts}>
        <Framed />
      </PartsContext>
    </Texts>
  );
}

const trialMark = 'try=';

function Framed() {
  const { path, taken, Frame, Help } = useParts();
  const { t } = useTexts();
  const [helping, setHelping] = useState(false);
  const [contact, setContact] = useState<Reach | null>(null);
  const [plan, setPlan] = useState<ComponentProps<typeof PlanAtHand>['plan'] | null>(null);
  const reach = useCallback<ComponentProps<typeof Mine>['reach']>((whom, own) => {
    setContact(whom);
    setPlan(own ?? null);
  }, []);
  useEffect(() => {
    document.title = t('title');
    const back = () => setHelping(history.state === 'help');
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, [t]);
  const help = () => {
    history.pushState('help', '');
    setHelping(true);
  };
  let page: ReactNode = <Mine token={taken} reach={reach} />;
  if (taken.startsWith(trialMark)) page = <Trial token={taken.slice(trialMark.length)} />;
  else if (path === '/stop') page = <Stop token={taken} />;
  return (
    <Frame help={help} helping={helping}>
      {helping && <Help contact={contact} back={() => history.back()} />}
      {helping && plan && <PlanAtHand plan={plan} />}
      {/* Kept while help is shown: what was opened stays open. */}
      <div className="held" hidden={helping}>
        {page}
      </div>
    </Frame>
  );
}
