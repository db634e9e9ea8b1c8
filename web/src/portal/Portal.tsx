import { LifeBuoy, Phone } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../shared/api/problem';
import { useTexts } from '../shared/i18n/texts';
import { Question, Review, StepHeading } from '../shared/questions/Questions';
import {
  type Answers,
  type Asked,
  answered,
  answerWords,
  anyHelp,
  askedOf,
  type Begun,
  guarded,
  onward,
  pathOf,
  putOf,
  type Step,
  sendable,
  shownItems,
} from '../shared/questions/questions';
import { SkipLink } from '../shared/ui/SkipLink';
import { type Form, leave, next as nextOf, type Opened, type OwnAnswers, open, resume, send } from './exchange';
import { drop, keep, kept, nameOf } from './keep';
import { taken } from './link';
import { go, read, useStep } from './steps';

/** Where “Leave this page” goes: an ordinary page, in place of this one. */
const elsewhere = 'https://www.wikipedia.org/';

/** The session is over; the link opens the sheet again. */
const ended = ['session.unknown', 'measure.other_sheet', 'session.csrf'];

/** A code as it was typed: in groups, or with the whole address before it. */
const tokenIn = (typed: string): string => typed.slice(typed.lastIndexOf('#') + 1).replaceAll(/\s/g, '');

// Shown once an answer of the server has come: what a phone without a connection needs is here already.
const Own = lazy(() => import('./aside/Own'));

type Place =
  | { kind: 'closed'; why?: Problem }
  | { kind: 'waiting' }
  | { kind: 'open'; form: Form }
  | { kind: 'sent'; form: Form }
  | { kind: 'own'; own: OwnAnswers };

export function Portal() {
  const { t } = useTexts();
  const step = useStep();
  const [place, setPlace] = useState<Place>(taken ? { kind: 'closed' } : { kind: 'waiting' });
  const [begun, setBegun] = useState<Begun>({ answers: {} });
  const latest = useRef(begun);
  const [saved, setSaved] = useState(false);
  const [fault, setFault] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const before = useRef<Step>('start');

  const show = useCallback(async (opened: Opened) => {
    if ('own' in opened) {
      setPlace({ kind: 'own', own: opened.own });
      return true;
    }
    // Kept under the sheet that the server names: another link may have been opened in this browser meanwhile.
    const { form } = opened;
    const { answers = {}, path } = await kept(await nameOf(form.sheet));
    const start = pathOf(form);
    latest.current = { answers, path: start && (path ?? start) };
    setBegun(latest.current);
    setSaved(Object.keys(answers).length > 0);
    setPlace({ kind: 'open', form });
    // Where answers go before they are sent is said before the first of them.
    return Boolean(start) || Object.keys(answers).length > 0;
  }, []);

  useEffect(() => {
    document.title = t('title');
    if (taken) return;
    resume().then(
      (opened) => {
        if (opened) void show(opened);
        else setPlace({ kind: 'closed' });
      },
      () => setPlace({ kind: 'closed' }),
    );
  }, [show, t]);

  const begin = async (token: string) => {
    if (busy) return;
    setBusy(true);
    try {
      const begun = await show(await open(token));
      if (begun) go('start', true);
      else go(0);
    } catch (error) {
      setPlace({ kind: 'closed', why: error as Problem });
    } finally {
      setBusy(false);
    }
  };

  const hold = (form: Form, change: Partial<Begun>) => {
    const next = { ...latest.current, ...change };
    latest.current = next;
    setBegun(next);
    void nameOf(form.sheet)
      .then((name) => keep(name, next))
      .then(setSaved);
  };

  const goOn = async (form: Form, full: Asked, from: number) => {
    if (busy) return;
    setBusy(latest.current.path !== undefined);
    try {
      const [to, path] = await onward(full, latest.current, from, (words) => nextOf(form.sheet, words));
      if (path) hold(form, { path });
      if (read() === from) go(to);
    } catch (error) {
      setPlace({ kind: 'closed', why: error as Problem });
    } finally {
      setBusy(false);
    }
  };

  const forget = async (form: Form) => {
    await drop(await nameOf(form.sheet));
    setSaved(false);
  };

  const deliver = async (form: Form, full: Asked) => {
    setBusy(true);
    setFault(undefined);
    try {
      await send(form.sheet, sendable(full, begun));
      await forget(form);
      setPlace({ kind: 'sent', form });
      go('done', true);
    } catch (error) {
      setFault(error as Problem);
      if (ended.includes((error as Problem).code)) setPlace({ kind: 'closed', why: error as Problem });
    } finally {
      setBusy(false);
    }
  };

  const form = place.kind === 'open' || place.kind === 'sent' ? place.form : undefined;
  const full = form ? askedOf(form, (kind) => t(`figure.${kind}`)) : undefined;
  const asked = full && putOf(full, begun);
  const { answers, path } = begun;
  const items = asked ? shownItems(asked, answers) : [];
  const item = typeof step === 'number' ? items[step] : undefined;
  // Whom the practice names for risk questions comes first; whom anybody can call is there as soon as the link is open.
  const said = form ?? (place.kind === 'own' ? place.own : undefined);
  const contact: Reach | null = said?.help_contact ? { text: said.help_contact, phone: said.help_phone } : null;
  const help = () => {
    before.current = step;
    go('help');
  };

  let page = null;
  if (step === 'help') page = <Help contact={contact} back={() => history.back()} />;
  else if (place.kind === 'own')
    page = (
      <Suspense>
        <Own own={place.own} />
      </Suspense>
    );
  else if (place.kind === 'waiting') page = <p className="page" role="status" />;
  else if (place.kind === 'closed') page = <Start token={taken} busy={busy} why={place.why} begin={begin} />;
  else if (asked && form && place.kind === 'sent')
    page = <Done form={form} asked={asked} answers={answers} contact={contact} help={help} />;
  else if (asked && form && step === 'stopped')
    page = (
      <Stopped
        until={form.expires_at}
        saved={saved}
        drop={() => {
          latest.current = { answers: {}, path: pathOf(form) };
          setBegun(latest.current);
          void forget(form);
        }}
      />
    );
  else if (full && asked && form && step === 'review')
    page = (
      <Review
        form={asked}
        answers={answers}
        go={go}
        busy={busy}
        send={() => void deliver(form, full)}
        sendWords={t(busy ? 'review.sending' : 'review.send')}
        failed={fault && <NotSent fault={fault} risk={anyHelp(asked, answers)} contact={contact} />}
      >
        <p className="quiet">{t('review.words')}</p>
      </Review>
    );
  else if (full && asked && form && item && typeof step === 'number')
    page = (
      <Question
        key={item.position}
        form={asked}
        item={item}
        number={step + 1}
        of={path?.most ?? items.length}
        answers={answers}
        choose={(answer) => hold(form, { answers: { ...latest.current.answers, [item.position]: answer } })}
        back={() => go(step === 0 ? 'start' : step - 1)}
        next={() => void goOn(form, full, step)}
        path={path}
        enough={() => {
          hold(form, { path: answered(latest.current) });
          go('review');
        }}
        busy={busy}
        {...(saved ? { kept: t('kept') } : {})}
        stop={{ words: t('stop'), do: () => go('stopped') }}
        help={
          <>
            <p>{t('gentle')}</p>
            {contact && <Contact {...contact} />}
            <button type="button" className="link" onClick={help}>
              {t('gentle.open')}
            </button>
          </>
        }
      />
    );
  else if (asked && form)
    page = (
      <Opening form={form} asked={asked} items={path?.most ?? items.length} begun={Object.keys(answers).length > 0} />
    );

  return (
    <Frame help={help} helping={step === 'help'}>
      {page}
    </Frame>
  );
}

/** What is always there: leaving at once, and help. */
export function Frame({ help, helping, children }: { help: () => void; helping: boolean; children: ReactNode }) {
  const { t } = useTexts();
  return (
    <>
      <SkipLink words={t('skip')} />
      <nav className="bar" aria-label={t('bar.label')}>
        <button
          type="button"
          className="bar-link"
          onClick={() => {
            leave();
            location.replace(elsewhere);
          }}
        >
          <Cross />
          {t('bar.leave')}
        </button>
        <button type="button" className="help" onClick={help} disabled={helping}>
          <LifeBuoy size={20} aria-hidden="true" />
          {t('bar.help')}
        </button>
      </nav>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** Drawn here: shared with the workbench it would be one more file that a phone waits for. */
function Cross() {
  return (
    <svg width="20" height="20" viewBox="0 0 24 24" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <path d="m6 6 12 12M18 6 6 18" strokeLinecap="round" />
    </svg>
  );
}

function Start(props: {
  token: string;
  busy: boolean;
  why: Problem | undefined;
  begin: (token: string) => Promise<void>;
}) {
  const { t } = useTexts();
  const [code, setCode] = useState(props.token);
  const why = props.why;
  const words = !why
    ? undefined
    : why.code === 'measure.sent'
      ? 'over.sent'
      : ended.includes(why.code)
        ? 'over.pause'
        : why.status >= 400 && why.status < 500 && why.status !== 429
          ? 'over.link'
          : 'over.other';
  return (
    <form
      className="page"
      onSubmit={(event) => {
        event.preventDefault();
        void props.begin(tokenIn(code));
      }}
    >
      <div className="q-body">
        <StepHeading key={words ?? 'start'}>
          {t(words && words !== 'over.other' ? 'over.title' : 'start.title')}
        </StepHeading>
        {words ? (
          <p className="lead" role="alert">
            {t(words)}
          </p>
        ) : (
          <p className="lead">{t('start.words')}</p>
        )}
        {!words && <p>{t('form.stop')}</p>}
        <p>{t('start.read_plain')}</p>
        <p className="quiet">{t('start.wait')}</p>
        {(!props.token || words === 'over.link') && (
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
              aria-describedby="code-hint"
              onChange={(event) => setCode(event.target.value)}
            />
            <span className="quiet" id="code-hint">
              {t('start.code_hint')}
            </span>
          </p>
        )}
      </div>
      {words !== 'over.sent' && (
        <div className="foot">
          <button type="submit" className="big big-primary" aria-disabled={props.busy}>
            {t(words ? 'again' : 'start.open')}
          </button>
        </div>
      )}
    </form>
  );
}

function Opening({ form, asked, items: n, begun }: { form: Form; asked: Asked; items: number; begun: boolean }) {
  const { t, weekday } = useTexts();
  return (
    <div className="page">
      <div className="q-body">
        <StepHeading>{asked.title}</StepHeading>
        <p className="lead">{asked.instruction}</p>
        <p>
          {t(form.adaptive ? 'form.most' : 'form.time', { n, minutes: Math.max(1, Math.round(n / 5)) })}{' '}
          {t('form.stop')}
        </p>
        {form.expires_at && <p>{t('form.until', { when: weekday(form.expires_at) })}</p>}
        {begun && <p>{t('form.again')}</p>}
        <p className="quiet">
          {form.therapist_name ? t('start.read', { therapist: form.therapist_name }) : t('start.read_plain')}{' '}
          {t('start.wait')}
        </p>
      </div>
      <div className="foot">
        <button type="button" className="big big-primary" onClick={() => go(0)}>
          {t(begun ? 'form.go_on' : 'q.begin')}
        </button>
      </div>
    </div>
  );
}

function Stopped(props: { until: string | null; saved: boolean; drop: () => void }) {
  const { t, weekday } = useTexts();
  const [dropped, setDropped] = useState(false);
  return (
    <div className="page">
      <div className="q-body">
        <StepHeading>{t('stop.title')}</StepHeading>
        <p className="lead">{props.until ? t('stop.words', { when: weekday(props.until) }) : t('stop.words_plain')}</p>
        <p role="status">{dropped ? t('stop.dropped') : props.saved ? t('stop.keep') : ''}</p>
        {props.saved && !dropped && (
          <button
            type="button"
            className="link"
            onClick={() => {
              setDropped(true);
              props.drop();
            }}
          >
            {t('stop.drop')}
          </button>
        )}
      </div>
      <div className="foot">
        <button type="button" className="big" onClick={() => history.back()}>
          {t('stop.back')}
        </button>
      </div>
    </div>
  );
}

function NotSent({ fault, risk, contact }: { fault: Problem; risk: boolean; contact: Reach | null }) {
  const { t } = useTexts();
  if (fault.code === 'measure.sent') return <p className="not-sent">{t('over.sent')}</p>;
  return (
    <div className="not-sent">
      <p>
        <strong>{t('failed.title')}</strong>
      </p>
      <p>{t('failed.words')}</p>
      {risk && <p>{t(contact ? 'failed.risk' : 'failed.risk_plain')}</p>}
      {risk && contact && <Contact {...contact} />}
    </div>
  );
}

function Done(props: { form: Form; asked: Asked; answers: Answers; contact: Reach | null; help: () => void }) {
  const { t } = useTexts();
  const { form, asked, answers } = props;
  const hidden = guarded(asked);
  const items = shownItems(asked, answers);
  return (
    <div className="page">
      <div className="q-body">
        <StepHeading>{t('done.title')}</StepHeading>
        <p className="lead">
          {form.therapist_name ? t('done.words', { therapist: form.therapist_name }) : t('done.words_plain')}
        </p>
        {anyHelp(asked, answers) && (
          <div className="gentle">
            <LifeBuoy size={20} aria-hidden="true" />
            <div className="grow">
              <p>{t('gentle')}</p>
              {props.contact && <Contact {...props.contact} />}
              <button type="button" className="link" onClick={props.help}>
                {t('gentle.open')}
              </button>
            </div>
          </div>
        )}
        <p className="quiet">{t('done.close')}</p>
        <details className="contacts">
          <summary>{t('done.answers')}</summary>
          <dl className="review">
            {items
              .filter((item) => !hidden.has(item.position))
              .map((item) => (
                <div key={item.position}>
                  <dt>{item.text}</dt>
                  <dd>{answerWords(item, answers[item.position]) ?? t('q.left_out')}</dd>
                </div>
              ))}
          </dl>
          {items.some((item) => hidden.has(item.position)) && <p className="quiet">{t('done.some')}</p>}
        </details>
      </div>
    </div>
  );
}

export function Help({ contact, back }: { contact: Reach | null; back: () => void }) {
  const { t } = useTexts();
  return (
    <div className="page">
      <div className="q-body">
        <StepHeading>{t('help.title')}</StepHeading>
        <p className="lead">{t('help.first')}</p>
        {contact ? (
          <section className="contacts">
            <h2>{t('help.practice')}</h2>
            <Contact {...contact} />
          </section>
        ) : (
          <p>{t('help.unknown')}</p>
        )}
      </div>
      <div className="foot">
        <button type="button" className="big" onClick={back}>
          {t('help.back')}
        </button>
      </div>
    </div>
  );
}

/** Whom the practice names, and the one number to tap. */
export interface Reach {
  text: string;
  phone: string;
}
export function Contact({ text, phone }: Reach) {
  const { t } = useTexts();
  return (
    <>
      <p>{text}</p>
      {phone && (
        <a className="call" href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>
          <Phone size={19} aria-hidden="true" /> {t('help.call', { number: phone })}
        </a>
      )}
    </>
  );
}
