import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { keysOn } from '../keymap';
import { Page } from '../parts';

const keys = [
  ['find', ['/']],
  ['today', ['g', 't']],
  ['caseload', ['g', 'c']],
  ['move', ['j', 'k']],
  ['open', ['Enter']],
  ['client', ['[', ']']],
  ['tab', ['1', '8']],
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
        <p className="more">
          <Link to="/settings">{t('keys.settings')}</Link>
        </p>
      </div>
    </Page>
  );
}
