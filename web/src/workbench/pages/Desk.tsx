import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { DeskTabs, DeskTexts } from '../desk/Desk';
import { useClips } from '../desk/queries';
import { Listing } from '../Listing';
import { ErrorSummary, Field, nameOf, Page, submitted, textOf, useChange, useCourseName } from '../parts';
import { useCourses } from '../queries';
import { useUser } from '../session';

type Clip = Schemas['ClipView'];

/** The observers' desk: clips one may code, those with work left first as they come from the server, newest on top. */
export default function Desk() {
  return (
    <DeskTexts>
      <DeskPage />
    </DeskTexts>
  );
}

function DeskPage() {
  const { t, date } = useTexts();
  const clips = useClips();
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="desk.title"
      facts={t('desk.facts')}
      actions={
        <button type="button" className="btn btn-primary" onClick={() => setAdding(true)}>
          {t('desk.new')}
        </button>
      }
      tabs={<DeskTabs />}
      plain
    >
      {adding && <NewClip close={() => setAdding(false)} />}
      <Listing
        query={clips}
        title="desk.clips"
        empty="desk.none"
        keyOf={(clip) => clip.id}
        columns={[
          {
            head: 'desk.which',
            cell: (clip) => (
              <>
                <Link data-row to={`/desk/clips/${clip.id}`}>
                  {t('desk.clip', { n: clip.number })}
                </Link>{' '}
                {clip.label}
                {clip.person_name && <span className="meta"> {clip.person_name}</span>}
              </>
            ),
          },
          { head: 'desk.kind', is: 'wide', cell: (clip) => t(`desk.kind.${clip.kind}`) },
          { head: 'desk.sheets', cell: (clip) => <Sheets clip={clip} /> },
          { head: 'desk.made', is: 'wide day', cell: (clip) => date(clip.made_at) },
        ]}
      />
    </Page>
  );
}

function Sheets({ clip }: { clip: Clip }) {
  const { t } = useTexts();
  const own = clip.sheets.filter((sheet) => sheet.is_own);
  const open = own.find((sheet) => sheet.finished_at === null);
  const finished = clip.sheets.filter((sheet) => sheet.finished_at !== null).length;
  return (
    <>
      <span className="num">{t('desk.finished_of', { n: finished, of: clip.sheets.length })}</span>
      {open && (
        <>
          {' '}
          <Link to={`/desk/codings/${open.id}`}>{t('desk.go_on')}</Link>
        </>
      )}
    </>
  );
}

function NewClip({ close }: { close: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const navigate = useNavigate();
  const user = useUser();
  const courses = useCourses();
  const courseName = useCourseName();
  const [kind, setKind] = useState<'record' | 'training' | 'gold'>('training');
  const [course, setCourse] = useState('');
  const own = (courses.data ?? []).filter((one) => one.therapist === user.id && !one.ended_on);
  const chosen = own.find((one) => one.id === course);
  return (
    <form
      className="card callout-card form"
      aria-labelledby="new-clip"
      onSubmit={submitted((form) => {
        const label = textOf(form, 'label');
        void run(
          () =>
            kind === 'record'
              ? ask(
                  api.POST('/api/v1/courses/{course}/clips', {
                    params: { path: { course } },
                    body: {
                      person: textOf(form, 'person'),
                      with_person: textOf(form, 'with_person') || null,
                      label,
                    },
                  }),
                )
              : ask(api.POST('/api/v1/clips', { body: { kind, label } })),
          (clip) => navigate(`/desk/clips/${clip.id}`),
          [['clips']],
        );
      })}
    >
      <h2 id="new-clip">{t('clip.new')}</h2>
      <p className="measure">{t('clip.new_words')}</p>
      <ErrorSummary problem={problem} />
      <fieldset className="choices">
        <legend>{t('clip.kind')}</legend>
        {(['training', 'gold', 'record'] as const).map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="kind" value={one} checked={kind === one} onChange={() => setKind(one)} />
            <span>
              {t(`clip.kind.${one}`)}
              <span className="hint">{t(`clip.kind_hint.${one}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {kind === 'record' && (
        <div className="grid-2">
          <Field name="course" label={t('clip.course')} problem={problem}>
            <select required value={course} onChange={(event) => setCourse(event.currentTarget.value)}>
              <option value="">{t('clip.choose')}</option>
              {own.map((one) => (
                <option key={one.id} value={one.id}>
                  {courseName(one)}
                </option>
              ))}
            </select>
          </Field>
          <Field name="person" label={t('clip.person')} problem={problem}>
            <select required>
              {(chosen?.members ?? []).map((one) => (
                <option key={one.person} value={one.person}>
                  {nameOf(one)}
                </option>
              ))}
            </select>
          </Field>
          <Field name="with_person" label={t('clip.with_person')} hint={t('clip.with_person_hint')} problem={problem}>
            <select>
              <option value="">{t('clip.nobody')}</option>
              {(chosen?.members ?? []).map((one) => (
                <option key={one.person} value={one.person}>
                  {nameOf(one)}
                </option>
              ))}
            </select>
          </Field>
        </div>
      )}
      <Field name="label" label={t('clip.label')} hint={t('clip.label_hint')} problem={problem}>
        <input type="text" required maxLength={200} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('clip.do')}
        </button>
        <button type="button" className="btn" onClick={close}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
