import { LockKeyhole } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, ask } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Question, Review, StepHeading } from '../../shared/questions/Questions';
import { type Answers, type Asked, anyHelp, type Step, sendable, shownItems } from '../../shared/questions/questions';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { type Form, formOf } from '../form';
import { ErrorSummary, Field, secretOf, submitted, useChange } from '../parts';
import { lockedSheet, unlockSheet } from '../room';
import { useSession } from '../session';

interface Draft {
  form: Asked;
  answers: Answers;
  sent: boolean;
}

/** The therapist's tablet in the client's hands: one questionnaire and nothing else, until the therapist's password. */
export default function Room() {
  const { course = '', sheet = '' } = useParams();
  const { t } = useTexts();
  const key = `room.${sheet}`;
  const [draft, setDraft] = useState<Draft | undefined>(() => readDraft<Draft>(key));
  const [step, setStep] = useState<Step>('start');
  const [unlocking, setUnlocking] = useState(false);
  const { busy, problem, run } = useChange();
  const navigate = useNavigate();
  const asked = draft !== undefined;
  useEffect(() => {
    document.title = t('room.title');
  }, [t]);
  useEffect(() => {
    if (lockedSheet() === null) navigate(`/courses/${course}/sheets/${sheet}`, { replace: true });
  }, [course, sheet, navigate]);
  useEffect(() => {
    if (asked) return;
    const path = { course, sheet };
    void ask(api.GET('/api/v1/courses/{course}/sheets/{sheet}', { params: { path } })).then(
      ({ administration: given }) => {
        const form = formOf(given.instrument, given.version, given.item_order);
        if (form?.texts && given.progress !== 'sent')
          setDraft({ form: askedOf(form, t('room.figure')), answers: {}, sent: false });
        else setUnlocking(true);
      },
      () => setUnlocking(true),
    );
  }, [asked, course, sheet, t]);
  const keep = (next: Draft) => {
    setDraft(next);
    keepDraft(key, next);
  };
  const send = () => {
    if (!draft) return;
    void run(
      () =>
        ask(
          api.POST('/api/v1/courses/{course}/sheets/{sheet}/answers', {
            params: { path: { course, sheet } },
            body: { answers: sendable(draft.form, draft.answers) },
          }),
        ),
      () => {
        keep({ ...draft, sent: true });
        setStep('done');
      },
    );
  };
  const items = draft ? shownItems(draft.form, draft.answers) : [];
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
            course={course}
            sheet={sheet}
            unsent={draft !== undefined && !sent && Object.keys(draft.answers).length > 0}
            back={draft && (() => setUnlocking(false))}
          />
        ) : sent || step === 'done' ? (
          <div className="page">
            <div className="q-body">
              <StepHeading>{t('room.done')}</StepHeading>
              <p className="lead">{t('room.done_words')}</p>
              {draft && anyHelp(draft.form, draft.answers) && <p className="gentle">{t('room.help')}</p>}
            </div>
          </div>
        ) : !draft ? (
          <p className="waiting" role="status" />
        ) : step === 'review' ? (
          <Review
            form={draft.form}
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
            form={draft.form}
            item={item}
            number={step + 1}
            of={items.length}
            answers={draft.answers}
            choose={(answer) => keep({ ...draft, answers: { ...draft.answers, [item.position]: answer } })}
            back={() => setStep(step === 0 ? 'start' : step - 1)}
            next={() => setStep(step + 1 < items.length ? step + 1 : 'review')}
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

function askedOf(form: Form, figure: string): Asked {
  const said = (words: string) => words.replaceAll('{figure}', figure);
  return {
    title: said(form.title ?? ''),
    instruction: said(form.instruction ?? ''),
    rules: form.rules,
    items: (form.texts ?? []).map((text, i) => ({
      position: i + 1,
      asked: true,
      text: said(text),
      lowest: form.lowest[i] ?? 0,
      highest: form.highest[i] ?? 0,
      options: form.options ?? [],
    })),
  };
}

function Unlock(props: { course: string; sheet: string; unsent: boolean; back: (() => void) | undefined }) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const { refresh } = useSession();
  const { busy, problem, run } = useChange();
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => password.current?.focus(), []);
  return (
    <form
      className="page form"
      onSubmit={submitted(
        (form) =>
          void run(
            async () => {
              await ask(api.POST('/api/v1/session/unlock', { body: { password: secretOf(form, 'password') } }));
              await refresh();
            },
            () => {
              unlockSheet();
              if (!props.unsent) dropDraft(`room.${props.sheet}`);
              navigate(props.unsent ? `/courses/${props.course}/sheets/${props.sheet}` : `/courses/${props.course}`, {
                replace: true,
              });
            },
          ),
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
