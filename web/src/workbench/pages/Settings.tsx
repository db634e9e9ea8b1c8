import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { chooseScheme, chosenScheme, type Scheme } from '../../shared/ui/theme';
import { keysOn, turnKeys } from '../keymap';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, Page, submitted, textOf, useChange } from '../parts';
import { useUser } from '../session';
import { SettingsTabs } from './SettingsTabs';

export default function Settings() {
  const user = useUser();
  return (
    <Page title="nav.settings" tabs={<SettingsTabs />} plain>
      {user.admin && <Practice />}
      <Appearance />
    </Page>
  );
}

function Practice() {
  const { t } = useTexts();
  const [undone, setUndone] = useState(0);
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => ask(api.GET('/api/v1/settings')) });
  return (
    <section className="card" aria-label={t('settings.practice')}>
      <h2>{t('settings.practice')}</h2>
      <Loaded query={settings} part>
        {(known) => <PracticeForm key={undone} known={known} undone={() => setUndone(undone + 1)} />}
      </Loaded>
    </section>
  );
}

function PracticeForm({ known, undone }: { known: Schemas['Settings']; undone: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const patch = (settings: Schemas['Settings'], taken: boolean) =>
    ask(
      api.PATCH('/api/v1/settings', {
        // A retention that was set is taken back by saying so; one that was never set is left out.
        body: { ...settings, ...(settings.retention_years === null && taken ? { no_retention: true } : {}) },
      }),
    );
  return (
    <form
      className="form"
      onSubmit={submitted((form) => {
        const years = textOf(form, 'retention_years');
        void run(
          () =>
            patch(
              {
                practice_name: textOf(form, 'practice_name'),
                portal_risk_contact: textOf(form, 'portal_risk_contact'),
                retention_years: years ? Number(years) : null,
              },
              known.retention_years !== null,
            ),
          () =>
            notice({
              words: t('settings.saved'),
              undo: () => patch(known, years !== ''),
              stale: [['settings']],
              undone,
            }),
          [['settings']],
        );
      })}
    >
      <ErrorSummary problem={problem} />
      <Field name="practice_name" label={t('setup.practice')} hint={t('setup.practice_hint')} problem={problem}>
        <input type="text" required defaultValue={known.practice_name} />
      </Field>
      <Field
        name="portal_risk_contact"
        label={t('settings.contact')}
        hint={t('settings.contact_hint')}
        problem={problem}
      >
        <textarea rows={3} defaultValue={known.portal_risk_contact} />
      </Field>
      <Field
        name="retention_years"
        label={t('settings.retention')}
        hint={t('settings.retention_hint')}
        problem={problem}
      >
        <input
          type="text"
          inputMode="numeric"
          pattern="[0-9]{1,2}"
          size={4}
          defaultValue={known.retention_years ?? ''}
        />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('settings.save')}
        </button>
      </div>
    </form>
  );
}

function Appearance() {
  const { t } = useTexts();
  const [scheme, setScheme] = useState<Scheme>(chosenScheme);
  const [keys, setKeys] = useState(keysOn);
  return (
    <section className="card form" aria-labelledby="looks">
      <h2 id="looks">{t('settings.looks')}</h2>
      <fieldset className="choices row-choices">
        <legend>{t('settings.scheme')}</legend>
        {(['system', 'light', 'dark'] as const).map((one) => (
          <label key={one} className="choice">
            <input
              type="radio"
              name="scheme"
              checked={scheme === one}
              onChange={() => {
                chooseScheme(one);
                setScheme(one);
              }}
            />
            <span>{t(`settings.scheme.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <label className="check">
        <input
          type="checkbox"
          checked={keys}
          onChange={(event) => {
            turnKeys(event.target.checked);
            setKeys(event.target.checked);
          }}
        />
        <span>
          {t('settings.keys')}
          <span className="hint">{t('settings.keys_hint')}</span>
        </span>
      </label>
    </section>
  );
}
