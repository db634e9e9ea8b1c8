import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { DeskTexts, Notices } from '../desk/Desk';
import type { System } from '../desk/events';
import { Procedure } from '../desk/Procedure';
import { useClip, useSystems } from '../desk/queries';
import { ErrorSummary, Field, Loaded, Page, submitted, textOf, useChange } from '../parts';
import { useStaff, useStaffName } from '../queries';
import { useUser } from '../session';

type ClipView = Schemas['ClipView'];

export default function Clip() {
  return (
    <DeskTexts>
      <ClipPage />
    </DeskTexts>
  );
}

function ClipPage() {
  const { clip = '' } = useParams();
  const { t, date } = useTexts();
  const found = useClip(clip);
  const systems = useSystems();
  return (
    <Loaded query={found}>
      {(one) => (
        <Loaded query={systems}>
          {(all) => (
            <Page
              title="clip.title"
              heading={t('desk.clip', { n: one.number })}
              facts={
                <>
                  <span>
                    <Link to="/desk">{t('desk.title')}</Link>
                  </span>{' '}
                  {one.label && <span>{one.label}</span>} <span>{t(`desk.kind.${one.kind}`)}</span>{' '}
                  {one.course && (
                    <span>
                      <Link to={`/courses/${one.course}`}>{one.person_name ?? t('clip.to_course')}</Link>
                    </span>
                  )}{' '}
                  <span>{date(one.made_at)}</span>
                </>
              }
              plain
            >
              <Notices words={guards(one, all)} />
              <SheetsOf clip={one} systems={all} />
              <Begin clip={one} systems={all} />
              {all
                .filter((system) => system.episodes.length > 0 && one.label !== null)
                .filter((system) => one.steps.length === 0 || one.steps.some((step) => step.system === system.id))
                .map((system) => (
                  <Procedure key={system.id} system={system} clip={one} />
                ))}
              {one.kind === 'record' && one.label !== null && <SecondCoder clip={one} />}
            </Page>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

/** The words of the systems this clip is coded under, and of the procedure that was run. */
const guards = (clip: ClipView, systems: System[]): string[] => [
  ...new Set(
    systems
      .filter(
        (system) =>
          system.guard &&
          (clip.sheets.some((sheet) => sheet.system === system.id) ||
            clip.steps.some((step) => step.system === system.id)),
      )
      .map((system) => system.guard),
  ),
];

function SheetsOf({ clip, systems }: { clip: ClipView; systems: System[] }) {
  const { t, date } = useTexts();
  const staffName = useStaffName();
  const pairs = systems.filter(
    (system) =>
      clip.sheets.filter(
        (sheet) => sheet.system === system.id && sheet.purpose === 'independent' && sheet.finished_at && sheet.may_read,
      ).length > 1,
  );
  if (!clip.sheets.length)
    return (
      <section className="card empty" aria-labelledby="sheets">
        <h2 id="sheets">{t('clip.sheets')}</h2>
        <p>{t('clip.no_sheets')}</p>
      </section>
    );
  return (
    <section className="card table-card" aria-labelledby="sheets">
      <h2 id="sheets">{t('clip.sheets')}</h2>
      <table className="table" aria-labelledby="sheets">
        <thead>
          <tr>
            <th scope="col">{t('clip.system')}</th>
            <th scope="col">{t('clip.coder')}</th>
            <th scope="col" className="wide">
              {t('clip.state')}
            </th>
            <th scope="col">
              <span className="vh">{t('clip.open')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {clip.sheets.map((sheet) => {
            const system = systems.find((one) => one.id === sheet.system);
            const who = sheet.is_own ? t('clip.you') : (staffName(sheet.coder) ?? t('desk.somebody'));
            return (
              <tr key={sheet.id}>
                <th scope="row">
                  {system?.name ?? sheet.system}
                  {sheet.purpose !== 'independent' && (
                    <span className="tag">{t(`coding.purpose.${sheet.purpose}`)}</span>
                  )}
                </th>
                <td>{who}</td>
                <td className="wide">
                  {sheet.finished_at ? t('coding.finished', { date: date(sheet.finished_at) }) : t('coding.unfinished')}
                </td>
                <td className="cell-do">
                  {sheet.may_read ? (
                    <Link
                      to={`/desk/codings/${sheet.id}`}
                      aria-label={t(sheet.is_own && !sheet.finished_at ? 'clip.go_on_which' : 'clip.open_which', {
                        system: system?.name ?? sheet.system,
                        who,
                      })}
                    >
                      {t(sheet.is_own && !sheet.finished_at ? 'desk.go_on' : 'clip.open')}
                    </Link>
                  ) : (
                    <span className="meta">{t('clip.blind')}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {pairs.map((system) => (
        <p key={system.id} className="after">
          <Link to={`/desk/agreement?system=${system.id}&clip=${clip.id}`}>
            {t('clip.agreement', { system: system.name })}
          </Link>
        </p>
      ))}
    </section>
  );
}

/** Begins a sheet of one's own: alone, as the expert of a gold clip, or what two have settled on. */
function Begin({ clip, systems }: { clip: ClipView; systems: System[] }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const navigate = useNavigate();
  const [id, setId] = useState('');
  const [purpose, setPurpose] = useState<'independent' | 'gold' | 'consensus'>('independent');
  const system = systems.find((one) => one.id === id);
  const finished = clip.sheets.filter(
    (sheet) => sheet.system === id && sheet.purpose === 'independent' && sheet.finished_at && sheet.may_read,
  );
  const purposes = [
    'independent' as const,
    ...(clip.kind === 'gold' ? (['gold'] as const) : []),
    ...(finished.length > 1 ? (['consensus'] as const) : []),
  ];
  const asked = (system?.certified && clip.kind === 'record') || purpose === 'gold';
  return (
    <form
      className="card form no-print"
      aria-labelledby="begin"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/clips/{clip}/codings', {
                  params: { path: { clip: clip.id } },
                  body: {
                    system: id,
                    purpose,
                    certification: textOf(form, 'certification') || null,
                    ...(purpose === 'consensus'
                      ? { first: finished[0]?.id ?? null, second: finished[1]?.id ?? null }
                      : {}),
                  },
                }),
              ),
            (sheet) => navigate(`/desk/codings/${sheet.id}`),
            [['clips']],
          ),
      )}
    >
      <h2 id="begin">{t('begin_coding.title')}</h2>
      <p className="measure">{t('begin_coding.words')}</p>
      <ErrorSummary problem={problem} />
      <div className="grid-2">
        <Field name="system" label={t('begin_coding.system')} problem={problem}>
          <select required value={id} onChange={(event) => setId(event.currentTarget.value)}>
            <option value="">{t('begin_coding.choose')}</option>
            {systems.map((one) => (
              <option key={`${one.id}@${one.version}`} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </Field>
        {purposes.length > 1 && (
          <Field name="purpose" label={t('begin_coding.purpose')} problem={problem}>
            <select value={purpose} onChange={(event) => setPurpose(event.currentTarget.value as typeof purpose)}>
              {purposes.map((one) => (
                <option key={one} value={one}>
                  {t(`coding.purpose.${one}`)}
                </option>
              ))}
            </select>
          </Field>
        )}
      </div>
      {system && (
        <div>
          {system.guard && <p className="desk-guard">{system.guard}</p>}
          <p className="sub measure">{system.summary}</p>
          <p className="sub measure">{system.terms}</p>
        </div>
      )}
      {asked && (
        <Field
          name="certification"
          label={t('begin_coding.certification')}
          hint={t('begin_coding.certification_hint')}
          problem={problem}
        >
          <input type="text" required minLength={5} maxLength={300} />
        </Field>
      )}
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('begin_coding.do')}
        </button>
      </div>
    </form>
  );
}

function SecondCoder({ clip }: { clip: ClipView }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const user = useUser();
  const staff = useStaff();
  return (
    <form
      className="card form no-print"
      aria-labelledby="second"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.PUT('/api/v1/clips/{clip}/second-coder', {
                  params: { path: { clip: clip.id } },
                  body: { user: textOf(form, 'user') || null },
                }),
              ),
            undefined,
            [['clips']],
          ),
      )}
    >
      <h2 id="second">{t('second.title')}</h2>
      <p className="measure">{t('second.words')}</p>
      <ErrorSummary problem={problem} />
      <Field name="user" label={t('second.who')} problem={problem}>
        <select key={clip.second_coder ?? ''} defaultValue={clip.second_coder ?? ''}>
          <option value="">{t('second.nobody')}</option>
          {(staff.data ?? [])
            .filter((one) => one.id !== user.id && one.therapist)
            .map((one) => (
              <option key={one.id} value={one.id}>
                {one.display_name}
              </option>
            ))}
        </select>
      </Field>
      <div className="form-do">
        <button type="submit" className="btn" disabled={busy}>
          {t('second.do')}
        </button>
      </div>
    </form>
  );
}
