import { useEffect, useState } from 'react';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, submitted, textOf, useChange } from '../parts';
import { type Mark, type MarkKind, type Meeting, markKinds, meetingCalls, offsetText, useShow } from './record';

export const markKeys: Record<MarkKind, string> = {
  rupture: 'r',
  softening: 's',
  mentalizing_lost: 'l',
  mentalizing_regained: 'm',
  corrective_moment: 'c',
};

/** Since the meeting began; it stands still for those who want less motion only in that it changes once a second. */
export function Clock({ began, minutes }: { began: string; minutes: number }) {
  const { t } = useTexts();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const passed = Math.max(0, now - Date.parse(began));
  const left = Math.ceil((minutes * 60_000 - passed) / 60_000);
  return (
    <p className="clock num">
      <span className="clock-now">{offsetText(passed)}</span>{' '}
      <span className="meta">{left >= 0 ? t('clock.left', { n: left }) : t('clock.over', { n: -left })}</span>
    </p>
  );
}

export function Marks({
  course,
  page,
  mine,
  put,
}: {
  course: string;
  page: Meeting;
  mine: boolean;
  put: (kind: MarkKind) => void;
}) {
  const { t } = useTexts();
  const running = page.session.began_at !== null && page.session.ended_at === null;
  return (
    <section className="card" aria-labelledby="marks">
      <h2 id="marks">{t('mark.title')}</h2>
      {running && mine && (
        <>
          <p className="sub">{t('mark.words')}</p>
          <div className="mark-keys no-print">
            {markKinds.map((kind) => (
              <button
                key={kind}
                type="button"
                className="btn mark-key"
                aria-keyshortcuts={markKeys[kind]}
                onClick={() => put(kind)}
              >
                <span className={`glyph glyph-${kind}`} aria-hidden="true" />
                {t(`mark.${kind}`)}
                <span className="kbd" aria-hidden="true">
                  {markKeys[kind]}
                </span>
              </button>
            ))}
          </div>
        </>
      )}
      {page.marks.length > 0 && <Line page={page} />}
      {page.marks.length === 0 ? (
        <p className="empty-line">{t('mark.none')}</p>
      ) : (
        <ol className="rows marks">
          {page.marks.map((mark) => (
            <MarkRow key={mark.id} course={course} page={page} mark={mark} mine={mine} />
          ))}
        </ol>
      )}
    </section>
  );
}

/** The meeting as a line, its marks where they lie. The list beneath says the same. */
function Line({ page }: { page: Meeting }) {
  const { began_at, ended_at, minutes } = page.session;
  const whole = Math.max(
    ended_at && began_at ? Date.parse(ended_at) - Date.parse(began_at) : 0,
    minutes * 60_000,
    ...page.marks.map((mark) => mark.offset_ms),
  );
  return (
    <svg className="mark-line" viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2="1000" y1="20" y2="20" className="mark-axis" />
      {page.marks.map((mark) => (
        <line
          key={mark.id}
          x1={(mark.offset_ms / whole) * 996 + 2}
          x2={(mark.offset_ms / whole) * 996 + 2}
          y1={mark.kind === 'rupture' || mark.kind === 'mentalizing_lost' ? 20 : 4}
          y2={mark.kind === 'rupture' || mark.kind === 'mentalizing_lost' ? 36 : 20}
          className={`mark-tick mark-tick-${mark.kind}`}
        />
      ))}
    </svg>
  );
}

function MarkRow({ course, page, mark, mine }: { course: string; page: Meeting; mark: Mark; mine: boolean }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const show = useShow(course, page.session.id);
  const calls = meetingCalls(course, page.session.id);
  const [writing, setWriting] = useState(false);
  return (
    <li className="mark">
      <span className="num mark-at">{offsetText(mark.offset_ms)}</span>
      <span className={`glyph glyph-${mark.kind}`} aria-hidden="true" />
      <div>
        <span>{t(`mark.${mark.kind}`)}</span>
        {mark.words && <p className="said-here">{mark.words}</p>}
        {writing && (
          <form
            className="evidence-line"
            onSubmit={submitted(
              (form) =>
                void run(
                  () => calls.changeMark(mark.id, { words: textOf(form, 'words') || null, person: mark.person }),
                  (now) => {
                    setWriting(false);
                    show(now);
                  },
                ),
            )}
          >
            <ErrorSummary problem={problem} />
            <input
              type="text"
              name="words"
              autoComplete="off"
              // biome-ignore lint/a11y/noAutofocus: it opened because somebody wanted to write here
              autoFocus
              defaultValue={mark.words ?? ''}
              aria-label={t('mark.write', { kind: t(`mark.${mark.kind}`), at: offsetText(mark.offset_ms) })}
            />
            <button type="submit" className="btn" disabled={busy}>
              {t('mark.keep')}
            </button>
          </form>
        )}
      </div>
      {mine && !writing && (
        <span className="no-print mark-do">
          <button
            type="button"
            className="btn btn-quiet"
            aria-label={t('mark.write', { kind: t(`mark.${mark.kind}`), at: offsetText(mark.offset_ms) })}
            onClick={() => setWriting(true)}
          >
            {t('mark.words_do')}
          </button>
          <button
            type="button"
            className="btn btn-quiet"
            disabled={busy}
            aria-label={t('mark.remove', { kind: t(`mark.${mark.kind}`), at: offsetText(mark.offset_ms) })}
            onClick={() => void run(() => calls.takeBackMark(mark.id), show)}
          >
            {t('remove')}
          </button>
        </span>
      )}
    </li>
  );
}
