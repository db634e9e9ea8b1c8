import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, submitted, textOf, useChange } from '../parts';
import { ReminderTexts } from './words';

/** The link to a client's own page: made, shown once, and taken back. */
export default function ClientPage(props: { course: string; person: string; mine: boolean }) {
  return (
    <ReminderTexts>
      <Card {...props} />
    </ReminderTexts>
  );
}

function Card({ course, person, mine }: { course: string; person: string; mine: boolean }) {
  const { t, date } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const path = { course, person };
  const stale = [['course', course, 'mine', person]];
  const [link, setLink] = useState<Schemas['PortalLink']>();
  const state = useQuery({
    queryKey: ['course', course, 'mine', person],
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/people/{person}/page', { params: { path } })),
  });
  return (
    <section className="card form" aria-labelledby="own-page">
      <h2 id="own-page">{t('own_page.title')}</h2>
      <p className="measure">{t('own_page.words')}</p>
      <ErrorSummary problem={problem} />
      <Loaded query={state} part>
        {({ page }) => (
          <>
            <p>
              {page
                ? t('own_page.open', { made: date(page.made_at), until: date(page.expires_at) })
                : t('own_page.none')}{' '}
              {page &&
                t(page.opened_at ? 'own_page.seen' : 'own_page.unseen', {
                  date: date(page.opened_at ?? page.made_at),
                })}{' '}
              {page?.has_word && t('own_page.has_word')}
            </p>
            {link && <Shown link={link} />}
            {mine && (
              <form
                className="form"
                onSubmit={submitted((form) => {
                  const word = textOf(form, 'word');
                  void run(
                    () =>
                      ask(
                        api.POST('/api/v1/courses/{course}/people/{person}/page', {
                          params: { path },
                          body: { days: Number(textOf(form, 'days')), word: word || null },
                        }),
                      ),
                    setLink,
                    stale,
                  );
                })}
              >
                <div className="grid-2">
                  <Field name="word" label={t('own_page.word')} hint={t('own_page.word_hint')} problem={problem}>
                    <input type="text" autoComplete="off" spellCheck={false} />
                  </Field>
                  <Field name="days" label={t('own_page.days')} problem={problem}>
                    <input type="text" inputMode="numeric" pattern="[0-9]{1,3}" required size={4} defaultValue={90} />
                  </Field>
                </div>
                <div className="form-do">
                  <button type="submit" className="btn" disabled={busy}>
                    {t(page ? 'own_page.another' : 'own_page.make')}
                  </button>
                  {page && (
                    <button
                      type="button"
                      className="btn"
                      disabled={busy}
                      onClick={() =>
                        void run(
                          () => ask(api.DELETE('/api/v1/courses/{course}/people/{person}/page', { params: { path } })),
                          () => {
                            setLink(undefined);
                            notice({ words: t('own_page.revoked') });
                          },
                          stale,
                        )
                      }
                    >
                      {t('own_page.revoke')}
                    </button>
                  )}
                </div>
              </form>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Shown({ link }: { link: Schemas['PortalLink'] }) {
  const { t } = useTexts();
  const shown = useRef<HTMLOutputElement>(null);
  const [said, setSaid] = useState<string>();
  const whole = `${link.address}#${link.token}`;
  const copy = () =>
    navigator.clipboard.writeText(whole).then(
      () => setSaid('own_page.copied'),
      () => {
        if (shown.current) getSelection()?.selectAllChildren(shown.current);
        setSaid('own_page.marked');
      },
    );
  return (
    <div className="handover">
      <p className="field">
        {t('own_page.address')}
        <output ref={shown} className="code" aria-live="polite">
          {whole}
        </output>
      </p>
      <p className="form-do no-print">
        <button type="button" className="btn" onClick={() => void copy()}>
          {t('own_page.copy')}
        </button>
        <span className="hint" role="status">
          {said ? t(said) : ''}
        </span>
      </p>
    </div>
  );
}
