import { LockKeyhole } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ask, asProblem, carry } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Question, Review, StepHeading } from '../../shared/questions/Questions';
import {
  type Asked,
  answered,
  anyHelp,
  askedOf,
  type Begun,
  onward,
  pathOf,
  putOf,
  type Step,
  sendable,
  shownItems,
} from '../../shared/questions/questions';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { ErrorSummary, Field, secretOf, submitted, useChange } from '../parts';
import { lockedSheet, lockTo } from '../room';
import { tellTabs, useSession } from '../session';

interface Draft extends Begun {
  form: Asked;
  sent: boolean;
}

const draftOf = (sheet: string) => `room.${sheet}`;

/** The therapist's tablet in the client's hands: one questionnaire and nothing else, until the therapist's password. */
export default function Room() {
  const { t } = useTexts();
  const [draft, setDraft] = useState<Draft>();
  const latest = useRef<Draft>(undefined);
  const [waits, setWaits] = useState(false);
  const [step, setStep] = useState<Step>('start');
  const [unlocking, setUnlocking] = useState(false);
  const { busy, problem, run } = useChange();
  useEffect(() => {
    document.title = t('room.title');
  }, [t]);
  // What was answered is kept under the sheet that the server names: another tab may have handed over another one.
  const open = useCallback(async () => {
    const words = (kind: string) => (kind === 'other' ? t('room.figure') : t(`room.figure.${kind}`));
    try {
      const { csrf, form } = await ask(api.GET('/api/v1/room'));
      carry(csrf);
      latest.current = readDraft<Draft>(draftOf(form.sheet)) ?? {
        form: askedOf(form, words),
        answers: {},
        path: pathOf(form),
        sent: false,
      };
      setDraft(latest.current);
      setStep('start');
    } catch (error) {
      if (asProblem(error).code === 'measure.sent') setStep('done');
      else setUnlocking(true);
    }
  }, [t]);
  useEffect(() => void open(), [open]);
  const keep = (next: Draft) => {
    latest.current = next;
    setDraft(next);
    if (next.sent) dropDraft(draftOf(next.form.sheet));
    else keepDraft(draftOf(next.form.sheet), next);
  };
  const send = () => {
    if (!draft) return;
    void run(
      () =>
        ask(
          api.POST('/api/v1/room/answers', {
            body: { sheet: draft.form.sheet, answers: sendable(draft.form, draft) },
          }),
        ),
      () => {
        keep({ ...draft, sent: true });
        const needsHelp = anyHelp(draft.form, draft.answers);
        setStep('done');
        // Where another sheet was given beside it, the screen goes on to that one; never past a call for help.
        if (!needsHelp) void open();
      },
    );
  };
  const goOn = async (from: number) => {
    const now = latest.current;
    if (!now || waits) return;
    setWaits(now.path !== undefined);
    try {
      const [to, path] = await onward(now.form, now, from, (answers) =>
        ask(
          api.POST('/api/v1/room/next', {
            body: { sheet: now.form.sheet, answers },
            signal: AbortSignal.timeout(8000),
          }),
        ),
      );
      keep({ ...(latest.current ?? now), path });
      setStep((at) => (at === from ? to : at));
    } catch {
      setUnlocking(true);
    } finally {
      setWaits(false);
    }
  };
  const asked = draft && putOf(draft.form, draft);
  const items = draft ? shownItems(putOf(draft.form, draft), draft.answers) : [];
  const item = typeof step === 'number' ? items[step] : undefined;
  const sent = draft?.sent === true;
  return (
    <div className="room">
      <header className="room-bar">
        <button type="button" className="btn btn-quiet" onClick={() => setUnlocking(true)}>
          <LockKeyhole size={16} aria-hidden="true" /> {t('room.unlock')}
        </button>
      </header>
      <main id="main">
        {unlocking ? (
          <Unlock
            unsent={draft !== undefined && !sent && Object.keys(draft.answers).length > 0}
            back={(draft || step === 'done') && (() => setUnlocking(false))}
          />
        ) : sent || step === 'done' ? (
          <div className="page">
            <div className="q-body">
              <StepHeading>{t('room.done')}</StepHeading>
              <p className="lead">{t('room.done_words')}</p>
              {draft && anyHelp(draft.form, draft.answers) && <p className="gentle">{t('room.help')}</p>}
            </div>
          </div>
        ) : !draft || !asked ? (
          <p className="waiting" role="status" />
        ) : step === 'review' ? (
          <Review
            form={asked}
            answers={draft.answers}
            go={setStep}
            send={send}
            busy={busy}
            sendWords={t('room.send')}
            failed={problem && <p className="gentle">{t('room.not_saved')}</p>}
          />
        ) : item && typeof step === 'number' ? (
          <Question
            key={item.position}
            form={asked}
            item={item}
            number={step + 1}
            of={draft.path?.most ?? items.length}
            answers={draft.answers}
            choose={(answer) => {
              const now = latest.current ?? draft;
              keep({ ...now, answers: { ...now.answers, [item.position]: answer } });
            }}
            back={() => setStep(step === 0 ? 'start' : step - 1)}
            next={() => void goOn(step)}
            path={draft.path}
            enough={() => {
              const now = latest.current ?? draft;
              keep({ ...now, path: answered(now) });
              setStep('review');
            }}
            busy={waits}
            help={<p>{t('room.help')}</p>}
          />
        ) : (
          <div className="page">
            <div className="q-body">
              <StepHeading>{draft.form.title}</StepHeading>
              <p className="lead">{draft.form.instruction}</p>
              <p className="quiet">{t('room.who')}</p>
            </div>
            <div className="foot">
              <button type="button" className="big big-primary" onClick={() => setStep(0)}>
                {t('q.begin')}
              </button>
            </div>
          </div>
        )}
      </main>
    </div>
  );
}

function Unlock(props: { unsent: boolean; back: (() => void) | undefined | false }) {
  const { t } = useTexts();
  const { refresh } = useSession();
  const { busy, problem, run } = useChange();
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => password.current?.focus(), []);
  return (
    <form
      className="page form"
      onSubmit={submitted(
        (form) =>
          void run(async () => {
            await ask(api.POST('/api/v1/session/unlock', { body: { password: secretOf(form, 'password') } }));
            const sheet = lockedSheet();
            if (sheet && !props.unsent) lockTo(sheet.replace(/\/sheets.*/, ''));
            tellTabs();
            await refresh();
          }),
      )}
    >
      <h1>{t('room.unlock')}</h1>
      <p>{t(props.unsent ? 'room.unlock_unsent' : 'room.unlock_words')}</p>
      <ErrorSummary problem={problem} />
      <Field name="password" label={t('password')} problem={problem}>
        <input ref={password} type="password" autoComplete="off" required />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('lock.open')}
        </button>
        {props.back && (
          <button type="button" className="btn" onClick={props.back}>
            {t('room.back')}
          </button>
        )}
      </div>
    </form>
  );
}
