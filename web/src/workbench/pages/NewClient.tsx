import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { ErrorSummary, Page, submitted, useChange } from '../parts';
import { useSession } from '../session';

type Unit = Schemas['CourseView']['unit'];
type NewMember = {
  key: number;
  name: string;
  role: NonNullable<Schemas['NewMember']['role']>;
  age_group: NonNullable<Schemas['NewMember']['age_group']>;
};
interface Draft {
  unit: Unit;
  members: NewMember[];
}

const shells: Record<Unit, Pick<NewMember, 'role' | 'age_group'>[]> = {
  individual: [{ role: 'client', age_group: 'adult' }],
  couple: [
    { role: 'partner', age_group: 'adult' },
    { role: 'partner', age_group: 'adult' },
  ],
  family: [
    { role: 'caregiver', age_group: 'adult' },
    { role: 'child', age_group: 'child' },
  ],
};
const shellOf = (unit: Unit): NewMember[] => shells[unit].map((member, key) => ({ key, name: '', ...member }));
const roles = { individual: ['client'], couple: ['partner'], family: ['caregiver', 'child', 'client'] } as const;

/** A shell in under a minute: kind and names. What has to be said before the first question comes on the next page. */
export default function NewClient() {
  const { t } = useTexts();
  const navigate = useNavigate();
  const { busy, problem, run } = useChange();
  const { demo } = useSession();
  const [draft, setDraft] = useState<Draft>(
    () => readDraft<Draft>('new') ?? { unit: 'individual', members: shellOf('individual') },
  );
  const set = (next: Draft) => {
    setDraft(next);
    keepDraft('new', next);
  };
  const change = (key: number, part: Partial<NewMember>) =>
    set({ ...draft, members: draft.members.map((member) => (member.key === key ? { ...member, ...part } : member)) });
  const begin = () =>
    run(
      () =>
        ask(
          api.POST('/api/v1/courses', {
            body: {
              unit: draft.unit,
              begun_on: today(),
              members: draft.members.map(({ name, role, age_group }) => ({
                role,
                age_group,
                particulars: name.trim() ? { name: name.trim() } : {},
              })),
            },
          }),
        ),
      (course) => {
        dropDraft('new');
        navigate(`/courses/${course.id}/begin`);
      },
      [['courses']],
    );
  return (
    <Page title="new.title" facts={t('new.facts')} plain>
      {demo && <p className="callout">{t('new.demo')}</p>}
      <form className="card form" onSubmit={submitted(() => void begin())}>
        <ErrorSummary problem={problem} />
        <fieldset className="choices">
          <legend>{t('new.unit')}</legend>
          {(['individual', 'couple', 'family'] as const).map((unit) => (
            <label key={unit} className="choice">
              <input
                type="radio"
                name="unit"
                checked={draft.unit === unit}
                onChange={() => set({ unit, members: shellOf(unit) })}
              />
              <span>
                {t(`unit.${unit}`)}
                <span className="hint">{t(`new.unit.${unit}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {draft.members.map((member, i) => (
          <fieldset key={member.key} className="member">
            <legend>{draft.members.length > 1 ? t('new.member', { n: i + 1 }) : t(`role.${member.role}`)}</legend>
            <div className="member-row">
              <div className="field grow">
                <label htmlFor={`name-${member.key}`}>{t('person.name')}</label>
                <input
                  id={`name-${member.key}`}
                  type="text"
                  autoComplete="off"
                  required
                  value={member.name}
                  onChange={(event) => change(member.key, { name: event.target.value })}
                />
              </div>
              {roles[draft.unit].length > 1 && (
                <div className="field">
                  <label htmlFor={`role-${member.key}`}>{t('new.role')}</label>
                  <select
                    id={`role-${member.key}`}
                    value={member.role}
                    onChange={(event) => change(member.key, { role: event.target.value as NewMember['role'] })}
                  >
                    {roles[draft.unit].map((role) => (
                      <option key={role} value={role}>
                        {t(`role.${role}`)}
                      </option>
                    ))}
                  </select>
                </div>
              )}
              <div className="field">
                <label htmlFor={`age-${member.key}`}>{t('new.age')}</label>
                <select
                  id={`age-${member.key}`}
                  value={member.age_group}
                  onChange={(event) => change(member.key, { age_group: event.target.value as NewMember['age_group'] })}
                >
                  {(['adult', 'adolescent', 'child'] as const).map((age) => (
                    <option key={age} value={age}>
                      {t(`age.${age}`)}
                    </option>
                  ))}
                </select>
              </div>
              {draft.unit === 'family' && draft.members.length > 2 && (
                <button
                  type="button"
                  className="btn btn-icon"
                  aria-label={t('new.remove', { n: i + 1 })}
                  onClick={() => set({ ...draft, members: draft.members.filter((one) => one.key !== member.key) })}
                >
                  <X size={18} aria-hidden="true" />
                </button>
              )}
            </div>
          </fieldset>
        ))}
        {draft.unit === 'family' && (
          <button
            type="button"
            className="btn btn-quiet start"
            onClick={() =>
              set({
                ...draft,
                members: [
                  ...draft.members,
                  {
                    key: Math.max(...draft.members.map((one) => one.key)) + 1,
                    name: '',
                    role: 'child',
                    age_group: 'child',
                  },
                ],
              })
            }
          >
            <Plus size={16} aria-hidden="true" /> {t('new.add')}
          </button>
        )}
        <div className="form-do">
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {t('new.do')}
          </button>
          <span className="hint">{t('new.next')}</span>
        </div>
      </form>
    </Page>
  );
}

/** The day where the therapist is, as the API takes it. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
