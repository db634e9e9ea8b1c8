import { useState } from 'react';
import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, useChange } from '../parts';
import { useCoursePage, useInstruments } from '../queries';
import { type Meeting, meetingCalls, useShow } from './record';

/** What the meeting is to be about, in a line; kept when the field is left. */
export function Focus({ course, page, mine }: { course: string; page: Meeting; mine: boolean }) {
  const { t } = useTexts();
  const { problem, run } = useChange();
  const show = useShow(course, page.session.id);
  const [words, setWords] = useState(page.session.focus ?? '');
  const keep = () => {
    if (words.trim() === (page.session.focus ?? '').trim()) return;
    void run(() => meetingCalls(course, page.session.id).change({ focus: words }), show);
  };
  return (
    <section className="card" aria-labelledby="focus">
      <h2 id="focus">{t('focus.title')}</h2>
      {mine ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            keep();
            document.getElementById('main')?.focus({ preventScroll: true });
          }}
        >
          <ErrorSummary problem={problem} />
          <Field name="focus" label={t('focus.label')} problem={problem}>
            <input
              type="text"
              className="focus-line"
              autoComplete="off"
              value={words}
              onChange={(event) => setWords(event.target.value)}
              onBlur={keep}
            />
          </Field>
        </form>
      ) : (
        <p className="headline">{page.session.focus ?? t('focus.none')}</p>
      )}
    </section>
  );
}

/** What the numbers say since the last meeting: the sentences are the server's, with their error. */
export function Changed({ course, page }: { course: string; page: Meeting }) {
  const { t, date } = useTexts();
  const charts = useCoursePage(course);
  const since = page.since;
  const fresh = (charts.data?.charts ?? []).filter((chart) => {
    const last = chart.points.at(-1);
    return (
      last !== undefined &&
      (since === null || last.at >= since) &&
      (!page.session.alone_with || chart.points.length > 0)
    );
  });
  // What can be told from error comes first, and fits on a screen.
  const known = fresh.filter((chart) => chart.points.some((point) => point.lower !== null));
  const raw = fresh.filter((chart) => !known.includes(chart));
  return (
    <section className="card" aria-labelledby="changed">
      <h2 id="changed">{since ? t('changed.since', { date: date(since) }) : t('changed.first')}</h2>
      {page.scores.length === 0 ? (
        <p className="empty-line measure">{t('changed.none')}</p>
      ) : page.session.alone_with ? (
        <ul className="rows">
          {page.scores.map((line) => (
            <li key={line.sheet} className="row">
              <Link to={`/courses/${course}/sheets/${line.sheet}`}>{line.words}</Link>
            </li>
          ))}
        </ul>
      ) : (
        <>
          <ul className="changes">
            {known.map((chart) => (
              <li key={chart.id}>
                <h3>{chart.title}</h3>
                <p className="headline">{chart.headline}</p>
                {chart.since_before && <p>{t('changed.before', { words: chart.since_before })}</p>}
                <p className="sub measure">{chart.reason}</p>
              </li>
            ))}
          </ul>
          {raw.length > 0 && (
            <details className="after" open={known.length === 0}>
              <summary>{t('changed.raw', { n: raw.length })}</summary>
              <ul className="listed">
                {raw.map((chart) => (
                  <li key={chart.id}>
                    {chart.title}: <span className="sub">{chart.headline}</span>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
      <p className="more no-print">
        <Link to={`/courses/${course}`}>{t('changed.charts')}</Link> ·{' '}
        <Link to={`/courses/${course}/map`}>{t('changed.map')}</Link>
      </p>
    </section>
  );
}

export function Open({ course, page }: { course: string; page: Meeting }) {
  const { t, date } = useTexts();
  const instruments = useInstruments();
  if (page.open.length === 0) return null;
  return (
    <section className="card" aria-labelledby="open">
      <h2 id="open">{t('open.title', { n: page.open.length })}</h2>
      <ul className="rows">
        {page.open.map((sheet) => (
          <li key={sheet.id} className="row">
            <Link to={`/courses/${course}/sheets/${sheet.id}`}>
              {instruments.data?.find((one) => one.id === sheet.instrument)?.abbreviation ?? sheet.instrument}
            </Link>
            <span className="meta num">{t('open.given', { date: date(sheet.given_at) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
