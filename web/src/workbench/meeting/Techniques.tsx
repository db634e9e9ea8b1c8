import { useState } from 'react';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, useChange } from '../parts';
import { type Meeting, meetingCalls, techniquesIn, useShow } from './record';

const minutes = [5, 10, 15, 20, 30] as const;

/** A technique and its minutes: two taps, or "r2 10, t2" and Enter. */
export function Techniques({ course, page, mine }: { course: string; page: Meeting; mine: boolean }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const show = useShow(course, page.session.id);
  const calls = meetingCalls(course, page.session.id);
  const [chosen, setChosen] = useState('');
  const [text, setText] = useState('');
  const [unknown, setUnknown] = useState(false);
  const named = (id: string) => page.choices.find((one) => one.id === id);
  const note = (technique: string, took: number | null) =>
    void run(
      () => calls.technique({ technique, minutes: took }),
      (now) => {
        setChosen('');
        show(now);
      },
    );
  const typed = () => {
    const found = techniquesIn(text);
    const bad = !found || found.some((one) => !named(one.technique));
    setUnknown(bad);
    if (bad || !found) return;
    void run(
      async () => {
        let last: Meeting | undefined;
        for (const one of found) last = await calls.technique(one);
        return last;
      },
      (now) => {
        setText('');
        if (now) show(now);
        document.getElementById('techniques')?.focus();
      },
    );
  };
  const families = [...new Set(page.choices.map((one) => one.family))];
  return (
    <section className="card" aria-labelledby="techniques">
      <h2 id="techniques" tabIndex={-1}>
        {t('technique.title')}
      </h2>
      <ErrorSummary problem={problem} />
      {page.techniques.length === 0 ? (
        <p className="empty-line">{t('technique.none')}</p>
      ) : (
        <ul className="rows">
          {page.techniques.map((use) => (
            <li key={use.id} className="row">
              <span>
                <span className="tech-id num">{use.technique}</span> {named(use.technique)?.name ?? use.technique}
              </span>
              <span className="meta num">
                {use.minutes === null ? t('technique.woven') : t('technique.minutes', { n: use.minutes })}
              </span>
              {mine && (
                <button
                  type="button"
                  className="btn btn-quiet no-print"
                  disabled={busy}
                  aria-label={t('technique.remove', { name: named(use.technique)?.name ?? use.technique })}
                  onClick={() => void run(() => calls.takeBackTechnique(use.id), show)}
                >
                  {t('remove')}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mine && (
        <div className="form no-print">
          <form
            className="quick"
            onSubmit={(event) => {
              event.preventDefault();
              typed();
            }}
          >
            <label htmlFor="technique-line">{t('technique.line')}</label>
            <input
              id="technique-line"
              type="text"
              autoComplete="off"
              value={text}
              placeholder="r2 10, t2"
              aria-describedby="technique-hint"
              aria-invalid={unknown || undefined}
              onChange={(event) => setText(event.target.value)}
            />
            <p id="technique-hint" className={unknown ? 'wrong' : 'hint'}>
              {t(unknown ? 'technique.unknown' : 'technique.hint')}
            </p>
          </form>
          <details open={page.techniques.length === 0 && innerWidth < 700}>
            <summary>{t('technique.choose')}</summary>
            {families.map((family) => (
              <section key={family} className="family">
                <h3>{t(`technique.family.${family}`)}</h3>
                <div className="chips">
                  {page.choices
                    .filter((one) => one.family === family)
                    .map((one) => (
                      <button
                        key={one.id}
                        type="button"
                        className="chip"
                        aria-pressed={chosen === one.id}
                        title={one.purpose}
                        onClick={() => setChosen(chosen === one.id ? '' : one.id)}
                      >
                        <span className="tech-id num">{one.id}</span> {one.name}
                      </button>
                    ))}
                </div>
                {named(chosen)?.family === family && (
                  <fieldset className="how-long">
                    <legend>{t('technique.how_long', { name: named(chosen)?.name ?? '' })}</legend>
                    <div className="chips">
                      {minutes.map((n) => (
                        <button key={n} type="button" className="chip" disabled={busy} onClick={() => note(chosen, n)}>
                          {t('technique.minutes', { n })}
                        </button>
                      ))}
                      <button type="button" className="chip" disabled={busy} onClick={() => note(chosen, null)}>
                        {t('technique.woven')}
                      </button>
                    </div>
                  </fieldset>
                )}
              </section>
            ))}
          </details>
        </div>
      )}
    </section>
  );
}
