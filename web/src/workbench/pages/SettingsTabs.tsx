import { NavLink } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { useUser } from '../session';

export function SettingsTabs() {
  const { t } = useTexts();
  const user = useUser();
  return (
    <nav className="tabs no-print" aria-label={t('nav.settings')}>
      <NavLink to="/settings" end className="tab">
        {t('settings.title')}
      </NavLink>
      {user.admin && (
        <NavLink to="/settings/users" className="tab">
          {t('users.title')}
        </NavLink>
      )}
      {user.admin && (
        <NavLink to="/settings/due" className="tab">
          {t('due.title')}
        </NavLink>
      )}
      <NavLink to="/settings/safety" className="tab">
        {t('settings.safety')}
      </NavLink>
      <NavLink to="/settings/account" className="tab">
        {t('account.title')}
      </NavLink>
    </nav>
  );
}
