import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, Page, submitted, textOf, useChange } from '../parts';
import { useStaff, useStaffName } from '../queries';
import { Jurisdiction } from '../safety/ChildNotes';
import { instantOf, useStaffing } from '../safety/record';
import { SafetyTexts } from '../safety/SafetyTexts';
import { useUser } from '../session';
import { SettingsTabs } from './SettingsTabs';

type Staffing = Schemas['Staffing'];
type View = Schemas['StaffingView'];

const facts = [
  'risk_answer',
  'wish',
  'thoughts',
  'method',
  'intent',
  'plan',
  'behaviour',
  'behaviour_recent',
  'not_answered',
] as const;

/** Hours, who is told, who is away, what is done, and what holds for child protection. */
export default function SafetySettings() {
  return (
    <SafetyTexts>
      <SafetySettingsPage />
    </SafetyTexts>
  );
}

function SafetySettingsPage() {
  const staffing = useStaffing();
  const user = useUser();
  return (
    <Page title="settings.safety" tabs={<SettingsTabs />} plain>
      <Loaded query={staffing} part>
        {(view) => (
          <>
            <Hours key={JSON.stringify(view.staffing)} view={view} admin={user.admin} />
            <Absences view={view} admin={user.admin} />
          </>
        )}
      </Loaded>
      <Actions admin={user.admin} />
      <Jurisdictions admin={user.admin} />
    </Page>
  );
}

function Hours({ view, admin }: { view: View; admin: boolean }) {
  const { t, date } = useTexts();
  const staff = useStaff();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [draft, setDraft] = useState<Staffing>(view.staffing);
  const [closed, setClosed] = useState(view.staffing.closed.join(', '));
  const time = (i: number, part: Partial<Staffing['week'][number]>) =>
    setDraft({ ...draft, week: draft.week.map((one, at) => (at === i ? { ...one, ...part } : one)) });
  const step = (i: number, part: Partial<Staffing['steps'][number]>) =>
    setDraft({ ...draft, steps: draft.steps.map((one, at) => (at === i ? { ...one, ...part } : one)) });
  const workers = staff.data?.filter((one) => one.therapist || one.supervisor) ?? [];
  return (
    <section className="card" aria-labelledby="hours">
      <h2 id="hours">{t('staff.title')}</h2>
      <p className="measure">{t('staff.words')}</p>
      {view.words && <p className="callout">{view.words}</p>}
      <p className="sub">
        {t(view.staffed_now ? 'staff.now' : 'staff.not_now')}{' '}
        {view.risk_path.tested_at && t('staff.tested', { at: date(view.risk_path.tested_at) })}
      </p>
      <form
        className="form"
        onSubmit={submitted(
          () =>
            void run(
              () =>
                ask(
                  api.PUT('/api/v1/staffing', {
                    body: { ...draft, closed: closed.split(/[\s,;]+/).filter((one) => one !== '') },
                  }),
                ),
              () => notice({ words: t('staff.kept') }),
              [['staffing'], ['escalations']],
            ),
        )}
      >
        <ErrorSummary problem={problem} />
        <fieldset disabled={!admin} className="bare">
          <legend className="vh">{t('staff.title')}</legend>
          <Field name="zone" label={t('staff.zone')} hint={t('staff.zone_hint')} problem={problem}>
            <input
              type="text"
              required
              value={draft.zone}
              onChange={(event) => setDraft({ ...draft, zone: event.target.value })}
            />
          </Field>
          <h3>{t('staff.week')}</h3>
          {draft.week.map((one, i) => (
            <div key={i} className="span-line">
              <select
                aria-label={`${t('staff.weekday')} ${i + 1}`}
                value={one.weekday}
                onChange={(event) => time(i, { weekday: Number(event.target.value) })}
              >
                {[1, 2, 3, 4, 5, 6, 7].map((day) => (
                  <option key={day} value={day}>
                    {t(`staff.day.${day}`)}
                  </option>
                ))}
              </select>
              <input
                type="time"
                aria-label={`${t('staff.from')} ${i + 1}`}
                required
                value={one.from}
                onChange={(event) => time(i, { from: event.target.value })}
              />
              <input
                type="time"
                aria-label={`${t('staff.to')} ${i + 1}`}
                required
                value={one.to}
                onChange={(event) => time(i, { to: event.target.value })}
              />
              <button
                type="button"
                className="btn btn-quiet"
                onClick={() => setDraft({ ...draft, week: draft.week.filter((_, at) => at !== i) })}
              >
                {t('staff.remove')}
              </button>
            </div>
          ))}
          <button
            type="button"
            className="btn btn-quiet"
            onClick={() => setDraft({ ...draft, week: [...draft.week, { weekday: 1, from: '09:00', to: '17:00' }] })}
          >
            {t('staff.add_time')}
          </button>
          <Field name="closed" label={t('staff.closed')} hint={t('staff.closed_hint')} problem={problem}>
            <input
              type="text"
              pattern="\s*(\d{4}-\d{2}-\d{2}([\s,;]+|$))*"
              title={t('staff.closed_wrong')}
              value={closed}
              onChange={(event) => setClosed(event.target.value)}
            />
          </Field>
          <h3>{t('staff.steps')}</h3>
          <p className="hint">{t('staff.steps_hint')}</p>
          {draft.steps.map((one, i) => (
            <div key={i} className="span-line">
              <input
                type="number"
                min={0}
                max={10080}
                aria-label={`${t('staff.minutes')} ${i + 1}`}
                value={one.after_minutes}
                onChange={(event) => step(i, { after_minutes: Number(event.target.value) })}
              />
              <span>{t('staff.minutes')}</span>
              <select
                aria-label={`${t('staff.told')} ${i + 1}`}
                value={one.told === 'user' ? (one.user ?? '') : one.told}
                onChange={(event) =>
                  step(
                    i,
                    event.target.value === 'therapist' || event.target.value === 'supervisor'
                      ? { told: event.target.value, user: null }
                      : { told: 'user', user: event.target.value },
                  )
                }
              >
                <option value="therapist">{t('staff.told.therapist')}</option>
                <option value="supervisor">{t('staff.told.supervisor')}</option>
                {workers.map((worker) => (
                  <option key={worker.id} value={worker.id}>
                    {worker.display_name}
                  </option>
                ))}
              </select>
              <button
                type="button"
                className="btn btn-quiet"
                onClick={() => setDraft({ ...draft, steps: draft.steps.filter((_, at) => at !== i) })}
              >
                {t('staff.remove')}
              </button>
            </div>
          ))}
          <button
            type="button"
            className="btn btn-quiet"
            onClick={() =>
              setDraft({ ...draft, steps: [...draft.steps, { after_minutes: 60, told: 'supervisor', user: null }] })
            }
          >
            {t('staff.add_step')}
          </button>
          {admin && (
            <div className="form-do">
              <button type="submit" className="btn btn-primary" disabled={busy}>
                {t('staff.keep')}
              </button>
            </div>
          )}
        </fieldset>
      </form>
    </section>
  );
}

function Absences({ view, admin }: { view: View; admin: boolean }) {
  const { t, time } = useTexts();
  const user = useUser();
  const staff = useStaff();
  const staffName = useStaffName();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const [away, setAway] = useState(user.id);
  const workers = staff.data?.filter((one) => one.therapist || one.supervisor) ?? [];
  return (
    <section className="card" aria-labelledby="absences">
      <h2 id="absences">{t('away.title')}</h2>
      <p className="measure">{t('away.words')}</p>
      <ul className="rows">
        {view.absences.map((one) => (
          <li key={one.id} className="row">
            <span>
              {t('away.one', {
                name: staffName(one.user_id) ?? t('glass.somebody'),
                other: staffName(one.covered_by) ?? t('glass.somebody'),
                from: time(one.from_ms),
                to: time(one.until_ms),
              })}
            </span>
            {(admin || one.user_id === user.id) && (
              <button
                type="button"
                className="btn btn-quiet"
                disabled={busy}
                onClick={() =>
                  void run(
                    () =>
                      ask(api.POST('/api/v1/absences/{absence}/withdraw', { params: { path: { absence: one.id } } })),
                    () => notice({ words: t('away.withdrawn') }),
                    [['staffing'], ['escalations']],
                  )
                }
              >
                {t('away.back')}
              </button>
            )}
          </li>
        ))}
      </ul>
      <form
        className="form"
        onSubmit={submitted(
          (form) =>
            void run(
              () =>
                ask(
                  api.POST('/api/v1/absences', {
                    body: {
                      user: textOf(form, 'away') || null,
                      covered_by: textOf(form, 'covered_by'),
                      from: instantOf(textOf(form, 'away_from')),
                      until: instantOf(textOf(form, 'away_until')),
                    },
                  }),
                ),
              () => notice({ words: t('away.kept') }),
              [['staffing'], ['escalations']],
            ),
        )}
      >
        <ErrorSummary problem={problem} />
        {admin && (
          <Field name="away" label={t('away.who')}>
            <select value={away} onChange={(event) => setAway(event.target.value)}>
              {staff.data?.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.display_name}
                </option>
              ))}
            </select>
          </Field>
        )}
        <Field name="covered_by" label={t('away.covered_by')} problem={problem}>
          <select required>
            {workers
              .filter((one) => one.id !== away)
              .map((one) => (
                <option key={one.id} value={one.id}>
                  {one.display_name}
                </option>
              ))}
          </select>
        </Field>
        <Field name="away_from" label={t('away.from')}>
          <input type="datetime-local" required />
        </Field>
        <Field name="away_until" label={t('away.until')} problem={problem}>
          <input type="datetime-local" required />
        </Field>
        <div className="form-do">
          <button type="submit" className="btn" disabled={busy}>
            {t('away.note')}
          </button>
        </div>
      </form>
    </section>
  );
}

function Actions({ admin }: { admin: boolean }) {
  const { t } = useTexts();
  const actions = useQuery({
    queryKey: ['safety-actions'],
    queryFn: async () => (await ask(api.GET('/api/v1/safety-actions'))).items,
  });
  const { busy, problem, run } = useChange();
  return (
    <section className="card" aria-labelledby="actions">
      <h2 id="actions">{t('action6.title')}</h2>
      <p className="measure">{t('action6.words')}</p>
      <Loaded query={actions} part>
        {(all) => (
          <ul className="rows">
            {all.length === 0 && <li className="empty-line">{t('action6.none')}</li>}
            {all.map((one) => (
              <li key={one.id} className="row">
                <span>
                  <strong>{t(`action6.${one.condition}`)}</strong> {one.action}{' '}
                  {one.contact_within && t('safety.within', { n: one.contact_within })}
                </span>
                {admin && (
                  <button
                    type="button"
                    className="btn btn-quiet"
                    disabled={busy}
                    onClick={() =>
                      void run(
                        () =>
                          ask(
                            api.POST('/api/v1/safety-actions/{action}/retire', {
                              params: { path: { action: one.id } },
                            }),
                          ),
                        undefined,
                        [['safety-actions']],
                      )
                    }
                  >
                    {t('staff.remove')}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {admin && (
        <form
          className="form"
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  ask(
                    api.POST('/api/v1/safety-actions', {
                      body: {
                        condition: textOf(form, 'condition') as (typeof facts)[number],
                        action: textOf(form, 'action'),
                        contact_within: textOf(form, 'contact_within') ? Number(textOf(form, 'contact_within')) : null,
                      },
                    }),
                  ),
                undefined,
                [['safety-actions']],
              ),
          )}
        >
          <ErrorSummary problem={problem} />
          <Field name="condition" label={t('action6.condition')}>
            <select>
              {facts.map((one) => (
                <option key={one} value={one}>
                  {t(`action6.${one}`)}
                </option>
              ))}
            </select>
          </Field>
          <Field name="action" label={t('action6.action')} problem={problem}>
            <textarea rows={2} required />
          </Field>
          <Field name="contact_within" label={t('action6.within')} problem={problem}>
            <input type="number" min={1} max={20160} />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn" disabled={busy}>
              {t('action6.add')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}

const lines = ['name', 'mandated', 'threshold', 'hotline', 'hours', 'form', 'protection', 'source'] as const;
const needed = new Set<string>(['name', 'mandated', 'threshold', 'hotline', 'source']);

function Jurisdictions({ admin }: { admin: boolean }) {
  const { t } = useTexts();
  const all = useQuery({
    queryKey: ['jurisdictions'],
    queryFn: async () => (await ask(api.GET('/api/v1/jurisdictions'))).items,
  });
  const { busy, problem, run } = useChange();
  return (
    <section className="card" aria-labelledby="jurisdictions">
      <h2 id="jurisdictions">{t('child.jurisdictions')}</h2>
      <p className="measure">{t('child.jurisdictions_words')}</p>
      <Loaded query={all} part>
        {(known) => (
          <>
            {known.length === 0 && <p className="empty-line">{t('child.nowhere_yet')}</p>}
            {known.map((one) => (
              <Jurisdiction key={one.id} one={one} />
            ))}
          </>
        )}
      </Loaded>
      {admin && (
        <form
          className="form"
          onSubmit={submitted(
            (form) =>
              void run(
                () =>
                  ask(
                    api.POST('/api/v1/jurisdictions', {
                      body: {
                        name: textOf(form, 'j-name'),
                        mandated: textOf(form, 'j-mandated'),
                        threshold: textOf(form, 'j-threshold'),
                        hotline: textOf(form, 'j-hotline'),
                        hours: textOf(form, 'j-hours'),
                        form: textOf(form, 'j-form'),
                        protection: textOf(form, 'j-protection'),
                        source: textOf(form, 'j-source'),
                        checked_on: textOf(form, 'checked_on'),
                      },
                    }),
                  ),
                undefined,
                [['jurisdictions']],
              ),
          )}
        >
          <ErrorSummary problem={problem} />
          {lines.map((one) => (
            <Field key={one} name={`j-${one}`} label={t(`child.${one}`)}>
              <input type="text" required={needed.has(one)} />
            </Field>
          ))}
          <Field name="checked_on" label={t('child.checked_on')} problem={problem}>
            <input type="date" required max={new Date().toISOString().slice(0, 10)} />
          </Field>
          <div className="form-do">
            <button type="submit" className="btn" disabled={busy}>
              {t('child.keep')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
