import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { keysOn, meetingAction } from '../keymap';
import { MeetingTexts } from '../meeting/MeetingTexts';
import { Page } from '../parts';

const keys = [
  ['find', ['/']],
  ['today', ['g', 't']],
  ['caseload', ['g', 'c']],
  ['move', ['j', 'k']],
  ['open', ['Enter']],
  ['client', ['[', ']']],
  ['tab', ['1', '9']],
  ['new', ['n']],
  ['undo', ['u']],
  ['keys', ['?']],
  ['close', ['Esc']],
] as const;

export default function Keys() {
  const { t } = useTexts();
  return (
    <Page title="nav.keys" plain>
      <div className="card">
        <p className="measure">{t(keysOn() ? 'keys.words' : 'keys.off')}</p>
        <dl className="keymap">
          {keys.map(([id, presses]) => (
            <div key={id}>
              <dt>
                {presses.map((press) => (
                  <kbd key={press}>{press}</kbd>
                ))}
              </dt>
              <dd>{t(`keys.${id}`)}</dd>
            </div>
          ))}
        </dl>
        <MeetingTexts>
          <MeetingKeys />
        </MeetingTexts>
        <p className="more">
          <Link to="/settings">{t('keys.settings')}</Link>
        </p>
      </div>
    </Page>
  );
}

function MeetingKeys() {
  const { t } = useTexts();
  return (
    <>
      <h2 className="after">{t('meeting_keys.title')}</h2>
      <dl className="keymap">
        {Object.entries(meetingAction).map(([key, action]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`meeting_keys.${action}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Ctrl</kbd>
            <kbd>Enter</kbd>
          </dt>
          <dd>{t('meeting_keys.sign')}</dd>
        </div>
      </dl>
    </>
  );
}
