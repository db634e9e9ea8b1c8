import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Listing } from '../Listing';
import { ErrorSummary, Field, Page, submitted, textOf, useChange } from '../parts';
import { useCourses } from '../queries';
import { useUser } from '../session';

type Outline = Schemas['CourseOutline'];

/** Every course of the practice without names, for supervisors. Reading one that is not one's own needs a reason. */
export default function Outlines() {
  const { t, date } = useTexts();
  const user = useUser();
  const [breaking, setBreaking] = useState<Outline>();
  const outlines = useQuery({
    queryKey: ['outlines'],
    queryFn: async () => (await ask(api.GET('/api/v1/courses/outlines'))).items,
  });
  const mine = useCourses();
  const readable = new Set(mine.data?.map((course) => course.id));
  return (
    <Page title="outlines.title" facts={t('outlines.facts')} plain>
      {breaking && <Glass outline={breaking} close={() => setBreaking(undefined)} />}
      <Listing
        query={outlines}
        title="outlines.title"
        empty="outlines.none"
        keyOf={(one) => one.id}
        columns={[
          {
            head: 'outlines.codes',
            cell: (one) => (
              <>
                <span className="num">{one.codes.join(', ')}</span>{' '}
                <span className="meta">{t(`unit.${one.unit}`)}</span>
                <span className="narrow meta">{one.therapist_name}</span>
              </>
            ),
          },
          { head: 'outlines.therapist', is: 'wide', cell: (one) => one.therapist_name },
          {
            head: 'caseload.begun',
            is: 'wide day',
            cell: (one) => `${date(one.begun_on)}${one.ended_on ? ` – ${date(one.ended_on)}` : ''}`,
          },
          {
            head: 'caseload.safety',
            cell: (one) =>
              one.open_risk_entries > 0 && <span className="tag tag-urgent">{t('caseload.open_tag')}</span>,
          },
          {
            head: 'outlines.do',
            is: 'do',
            cell: (one) =>
              readable.has(one.id) || one.therapist === user.id ? (
                <Link data-row to={`/courses/${one.id}`} aria-label={t('outlines.open_which', codes(one))}>
                  {t('outlines.open')}
                </Link>
              ) : (
                <button
                  type="button"
                  className="btn btn-quiet"
                  aria-label={t('outlines.break_which', codes(one))}
                  onClick={() => setBreaking(one)}
                >
                  {t('outlines.break')}
                </button>
              ),
          },
        ]}
      />
    </Page>
  );
}

const codes = (one: Outline) => ({ codes: one.codes.join(', ') });

function Glass({ outline, close }: { outline: Outline; close: () => void }) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const { busy, problem, run } = useChange();
  return (
    <form
      className="card callout-card form"
      aria-labelledby="glass"
      onSubmit={submitted(
        (form) =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/broken-glass', {
                  params: { path: { course: outline.id } },
                  body: { reason: textOf(form, 'reason') },
                }),
              ),
            () => navigate(`/courses/${outline.id}`),
          ),
      )}
    >
      <h2 id="glass">{t('glass.title', codes(outline))}</h2>
      <p className="measure">{t('glass.words', { name: outline.therapist_name })}</p>
      <ErrorSummary problem={problem} />
      <Field name="reason" label={t('glass.reason')} hint={t('glass.reason_hint')} problem={problem}>
        {/* biome-ignore lint/a11y/noAutofocus: the form opens where its button was pressed */}
        <textarea rows={3} required autoFocus />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('glass.do')}
        </button>
        <button type="button" className="btn" onClick={close}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
