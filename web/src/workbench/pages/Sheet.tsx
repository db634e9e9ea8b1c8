import { Link, useNavigate, useParams } from 'react-router';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { readDraft } from '../drafts';
import { PhoneLink } from '../PhoneLink';
import { ErrorSummary, Loaded, nameOf, Page, useChange } from '../parts';
import { useCourse, useForm, useInstruments, useSheet } from '../queries';
import { useSession, useUser } from '../session';
import { TakeBack } from '../TakeBack';

export default function Sheet() {
  const { course: id = '', sheet: sheetId = '' } = useParams();
  const { t, date } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const sheet = useSheet(id, sheetId);
  const instruments = useInstruments();
  const form = useForm(id, sheetId);
  return (
    <Loaded query={course}>
      {(one) => (
        <Loaded query={sheet}>
          {(shown) => {
            const given = shown.administration;
            const instrument = instruments.data?.find((known) => known.id === given.instrument);
            const member = one.members.find((known) => known.person === given.respondent);
            const mine = one.therapist === user.id;
            return (
              <Page
                title="sheet.title"
                heading={instrument?.title ?? given.instrument}
                facts={
                  <>
                    <span>
                      <Link to={`/courses/${id}`}>{member ? nameOf(member) : t('course.title')}</Link>
                    </span>{' '}
                    <span>{date(given.sent_at ?? given.given_at)}</span> <span>{t(`mode.${given.mode}`)}</span>{' '}
                    <span>{t(`progress.${given.progress}`)}</span>{' '}
                    {given.adaptive && <span>{t('sheet.adaptive')}</span>}
                  </>
                }
                tabs={<CourseTabs course={id} />}
                plain
              >
                {given.progress === 'sent' ? (
                  <>
                    <Answered sheet={shown} form={form.data} />
                    {mine && (
                      <p className="sub nudge no-print">
                        {t('move.ask', { name: member ? nameOf(member) : given.respondent })}{' '}
                        <Link to={`/courses/${id}/sheets/${sheetId}/move`}>{t('move.title')}</Link>
                      </p>
                    )}
                  </>
                ) : given.progress === 'stopped' ? (
                  <div className="card">
                    <p>{t('sheet.stopped')}</p>
                  </div>
                ) : (
                  <>
                    <Unanswered given={given} mine={mine} />
                    {mine && <TakeBack given={given} />}
                  </>
                )}
              </Page>
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}

function Answered({ sheet, form }: { sheet: Schemas['Sheet']; form: Schemas['Form'] | undefined }) {
  const { t, number } = useTexts();
  const findings = sheet.findings;
  const urgent = findings.filter((finding) => finding.code.startsWith('risk'));
  const group = (name: string) => (name === 'practice' ? t('sheet.group_practice') : t('sheet.group', { name }));
  // Of a sheet that asks only what tells most, the rest would be most of the table.
  const notAsked = (text: string) => sheet.administration.adaptive && text === 'not_asked';
  const left = sheet.answers.filter(notAsked).length;
  const answer = (text: string | undefined, i: number) => {
    const item = form?.items[i];
    if (!text || !/^\d+$/.test(text)) return t(`answer.${text ?? 'skipped'}`);
    return item?.options[Number(text) - item.lowest] ?? text;
  };
  return (
    <>
      {urgent.length > 0 && (
        <section className="card urgent" aria-labelledby="first">
          <h2 id="first">{t('sheet.first')}</h2>
          {urgent.map((finding) => (
            <Finding key={finding.statement} finding={finding} />
          ))}
        </section>
      )}
      <section className="card" aria-labelledby="scores">
        <h2 id="scores">{t('sheet.scores')}</h2>
        {sheet.scales.length === 0 && <p className="empty-line">{t('sheet.no_scores')}</p>}
        {sheet.scales.map((scale) => (
          <div key={scale.scale} className="scale-row">
            <p className="headline">
              {scale.value === null
                ? t('sheet.no_score', { scale: scale.name })
                : scale.lower !== null && scale.upper !== null
                  ? t('sheet.score_range', {
                      scale: scale.name,
                      value: number(scale.value),
                      lower: number(scale.lower),
                      upper: number(scale.upper),
                    })
                  : t('sheet.score', { scale: scale.name, value: number(scale.value) })}{' '}
              {scale.state === 'estimated' && <span className="tag">{t('sheet.estimated')}</span>}
            </p>
            <p className="sub num">
              {t('sheet.range', { min: number(scale.range_min), max: number(scale.range_max) })}{' '}
              {t(`chart.direction.${scale.higher_is_worse ? 'lower_is_better' : 'higher_is_better'}`)}{' '}
              {scale.basis && t('sheet.basis', { basis: scale.basis })}{' '}
              {!scale.verified && scale.value !== null && scale.basis && (
                <span className="tag tag-draft">{t('unverified')}</span>
              )}
            </p>
            {scale.standings.map((standing) => (
              <p key={standing.group} className="sub num">
                {standing.percentile === null
                  ? t('sheet.stands_z', { group: group(standing.group), z: number(standing.z) })
                  : t('sheet.stands', { group: group(standing.group), percent: Math.round(standing.percentile) })}{' '}
                {t('sheet.stands_basis', { basis: standing.basis })}{' '}
                {!standing.verified && <span className="tag tag-draft">{t('unverified')}</span>}
              </p>
            ))}
          </div>
        ))}
        {findings
          .filter((finding) => !urgent.includes(finding))
          .map((finding) => (
            <Finding key={finding.statement} finding={finding} />
          ))}
      </section>
      <section className="card table-card" aria-labelledby="answers">
        <h2 id="answers">{t('sheet.answers')}</h2>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('paper.item')}</th>
              <th scope="col">{t('paper.gist')}</th>
              <th scope="col">{t('paper.answer')}</th>
            </tr>
          </thead>
          <tbody>
            {sheet.answers.map((text, i) =>
              notAsked(text) ? null : (
                <tr key={i}>
                  <th scope="row" className="num">
                    {i + 1}
                  </th>
                  <td>
                    {form?.items[i]?.gist ?? form?.items[i]?.text ?? t('paper.no_gist')}
                    {sheet.risks.some((risk) => risk.item === i + 1 && risk.raised) && (
                      <span className="tag tag-urgent">{t('sheet.raised')}</span>
                    )}
                  </td>
                  <td className="num">{answer(text, i)}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
        {left > 0 && <p className="sub num">{t('sheet.not_asked', { n: left })}</p>}
      </section>
    </>
  );
}

function Finding({ finding }: { finding: Schemas['FindingView'] }) {
  const { t } = useTexts();
  return (
    <div className="finding">
      <p>{finding.statement}</p>
      <p className="sub">
        {finding.basis && t('finding.basis', { basis: finding.basis })} {finding.limits}
      </p>
    </div>
  );
}

function Unanswered({ given, mine }: { given: Schemas['Administration']; mine: boolean }) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const { handOver } = useSession();
  const { busy, problem, run } = useChange();
  if (given.mode === 'from_paper')
    return (
      <div className="card form">
        <p>{t(readDraft(`paper.${given.id}`) === undefined ? 'sheet.paper' : 'sheet.paper_begun')}</p>
        {mine && (
          <p className="form-do">
            <Link className="btn btn-primary" to={`/courses/${given.course}/sheets/${given.id}/paper`}>
              {t('give.do.from_paper')}
            </Link>
          </p>
        )}
      </div>
    );
  if (given.mode === 'in_room')
    return (
      <div className="card form">
        <ErrorSummary problem={problem} />
        <p>{t('sheet.room')}</p>
        {mine && (
          <p className="form-do">
            <button
              type="button"
              className="btn btn-primary"
              disabled={busy}
              onClick={() =>
                void run(
                  () => handOver(given.course, given.id),
                  () => navigate('/room'),
                )
              }
            >
              {t('give.do.in_room')}
            </button>
          </p>
        )}
      </div>
    );
  return (
    <section className="card form" aria-labelledby="link">
      <h2 id="link">{t('link.title')}</h2>
      {mine ? <PhoneLink given={given} /> : <p>{t('sheet.phone')}</p>}
    </section>
  );
}
