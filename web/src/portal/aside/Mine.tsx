import { type ReactNode, useCallback, useEffect, useId, useState } from 'react';
import { Problem } from '../../shared/api/problem';
import type { components } from '../../shared/api/schema';
import { useTexts } from '../../shared/i18n/texts';
import { StepHeading } from '../../shared/questions/Questions';
import type { OwnAnswers } from '../exchange';
import type { Reach } from '../Portal';
import Own, { useFigure } from './Own';
import { useParts } from './parts';

type Page = components['schemas']['ClientPageView'];
type Kind = Page['requests'][number]['kind'];

/** How many sheets stand there before one asks for more. */
const few = 4;
/** One's own plan, where help is asked for: what to do alone, whom to ask. */
export function PlanAtHand({ plan }: { plan: NonNullable<Page['safety_plan']> }) {
  const { t } = useTexts();
  const { Contact } = useParts();
  const lines = (section: (typeof sections)[number]) => plan.lines.filter((line) => line.section === section);
  return (
    <div className="page">
      <section className="contacts">
        <h2>{t('mine.plan')}</h2>
        {sections
          .filter((section) => section !== 'warning_signs' && lines(section).length > 0)
          .map((section) => (
            <div key={section}>
              <h3>{t(`mine.plan_${section}`)}</h3>
              {lines(section).map((line) => (
                <Contact key={line.words} text={line.words} phone={line.phone ?? ''} />
              ))}
            </div>
          ))}
      </section>
    </div>
  );
}

const sections = ['warning_signs', 'own_coping', 'distraction', 'people', 'professionals', 'surroundings'] as const;

/** A client's own page: what was agreed and shared, and nothing of anybody else. */
export function Mine({
  token,
  reach,
}: {
  token: string;
  reach: (contact: Reach | null, plan: Page['safety_plan']) => void;
}) {
  const { t } = useTexts();
  const { call, carry } = useParts();
  const read = useCallback(() => call<Page>('GET', 'page'), [call]);
  const [page, setPage] = useState<Page>();
  const [own, setOwn] = useState<OwnAnswers>();
  const [why, setWhy] = useState<string>();
  const [waiting, setWaiting] = useState(!token);

  const show = useCallback(
    (opened: Page) => {
      setPage(opened);
      setWhy(undefined);
      reach(
        opened.help_contact ? { text: opened.help_contact, phone: opened.help_phone } : null,
        opened.safety_plan ?? null,
      );
    },
    [reach],
  );
  const fail = useCallback((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    setPage(undefined);
    setOwn(undefined);
    setWhy(wordsOf(error));
  }, []);
  const again = useCallback(() => read().then(show, fail), [read, show, fail]);

  useEffect(() => {
    if (token) return;
    // The page was loaded anew: its session may still be open.
    call<{ csrf: string }>('GET', 'session')
      .then((session) => carry(session.csrf))
      .then(read)
      .then(show, () => undefined)
      .finally(() => setWaiting(false));
  }, [token, show, call, carry, read]);
  useEffect(() => {
    const back = () => setOwn(undefined);
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);

  if (waiting) return <p className="page" role="status" />;
  if (!page)
    return (
      <Start
        token={token}
        why={why}
        open={(typed, word) =>
          call<{ csrf: string }>('POST', 'page/session', { token: typed, ...(word ? { word } : {}) })
            .then((session) => carry(session.csrf))
            .then(again, fail)
        }
      />
    );
  if (own)
    return (
      <>
        <Own own={own} />
        <div className="foot mine-foot">
          <button type="button" className="big" onClick={() => history.back()}>
            {t('mine.back')}
          </button>
        </div>
      </>
    );
  return (
    <Opened
      page={page}
      again={again}
      see={(sheet) =>
        call<OwnAnswers>('GET', `page/answers/${sheet}`).then((answers) => {
          history.pushState('own', '');
          setOwn(answers);
        }, fail)
      }
    />
  );
}

function wordsOf(problem: Problem): string {
  if (problem.code === 'page.word') return 'mine.word_wrong';
  if (problem.status === 429) return 'mine.later';
  if (problem.code === 'session.unknown') return 'mine.pause';
  return problem.status >= 400 && problem.status < 500 ? 'mine.over' : 'mine.other';
}

function Start(props: {
  token: string;
  why: string | undefined;
  open: (token: string, word: string) => Promise<unknown>;
}) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState(props.token);
  const [word, setWord] = useState('');
  return (
    <form
      className="page"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        setBusy(true);
        void props
          .open(code.slice(code.lastIndexOf('#') + 1).replaceAll(/\s/g, ''), word.trim())
          .finally(() => setBusy(false));
      }}
    >
      <div className="q-body">
        <StepHeading>{t('mine.start')}</StepHeading>
        <p className="lead">{t('mine.start_words')}</p>
        <p role="alert">{props.why ? t(props.why) : ''}</p>
        {!props.token && (
          <p>
            <label htmlFor="code">{t('start.code')}</label>
            <input
              id="code"
              className="typed"
              type="text"
              required
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          </p>
        )}
        <p>
          <label htmlFor="word">{t('mine.word')}</label>
          <input
            id="word"
            className="typed"
            type="text"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={word}
            aria-describedby="word-hint"
            onChange={(event) => setWord(event.target.value)}
          />
          <span className="quiet" id="word-hint">
            {t('mine.word_hint')}
          </span>
        </p>
        <p className="quiet">{t('start.wait')}</p>
      </div>
      <div className="foot">
        <button type="submit" className="big big-primary" aria-disabled={busy}>
          {t('mine.open')}
        </button>
      </div>
    </form>
  );
}

function Opened({ page, again, see }: { page: Page; again: () => Promise<unknown>; see: (sheet: string) => unknown }) {
  const { t, weekday } = useTexts();
  return (
    <div className="page mine">
      <StepHeading>{t('mine.title')}</StepHeading>
      <p className="lead">{t('mine.hello', { therapist: page.therapist_name })}</p>
      {page.next_meeting && (
        <Part title="mine.next">
          <p className="mine-when">{weekday(page.next_meeting.at)}</p>
          <p className="quiet">
            {t(`mine.next_${page.next_meeting.format}`)}, {t('mine.minutes', { n: page.next_meeting.minutes })}
          </p>
        </Part>
      )}
      <Agreed page={page} />
      <Goals page={page} />
      <Sheets page={page} see={see} />
      <Shared page={page} />
      <SafetyPlan page={page} />
      <Asking page={page} again={again} />
      {page.gets_reminders && <Messages />}
      <p className="quiet">{t('mine.until', { when: weekday(page.expires_at) })}</p>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTexts();
  const id = useId();
  return (
    <section className="mine-part" aria-labelledby={id}>
      <h2 id={id}>{t(title)}</h2>
      {children}
    </section>
  );
}

function Agreed({ page }: { page: Page }) {
  const { t, date } = useTexts();
  return (
    <Part title="mine.agreed">
      {page.agreed.length === 0 && <p className="quiet">{t('mine.agreed_none')}</p>}
      <ul className="mine-list">
        {page.agreed.map((step, at) => (
          <li key={at}>
            <p>{step.words}</p>
            <p className="quiet">
              {t(`mine.whose_${step.whose}`, { therapist: page.therapist_name })}
              {step.due && `, ${t('mine.due', { date: date(step.due) })}`}
              {step.done && `, ${t('mine.done')}`}
            </p>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Goals({ page }: { page: Page }) {
  const { t, date } = useTexts();
  return (
    <Part title="mine.goals">
      {page.goals.length === 0 && <p className="quiet">{t('mine.goals_none')}</p>}
      <ul className="mine-list">
        {page.goals.map((goal, at) => (
          <li key={at}>
            <p>{goal.words}</p>
            {goal.looks_like && <p className="quiet">{t('mine.looks_like', { words: goal.looks_like })}</p>}
            {goal.progress !== null && goal.rated_on && (
              <p className="quiet">{t('mine.progress', { n: goal.progress, date: date(goal.rated_on) })}</p>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Sheets({ page, see }: { page: Page; see: (sheet: string) => unknown }) {
  const { t } = useTexts();
  return (
    <Part title="mine.sheets">
      <p className="quiet">{t(page.sheets.length ? 'mine.sheets_some' : 'mine.sheets_none')}</p>
      <ul className="mine-list">
        {page.sheets.slice(0, few).map((sheet) => (
          <One key={sheet.sheet} sheet={sheet} see={see} />
        ))}
      </ul>
      {page.sheets.length > few && (
        <details>
          <summary className="mine-more">{t('mine.earlier', { n: page.sheets.length - few })}</summary>
          <ul className="mine-list">
            {page.sheets.slice(few).map((sheet) => (
              <One key={sheet.sheet} sheet={sheet} see={see} />
            ))}
          </ul>
        </details>
      )}
    </Part>
  );
}

function One({ sheet, see }: { sheet: Page['sheets'][number]; see: (sheet: string) => unknown }) {
  const { t, date } = useTexts();
  const said = useFigure(sheet.figure);
  return (
    <li>
      <button type="button" className="mine-open" onClick={() => see(sheet.sheet)}>
        <span>{said(sheet.title)}</span> <span className="quiet">{t('mine.sent', { date: date(sheet.sent_at) })}</span>
      </button>
    </li>
  );
}

function Shared({ page }: { page: Page }) {
  const { t } = useTexts();
  const shared = page.formulation;
  if (!shared)
    return (
      <Part title="mine.formulation">
        <p className="quiet">{t('mine.formulation_none')}</p>
      </Part>
    );
  return (
    <Part title="mine.formulation">
      <p className="quiet">{t('mine.formulation_words')}</p>
      {shared.sections.map((section) => (
        <div key={section.kind}>
          <h3>{t(`mine.section_${section.kind}`)}</h3>
          <p>{section.words}</p>
        </div>
      ))}
      {shared.links.length > 0 && (
        <>
          <h3>{t('mine.links')}</h3>
          <ul className="mine-list">
            {shared.links.map((link) => (
              <li key={link.words}>
                <p>{link.words}</p>
                {link.otherwise && <p className="quiet">{t('mine.otherwise', { words: link.otherwise })}</p>}
              </li>
            ))}
          </ul>
        </>
      )}
      {shared.claims.length > 0 && (
        <>
          <h3>{t('mine.claims')}</h3>
          <ul className="mine-list">
            {shared.claims.map((claim) => (
              <li key={claim.cue + claim.expectation}>
                <p>{t('mine.claim', { cue: begun(claim.cue), expectation: begun(claim.expectation) })}</p>
                <p className="quiet">{t('mine.claim_against', { words: claim.disconfirmed_by })}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Part>
  );
}

/** Inside a sentence: without the full stop that it was written with. */
const begun = (words: string): string => words.trim().replace(/\.$/, '');

function SafetyPlan({ page }: { page: Page }) {
  const { t, date } = useTexts();
  const { Contact } = useParts();
  const plan = page.safety_plan;
  if (!plan)
    return (
      <Part title="mine.plan">
        <p className="quiet">{t('mine.plan_none')}</p>
      </Part>
    );
  return (
    <Part title="mine.plan">
      <p className="quiet">{t('mine.plan_date', { date: date(plan.written_at) })}</p>
      {sections.map((section) => {
        const lines = plan.lines.filter((line) => line.section === section);
        return (
          lines.length > 0 && (
            <div key={section}>
              <h3>{t(`mine.plan_${section}`)}</h3>
              <ul className="mine-list">
                {lines.map((line) => (
                  <li key={line.words}>
                    <Contact text={line.words} phone={line.phone ?? ''} />
                    {line.who && (
                      <p className="quiet">
                        {line.by
                          ? t('mine.who', { who: line.who, date: date(line.by) })
                          : t('mine.who_only', { who: line.who })}
                      </p>
                    )}
                  </li>
                ))}
              </ul>
            </div>
          )
        );
      })}
    </Part>
  );
}

function Asking({ page, again }: { page: Page; again: () => Promise<unknown> }) {
  const { t, date } = useTexts();
  const { call } = useParts();
  const [sure, setSure] = useState(false);
  const [failed, setFailed] = useState(false);
  const waits = (kind: Kind) => page.requests.some((one) => one.kind === kind && !one.handled_at);
  const ask = (kind: Kind) =>
    call('POST', 'page/requests', { kind })
      .then(again)
      .then(
        () => setFailed(false),
        () => setFailed(true),
      )
      .finally(() => setSure(false));
  return (
    <Part title="mine.ask">
      <p className="quiet">{t('mine.ask_words')}</p>
      <ul className="mine-list" aria-live="polite">
        {page.requests.map((one) => (
          <li key={one.asked_at + one.kind}>
            {one.handled_at
              ? t(`mine.answered_${one.kind}`, { date: date(one.asked_at), done: date(one.handled_at) })
              : t(`mine.asked_${one.kind}`, { date: date(one.asked_at) })}
          </li>
        ))}
      </ul>
      <p role="alert">{failed ? t('mine.failed') : ''}</p>
      {!waits('copy') && (
        <button type="button" className="big" onClick={() => void ask('copy')}>
          {t('mine.ask_copy')}
        </button>
      )}
      {!waits('erasure') && !sure && (
        <button type="button" className="big" onClick={() => setSure(true)}>
          {t('mine.ask_erasure')}
        </button>
      )}
      {sure && (
        <div className="mine-sure">
          <p>{t('mine.sure_words')}</p>
          <button type="button" className="big" onClick={() => void ask('erasure')}>
            {t('mine.sure_erasure')}
          </button>
          <button type="button" className="link" onClick={() => setSure(false)}>
            {t('mine.not_now')}
          </button>
        </div>
      )}
    </Part>
  );
}

function Messages() {
  const { t } = useTexts();
  const { call } = useParts();
  const [said, setSaid] = useState<'mail_stopped' | 'failed'>();
  return (
    <Part title="mine.mail">
      <p role="status">{t(`mine.${said ?? 'mail_words'}`)}</p>
      {said !== 'mail_stopped' && (
        <button
          type="button"
          className="big"
          onClick={() =>
            void call('DELETE', 'page/reminders').then(
              () => setSaid('mail_stopped'),
              () => setSaid('failed'),
            )
          }
        >
          {t('mine.mail_stop')}
        </button>
      )}
    </Part>
  );
}
