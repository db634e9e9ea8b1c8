import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { DeskTabs, DeskTexts } from '../desk/Desk';
import { useSystems } from '../desk/queries';
import { ErrorSummary, Field, Page, submitted, textOf, useChange } from '../parts';
import { useStaff, useStaffName } from '../queries';

/** Which clips somebody else codes again: drawn by a key, so that nobody chose. */
export default function DeskPlan() {
  return (
    <DeskTexts>
      <PlanPage />
    </DeskTexts>
  );
}

function PlanPage() {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const systems = useSystems();
  const staff = useStaff();
  const staffName = useStaffName();
  const [plan, setPlan] = useState<Schemas['CodingPlan']>();
  const therapists = (staff.data ?? []).filter((one) => one.therapist);
  return (
    <Page title="plan.title" facts={t('plan.facts')} tabs={<DeskTabs />} plain>
      <form
        className="card form no-print"
        aria-labelledby="draw"
        onSubmit={submitted((form) => {
          const key = Number(textOf(form, 'key'));
          void run(
            () =>
              ask(
                api.POST('/api/v1/coding/plan', {
                  body: {
                    system: textOf(form, 'system'),
                    share: Number(textOf(form, 'share')) / 100,
                    key: Number.isSafeInteger(key) ? key : 0,
                    coders: form.getAll('coders').map(String),
                  },
                }),
              ),
            setPlan,
          );
        })}
      >
        <h2 id="draw">{t('plan.draw')}</h2>
        <p className="measure">{t('plan.words')}</p>
        <ErrorSummary problem={problem} />
        <div className="grid-2">
          <Field name="system" label={t('begin_coding.system')} problem={problem}>
            <select required>
              {(systems.data ?? []).map((one) => (
                <option key={`${one.id}@${one.version}`} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </Field>
          <Field name="share" label={t('plan.share')} hint={t('plan.share_hint')} problem={problem}>
            <select defaultValue="20">
              {[20, 25, 33, 50, 100].map((percent) => (
                <option key={percent} value={percent}>
                  {t('agree.percent', { n: percent })}
                </option>
              ))}
            </select>
          </Field>
          <Field name="key" label={t('plan.key')} hint={t('plan.key_hint')} problem={problem}>
            <input type="text" inputMode="numeric" pattern="[0-9]{1,15}" required defaultValue="1" size={16} />
          </Field>
        </div>
        <fieldset className="checks" id="f-coders">
          <legend>{t('plan.coders')}</legend>
          {therapists.map((one) => (
            <label key={one.id} className="check">
              <input type="checkbox" name="coders" value={one.id} defaultChecked />
              {one.display_name}
            </label>
          ))}
        </fieldset>
        <div className="form-do">
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {t('plan.do')}
          </button>
        </div>
      </form>
      {plan && (
        <section className="card table-card" aria-labelledby="drawn">
          <h2 id="drawn">{t('plan.drawn')}</h2>
          <p>{t('plan.said', { n: plan.planned.length, of: plan.clips, already: plan.already })}</p>
          {plan.planned.length > 0 && (
            <table className="table" aria-labelledby="drawn">
              <thead>
                <tr>
                  <th scope="col">{t('desk.which')}</th>
                  <th scope="col">{t('plan.first')}</th>
                  <th scope="col">{t('plan.second')}</th>
                </tr>
              </thead>
              <tbody>
                {plan.planned.map((one) => (
                  <tr key={one.clip}>
                    <th scope="row">
                      <Link to={`/desk/clips/${one.clip}`}>{t('desk.clip', { n: one.clip_number })}</Link>
                    </th>
                    <td>{staffName(one.first_coder) ?? t('desk.somebody')}</td>
                    <td>{staffName(one.second_coder) ?? t('desk.somebody')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      )}
    </Page>
  );
}
