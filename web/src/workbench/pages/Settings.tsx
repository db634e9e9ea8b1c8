import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { chooseScheme, chosenScheme, type Scheme } from '../../shared/ui/theme';
import { Learned } from '../feedback/Learned';
import { keysOn, turnKeys } from '../keymap';
import { MapLaws } from '../map/MapLaws';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, Page, submitted, textOf, useChange } from '../parts';
import MailAccount from '../reminders/MailAccount';
import { useUser } from '../session';
import { SettingsTabs } from './SettingsTabs';

export default function Settings() {
  const user = useUser();
  return (
    <Page title="nav.settings" tabs={<SettingsTabs />} plain>
      {user.admin && <Practice />}
      {user.admin && <Phones />}
      {user.admin && <MailAccount />}
      {user.admin && <Norms />}
      {user.admin && <MapLaws />}
      {user.admin && <Learned />}
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
  const patch = (settings: Schemas['ChangeSettings'], taken: boolean) =>
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
                retention_years: years ? Number(years) : null,
              },
              known.retention_years !== null,
            ),
          () =>
            notice({
              words: t('settings.saved'),
              undo: () =>
                patch({ practice_name: known.practice_name, retention_years: known.retention_years }, years !== ''),
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

/** Whether clients' phones can be used, and who is there for what is answered on them. */
function Phones() {
  const { t } = useTexts();
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => ask(api.GET('/api/v1/settings')) });
  return (
    <section className="card" id="phones" aria-labelledby="phones-title">
      <h2 id="phones-title">{t('settings.phones')}</h2>
      <Loaded query={settings}>
        {(known) => (
          <>
            <Portal known={known.portal} again={() => void settings.refetch()} />
            <RiskPath key={known.risk_path.tested_at} known={known.risk_path} />
          </>
        )}
      </Loaded>
    </section>
  );
}

function Portal({ known, again }: { known: Schemas['PortalState']; again: () => void }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const [trial, setTrial] = useState<Schemas['PortalLink']>();
  if (!known.address)
    return (
      <div className="part">
        <h3>{t('portal.title')}</h3>
        <p className="measure">{t('portal.none')}</p>
        <ul className="measure needs">
          {(['name', 'https', 'always', 'backup'] as const).map((need) => (
            <li key={need}>{t(`portal.needs_${need}`)}</li>
          ))}
        </ul>
        <p className="hint measure">{t('portal.until')}</p>
      </div>
    );
  return (
    <div className="part form">
      <h3>{t('portal.title')}</h3>
      <p className="measure">
        {t('portal.at', { address: known.address })}{' '}
        {known.reached_at ? t('portal.reached', { date: date(known.reached_at) }) : t('portal.unproven')}
      </p>
      <ErrorSummary problem={problem} />
      {trial && (
        <div className="field">
          <p>{t('portal.open')}</p>
          <output className="code">{`${trial.address}#try=${trial.token}`}</output>
          <p className="hint">{t('portal.open_hint')}</p>
        </div>
      )}
      <div className="form-do">
        <button
          type="button"
          className="btn"
          disabled={busy}
          onClick={() => void run(() => ask(api.POST('/api/v1/settings/portal/trial')), setTrial)}
        >
          {t(trial ? 'portal.another' : 'portal.try')}
        </button>
        {trial && (
          <button type="button" className="btn btn-primary" onClick={again}>
            {t('portal.look')}
          </button>
        )}
      </div>
    </div>
  );
}

function RiskPath({ known }: { known: Schemas['RiskPath'] }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [undone, setUndone] = useState(0);
  const stale = [['settings'], ['phone']];
  const named = Boolean(known.person && known.phone && known.hours);
  const patch = (path: { person: string; phone: string; hours: string }) =>
    ask(
      api.PATCH('/api/v1/settings', {
        body: { risk_person: path.person, risk_phone: path.phone, risk_hours: path.hours },
      }),
    );
  return (
    <div className="part">
      <h3>{t('path.title')}</h3>
      <p className="measure">{t('path.words')}</p>
      <ErrorSummary problem={problem} />
      <form
        key={undone}
        className="form"
        onSubmit={submitted((form) => {
          const path = {
            person: textOf(form, 'risk_person'),
            phone: textOf(form, 'risk_phone'),
            hours: textOf(form, 'risk_hours'),
          };
          void run(
            () => patch(path),
            () =>
              notice({
                words: t('settings.saved'),
                undo: () => patch(known),
                stale,
                undone: () => setUndone(undone + 1),
              }),
            stale,
          );
        })}
      >
        <div className="grid-2">
          {(['person', 'phone', 'hours'] as const).map((part) => (
            <Field
              key={part}
              name={`risk_${part}`}
              label={t(`path.${part}`)}
              hint={t(`path.${part}_hint`)}
              problem={problem}
            >
              <input type={part === 'phone' ? 'tel' : 'text'} autoComplete="off" defaultValue={known[part]} />
            </Field>
          ))}
        </div>
        <div className="form-do">
          <button type="submit" className="btn" disabled={busy}>
            {t('path.save')}
          </button>
        </div>
      </form>
      <p className="measure">
        {known.tested_at
          ? t('path.tested', { date: date(known.tested_at) })
          : named
            ? t('path.untested')
            : t('path.unnamed')}
      </p>
      {named && (
        <form
          className="form"
          onSubmit={submitted(
            (form) =>
              void run(
                () => ask(api.POST('/api/v1/settings/risk-path/test', { body: { how: textOf(form, 'how') } })),
                () => notice({ words: t('path.noted') }),
                stale,
              ),
          )}
        >
          <Field name="how" label={t('path.how')} hint={t('path.how_hint')} problem={problem}>
            <input type="text" required autoComplete="off" />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn" disabled={busy}>
              {t('path.test')}
            </button>
          </div>
        </form>
      )}
    </div>
  );
}

/** How people here score, once there are enough of them. */
function Norms() {
  const { t } = useTexts();
  const norms = useQuery({ queryKey: ['norms'], queryFn: () => ask(api.GET('/api/v1/norms')) });
  return (
    <section className="card form" aria-labelledby="norms-title">
      <h2 id="norms-title">{t('norms.title')}</h2>
      <Loaded query={norms} part>
        {({ needed, measures }) =>
          measures.length === 0 ? (
            <p className="empty-line">{t('norms.none', { needed })}</p>
          ) : (
            <>
              <p className="measure">{t('norms.words', { needed })}</p>
              <NormsTable needed={needed} measures={measures} />
              <p className="hint measure">{t('norms.rule', { needed })}</p>
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function NormsTable({ needed, measures }: Pick<Schemas['LocalNorms'], 'needed' | 'measures'>) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const state = (one: Schemas['MeasureNorms']) => {
    const people = Math.max(0, ...one.norms.map((norm) => norm.people));
    if (one.computed_at) return t(one.is_used ? 'norms.on' : 'norms.unused', { people, date: date(one.computed_at) });
    return one.respondents < needed ? t('norms.short', { missing: needed - one.respondents }) : t('norms.ready');
  };
  const compute = ({ instrument, version, item_order }: Schemas['MeasureNorms']) =>
    void run(
      () => ask(api.POST('/api/v1/norms/compute', { body: { instrument: `${instrument}@${version}`, item_order } })),
      () => notice({ words: t('norms.done') }),
      [['norms'], ['course']],
    );
  return (
    <>
      <ErrorSummary problem={problem} />
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('norms.measure')}</th>
            <th scope="col">{t('norms.people')}</th>
            <th scope="col">{t('norms.rests')}</th>
          </tr>
        </thead>
        <tbody>
          {measures.map((one) => (
            <tr key={`${one.instrument} ${one.version} ${one.item_order}`}>
              <th scope="row">{one.title}</th>
              <td className="num">{one.respondents}</td>
              <td>
                <div className="norm-state">
                  <span>{state(one)}</span>
                  {one.respondents >= needed && (
                    <button
                      type="button"
                      className="btn"
                      disabled={busy}
                      aria-label={`${t(one.computed_at ? 'norms.again' : 'norms.compute')}: ${one.title}`}
                      onClick={() => compute(one)}
                    >
                      {t(one.computed_at ? 'norms.again' : 'norms.compute')}
                    </button>
                  )}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {measures
        .filter((one) => one.norms.length > 0)
        .map((one) => (
          <details key={`${one.instrument} ${one.version} ${one.item_order}`}>
            <summary>{t('norms.show', { title: one.title })}</summary>
            <NormValues title={one.title} norms={one.norms} />
          </details>
        ))}
    </>
  );
}

/** Each group with its mean, spread and seven scores; the errors say how rough they are. */
function NormValues({ title, norms }: { title: string; norms: Schemas['NormView'][] }) {
  const { t, number } = useTexts();
  const scales = new Set(norms.map((norm) => norm.name));
  const who = (norm: Schemas['NormView']) => {
    const age =
      norm.age_from !== null && norm.age_to !== null
        ? t('norms.ages', { from: norm.age_from, to: norm.age_to })
        : norm.age_from !== null
          ? t('norms.from_age', { from: norm.age_from })
          : norm.age_to !== null
            ? t('norms.to_age', { to: norm.age_to })
            : '';
    return [norm.gender ? t(`gender.${norm.gender}`) : '', age].filter(Boolean).join(', ') || t('norms.everyone');
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it scrolls, by keyboard too */}
      <section className="norm-values" aria-label={t('norms.show', { title })} tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('norms.who')}</th>
              <th scope="col">{t('norms.n')}</th>
              <th scope="col">{t('norms.mean')}</th>
              <th scope="col">{t('norms.sd')}</th>
              {norms[0]?.percentiles.map((point) => (
                <th key={point.percent} scope="col">
                  {t('norms.percent', { percent: point.percent })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {norms.map((norm) => (
              <tr key={`${norm.scale} ${norm.gender} ${norm.age_from} ${norm.age_to}`}>
                <th scope="row">{scales.size > 1 ? `${norm.name}: ${who(norm)}` : who(norm)}</th>
                <td className="num">{norm.people}</td>
                <td className="num">
                  {t('norms.with_error', { value: number(norm.mean), error: number(norm.mean_error) })}
                </td>
                <td className="num">
                  {t('norms.with_error', { value: number(norm.sd), error: number(norm.sd_error) })}
                </td>
                {norm.percentiles.map((point) => (
                  <td key={point.percent} className="num">
                    {number(point.score)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="hint measure">{t('norms.errors')}</p>
    </>
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
