import { ArrowLeft, LifeBuoy } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTexts } from '../i18n/texts';
import {
  type Answers,
  type Asked,
  answerWords,
  helpNow,
  type Item,
  optionsOf,
  type Path,
  type Step,
  shownItems,
  sizeOf,
} from './questions';
import './questions.css';

/** Heading of a step: takes the focus when the step opens. */
export function StepHeading({ children, className, id }: { children: ReactNode; className?: string; id?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={className} id={id}>
      {children}
    </h1>
  );
}

/** Help that is shown at once is seen at once, above the bar at the foot. */
const intoView = (box: HTMLElement | null): void => box?.scrollIntoView?.({ block: 'nearest' });

/** One question: a stem, large answers, back, next, leave out. Nothing moves on by itself. */
export function Question(props: {
  form: Asked;
  item: Item;
  number: number;
  of: number;
  answers: Answers;
  choose: (answer: string) => void;
  back: () => void;
  next: () => void;
  /** What is said at once after an answer that asks for help. */
  help: ReactNode;
  kept?: string;
  stop?: { words: string; do: () => void };
  /** Where questions are chosen: `of` is how many there will be at most. */
  path?: Path | undefined;
  enough?: () => void;
  busy?: boolean;
}) {
  const { t } = useTexts();
  const { item, answers } = props;
  const id = useId();
  const [nudged, setNudged] = useState(false);
  const answer = answers[item.position];
  const chosen = answer !== undefined && answer !== 'skipped';
  return (
    <form
      className="page question"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) props.next();
        else setNudged(true);
      }}
    >
      <div className="q-body">
        <div className="progress num">
          <span>
            {t(props.path ? 'q.at_most' : 'q.progress', {
              n: props.number,
              of: props.of,
              more: props.of - props.number,
            })}
          </span>
          {props.kept && <span className="saved">{props.kept}</span>}
          <svg className="track" height="4" width="100%" aria-hidden="true">
            <rect width="100%" height="4" rx="2" className="track-bg" />
            <rect width={`${(100 * props.number) / props.of}%`} height="4" rx="2" className="track-on" />
          </svg>
        </div>
        {props.number === 1 && props.form.instruction && <p className="stem">{props.form.instruction}</p>}
        <fieldset aria-labelledby={`${id}-q`} aria-describedby={nudged && !chosen ? `${id}-n` : undefined}>
          <StepHeading id={`${id}-q`} className={sizeOf(item.text)}>
            {item.text}
          </StepHeading>
          <div className="options">
            {optionsOf(item).map((option) => (
              <label key={option.value} className="option">
                <input
                  type="radio"
                  name={`q${item.position}`}
                  value={option.value}
                  checked={answer === option.value}
                  onChange={() => props.choose(option.value)}
                />
                <span className="ring" aria-hidden="true" />
                <span>{option.label}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <div role="status">
          {props.path?.alone && <p className="quiet">{t('q.alone')}</p>}
          {helpNow(props.form, answers, item.position) && (
            <div className="gentle" ref={intoView}>
              <LifeBuoy size={20} aria-hidden="true" />
              <div className="grow">{props.help}</div>
            </div>
          )}
          {nudged && !chosen && (
            <p className="quiet" id={`${id}-n`}>
              {t('q.choose')}
            </p>
          )}
        </div>
        <div className="aside">
          <button
            type="button"
            className="link"
            onClick={() => {
              props.choose('skipped');
              props.next();
            }}
          >
            {t('q.skip')}
          </button>
          {props.path && props.number > props.path.least && (
            <button type="button" className="link" onClick={props.enough}>
              {t('q.enough')}
            </button>
          )}
          {props.stop && (
            <button type="button" className="link" onClick={props.stop.do}>
              {props.stop.words}
            </button>
          )}
        </div>
      </div>
      <div className="foot two">
        <button type="button" className="big" onClick={props.back}>
          <ArrowLeft size={20} aria-hidden="true" />
          {t('q.back')}
        </button>
        <button type="submit" className="big big-primary" aria-disabled={!chosen || props.busy}>
          {t('q.next')}
        </button>
      </div>
    </form>
  );
}

/** Everything at a glance before it is sent, each line with a way back to its question. */
export function Review(props: {
  form: Asked;
  answers: Answers;
  go: (step: Step) => void;
  send: () => void;
  busy: boolean;
  sendWords: string;
  failed?: ReactNode;
  children?: ReactNode;
}) {
  const { t } = useTexts();
  const items = shownItems(props.form, props.answers);
  return (
    <div className="page">
      <div className="q-body">
        <StepHeading>{t('q.review')}</StepHeading>
        {props.children}
        <dl className="review">
          {items.map((item, i) => (
            <div key={item.position}>
              <dt>{item.text}</dt>
              <dd>
                <span>{answerWords(item, props.answers[item.position]) ?? t('q.left_out')}</span>
                <button
                  type="button"
                  className="link"
                  onClick={() => props.go(i)}
                  aria-label={t('q.change_n', { n: i + 1 })}
                >
                  {t('q.change')}
                </button>
              </dd>
            </div>
          ))}
        </dl>
        <div role="alert">{props.failed}</div>
      </div>
      <div className="foot two">
        <button type="button" className="big" onClick={() => props.go(Math.max(0, items.length - 1))}>
          <ArrowLeft size={20} aria-hidden="true" />
          {t('q.back')}
        </button>
        <button
          type="button"
          className="big big-primary"
          aria-disabled={props.busy}
          onClick={() => !props.busy && props.send()}
        >
          {props.sendWords}
        </button>
      </div>
    </div>
  );
}
