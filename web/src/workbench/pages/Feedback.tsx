import { useIntl } from 'react-intl';
import { Link } from 'react-router';
import feedbackTexts from '../../shared/i18n/en-feedback.json';
import { Texts, useTexts } from '../../shared/i18n/texts';
import { Alerts } from '../feedback/Alerts';
import { NumberChart } from '../feedback/NumberChart';
import { type Alliance, type FeedbackPage, type Finding, type Measure, useFeedback } from '../feedback/queries';
import { type About, Frame } from '../formulation/Frame';
import { Loaded, nameOf } from '../parts';
import '../../shared/charts/charts.css';
import '../feedback/feedback.css';

/** How a course goes by its answers, how the work is rated, and what to do about what was raised. */
export default function Feedback() {
  const { messages } = useIntl();
  return (
    <Texts messages={{ ...(messages as Record<string, string>), ...feedbackTexts }}>
      <Frame title="feedback.title" facts="feedback.facts" plain>
        {(about) => <Of about={about} />}
      </Frame>
    </Texts>
  );
}

function Of({ about }: { about: About }) {
  const feedback = useFeedback(about.course.id);
  return (
    <Loaded query={feedback} part>
      {(page) => <All about={about} page={page} />}
    </Loaded>
  );
}

function All({ about, page }: { about: About; page: FeedbackPage }) {
  const { t } = useTexts();
  const whose = about.member.person;
  const theirs = <T extends { person: string; subject: string }>(one: T) =>
    one.person === whose || one.subject === whose;
  const measures = page.measures.filter(theirs);
  const alliance = page.alliance.filter((one) => one.person === whose);
  return (
    <>
      <Alerts page={page} alerts={page.alerts.filter(theirs)} mine={about.mine} />
      {measures.length === 0 && (
        <section className="card empty">
          <p>{t('feedback.none', { name: nameOf(about.member) })}</p>
          {about.mine && (
            <Link className="btn btn-primary" to={`/courses/${about.course.id}/give`}>
              {t('feedback.give')}
            </Link>
          )}
        </section>
      )}
      {measures.map((one) => (
        <MeasureCard key={`${one.person}${one.subject}${one.instrument}`} one={one} about={about} />
      ))}
      {alliance.map((one) => (
        <AllianceCard key={one.instrument} one={one} />
      ))}
      {alliance.length === 0 && about.member.role !== 'child' && (
        <section className="card" aria-labelledby="alliance">
          <h2 id="alliance">{t('alliance.title')}</h2>
          <p className="empty-line measure">{t('alliance.none', { title: 'Securebase Bond' })}</p>
        </section>
      )}
      <Said finding={page.promise} />
    </>
  );
}

/** A sentence, and behind it what it rests on and what it does not mean. */
function Said({ finding, first = false }: { finding: Finding; first?: boolean }) {
  const { t } = useTexts();
  return (
    <div className="feedback-finding">
      <p className={first ? 'headline' : ''}>{finding.statement}</p>
      {finding.basis && (
        <details>
          <summary>{t('feedback.why')}</summary>
          <p className="sub">{t('feedback.basis', { words: finding.basis })}</p>
          <p className="sub">{t('feedback.limits', { words: finding.limits })}</p>
        </details>
      )}
    </div>
  );
}

function MeasureCard({ one, about }: { one: Measure; about: About }) {
  const { t, date, number } = useTexts();
  const id = `m-${one.instrument}-${one.subject}-${one.person}`;
  const other = one.person === one.subject ? undefined : about.course.members.find((m) => m.person === one.subject);
  const band = new Map(one.band.map((point) => [point.number, point]));
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{one.title}</h2>
        <span className={one.status === 'off_track' ? 'tag tag-urgent' : 'tag tag-plain'}>
          {t(`feedback.status.${one.status ?? 'held'}`)}
        </span>
      </div>
      {other && <p className="meta">{t('feedback.about', { name: nameOf(other) })}</p>}
      {one.findings.slice(0, 1).map((finding) => (
        <Said key={finding.code} finding={finding} first />
      ))}
      {one.answers.length > 1 && (
        <NumberChart
          title={one.title}
          min={one.min}
          max={one.max}
          direction={t(one.direction === 'higher_is_better' ? 'feedback.higher' : 'feedback.lower')}
          points={one.answers.map((answer) => ({ number: answer.number, at: answer.at, value: answer.score }))}
          fan={one.band.map((point) => ({
            number: point.number,
            middle: point.expected,
            inner: [point.inner_lower, point.inner_upper],
            outer: [point.outer_lower, point.outer_upper],
          }))}
          table={
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('feedback.number')}</th>
                  <th scope="col">{t('feedback.when')}</th>
                  <th scope="col">{t('feedback.score')}</th>
                  {one.band.length > 0 && <th scope="col">{t('feedback.expected')}</th>}
                </tr>
              </thead>
              <tbody>
                {one.answers.map((answer) => {
                  const usual = band.get(answer.number);
                  return (
                    <tr key={answer.number}>
                      <th scope="row" className="num">
                        {answer.number}
                      </th>
                      <td className="num">{answer.at ? date(answer.at) : ''}</td>
                      <td className="num">{answer.score === null ? t('feedback.missing') : number(answer.score)}</td>
                      {one.band.length > 0 && (
                        <td className="num">
                          {usual && `${usual.outer_lower.toFixed(1)} – ${usual.outer_upper.toFixed(1)}`}
                        </td>
                      )}
                    </tr>
                  );
                })}
              </tbody>
            </table>
          }
        />
      )}
      {one.findings.slice(1).map((finding) => (
        <Said key={finding.code + finding.statement} finding={finding} />
      ))}
      <Said finding={one.about_band} />
      {one.sudden.length > 0 && (
        <>
          <h3>{t('feedback.sudden')}</h3>
          <ul className="feedback-log">
            {one.sudden.map((change) => (
              <li key={`${change.way}${change.before}`}>
                <p>
                  {t(`feedback.sudden.${change.way}`, {
                    before: change.before,
                    after: change.after,
                    points: number(Math.abs(change.change)),
                  })}
                  {change.reversed_at !== null && `; ${t('feedback.reversed', { n: change.reversed_at })}`}
                </p>
                <p className="sub">{change.reason}</p>
              </li>
            ))}
          </ul>
        </>
      )}
      {one.open > 0 && one.open_since && (
        <p className="sub">{t('feedback.open', { n: one.open, date: date(one.open_since) })}</p>
      )}
    </section>
  );
}

function AllianceCard({ one }: { one: Alliance }) {
  const { t, date, number } = useTexts();
  const id = `a-${one.instrument}`;
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{t('alliance.title')}</h2>
      {one.findings.slice(-1).map((finding) => (
        <Said key={finding.code} finding={finding} first />
      ))}
      <p className="sub measure">{t('alliance.how', { title: one.title, how: one.how, min: one.min, max: one.max })}</p>
      {one.ratings.length > 1 && (
        <NumberChart
          title={one.title}
          min={one.min}
          max={one.max}
          direction={t('feedback.higher')}
          points={one.ratings.map((rating) => ({
            number: rating.number,
            at: rating.at,
            value: rating.rating,
            flag: rating.flag,
          }))}
          level={one.ratings.flatMap((rating) =>
            rating.level === null ? [] : [{ number: rating.number, value: rating.level }],
          )}
          table={
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('feedback.number')}</th>
                  <th scope="col">{t('feedback.when')}</th>
                  <th scope="col">{t('feedback.score')}</th>
                  <th scope="col">{t('alliance.level')}</th>
                </tr>
              </thead>
              <tbody>
                {one.ratings.map((rating) => (
                  <tr key={rating.number}>
                    <th scope="row" className="num">
                      {rating.number}
                    </th>
                    <td className="num">{rating.at ? date(rating.at) : ''}</td>
                    <td className="num">{rating.rating === null ? t('feedback.missing') : number(rating.rating)}</td>
                    <td className="num">{rating.level === null ? '' : number(rating.level)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          }
        />
      )}
      {one.dips.length > 0 && (
        <>
          <h3>{t('alliance.dips')}</h3>
          <div className="table-card">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('feedback.number')}</th>
                  <th scope="col">{t('feedback.when')}</th>
                  <th scope="col">{t('alliance.state')}</th>
                  <th scope="col">{t('alliance.followed')}</th>
                </tr>
              </thead>
              <tbody>
                {one.dips.map((dip) => (
                  <tr key={dip.number}>
                    <th scope="row" className="num">
                      {dip.number}, {t(`alliance.flag.${dip.flag}`)}
                    </th>
                    <td className="num">{dip.at ? date(dip.at) : ''}</td>
                    <td>{t(`alliance.stage.${dip.stage}`)}</td>
                    <td>{t(`alliance.course.${dip.course}`, { n: dip.repaired_at ?? 0 })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {one.findings.slice(0, -1).map((finding) => (
        <Said key={finding.code + finding.statement} finding={finding} />
      ))}
      <Said finding={one.error_basis} />
    </section>
  );
}
