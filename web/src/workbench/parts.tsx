import { useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import {
  cloneElement,
  type FormEvent,
  type ReactElement,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { asProblem, type Schemas } from '../shared/api/client';
import type { Problem } from '../shared/api/problem';
import { useTexts } from '../shared/i18n/texts';

/** A page with one h1. The title in the browser never holds a name; the h1 takes the focus when the page opens. */
export function Page(props: {
  title: string;
  heading?: ReactNode;
  facts?: ReactNode;
  actions?: ReactNode;
  tabs?: ReactNode;
  plain?: boolean;
  children: ReactNode;
}) {
  const { t } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  const title = t(props.title);
  useEffect(() => {
    document.title = t('title', { page: title });
  }, [t, title]);
  useEffect(() => {
    if (
      !document.activeElement ||
      document.activeElement === document.body ||
      !document.activeElement.matches('main input')
    )
      heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <>
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {props.heading ?? title}
          </h1>
          {props.facts && <p className="facts num">{props.facts}</p>}
        </div>
        {props.actions && <div className="page-do no-print">{props.actions}</div>}
        {props.tabs}
      </header>
      <div className={props.plain ? 'plain' : 'board'}>{props.children}</div>
    </>
  );
}

/** Nothing for 300 ms, then one quiet sentence; a fault says what is safe and offers to try again. */
export function Waiting({
  failed,
  again,
  part = false,
}: {
  failed?: Problem | undefined;
  again?: () => void;
  /** A part of a page that has its h1 already. */
  part?: boolean;
}) {
  const { t } = useTexts();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  const said = useProblemWords();
  const Heading = part ? 'h2' : 'h1';
  const box = part ? 'card empty' : 'waiting';
  if (failed)
    return (
      <div className={box} role="alert">
        <Heading>{t(failed.status === 404 ? 'wait.none' : part ? 'wait.part_failed' : 'wait.failed')}</Heading>
        <p>{failed.status === 404 ? t('wait.none_words') : said(failed)}</p>
        {again && (
          <button type="button" className="btn" onClick={again}>
            {t('wait.again')}
          </button>
        )}
      </div>
    );
  return (
    <div className={part ? 'waits' : 'waiting'} role="status">
      {late && <p>{t(part ? 'wait.part' : 'wait.loading')}</p>}
    </div>
  );
}

/** Shows a query's answer, or that it is awaited, or that it failed. */
export function Loaded<T>(props: {
  part?: boolean;
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  if (props.query.data !== undefined) return props.children(props.query.data);
  const failed = props.query.error ? asProblem(props.query.error) : undefined;
  return <Waiting part={props.part === true} failed={failed} again={() => void props.query.refetch()} />;
}

export function useProblemWords() {
  const { t, has } = useTexts();
  return useCallback(
    (problem: Problem): string => {
      const id = `problem.${problem.code}`;
      const seconds = problem.code === 'sign_in.later' && /\d+/.exec(problem.message);
      if (seconds) return t('problem.sign_in.later_in', { n: Number(seconds[0]) });
      if (has(id)) return t(id);
      if (problem.message) return t('problem.said', { detail: sentence(problem.message), code: problem.code });
      return t('problem.other', { code: problem.code });
    },
    [t, has],
  );
}

const sentence = (words: string): string =>
  words.charAt(0).toUpperCase() + words.slice(1) + (/[.?!]$/.test(words) ? '' : '.');

/** Runs a change once at a time and keeps what it was refused for. */
export function useChange() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const client = useQueryClient();
  const run = useCallback(
    async <T,>(change: () => Promise<T>, then?: (result: T) => void, changed: unknown[][] = []) => {
      if (busy) return;
      setBusy(true);
      setProblem(undefined);
      try {
        const result = await change();
        await Promise.all(changed.map((queryKey) => client.invalidateQueries({ queryKey })));
        then?.(result);
      } catch (error) {
        setProblem(asProblem(error));
      } finally {
        setBusy(false);
      }
    },
    [busy, client],
  );
  return { busy, problem, setProblem, run };
}

export interface Fault {
  field?: string | undefined;
  words: string;
}

/** What has to be put right, at the top and with links to the fields. Takes the focus when it appears. */
export function ErrorSummary({ problem, faults = [] }: { problem?: Problem | undefined; faults?: Fault[] }) {
  const { t } = useTexts();
  const said = useProblemWords();
  const box = useRef<HTMLDivElement>(null);
  const all: Fault[] = problem ? [{ field: problem.field, words: said(problem) }, ...faults] : faults;
  const key = all.map((fault) => fault.words).join('|');
  useEffect(() => {
    if (key) box.current?.focus();
  }, [key]);
  if (!all.length) return null;
  return (
    <div className="faults" role="alert" tabIndex={-1} ref={box}>
      <CircleAlert size={19} aria-hidden="true" />
      <div>
        <p className="faults-head">{t('fault.head')}</p>
        <ul>
          {all.map((fault) => (
            <li key={fault.words}>
              {fault.field && document.getElementById(idOf(fault.field)) ? (
                <a
                  href={`#${idOf(fault.field)}`}
                  onClick={(event) => {
                    event.preventDefault();
                    document.getElementById(idOf(fault.field ?? ''))?.focus();
                  }}
                >
                  {fault.words}
                </a>
              ) : (
                fault.words
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

const idOf = (field: string): string => `f-${field.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/-+$/g, '')}`;

type Control = ReactElement<{ id?: string; name?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }>;

/** A label, its field, a hint, and the fault beside the field that it belongs to. */
export function Field(props: {
  name: string;
  label: string;
  hint?: string | undefined;
  problem?: Problem | undefined;
  children: Control;
}) {
  const said = useProblemWords();
  const id = idOf(props.name);
  const hint = useId();
  const wrong = props.problem?.field === props.name ? said(props.problem) : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.hint && (
        <p className="hint" id={`${hint}-h`}>
          {props.hint}
        </p>
      )}
      {cloneElement(props.children, {
        id,
        name: props.name,
        ...(wrong ? { 'aria-invalid': true } : {}),
        ...(props.hint || wrong
          ? { 'aria-describedby': [props.hint && `${hint}-h`, wrong && `${hint}-e`].filter(Boolean).join(' ') }
          : {}),
      })}
      {wrong && (
        <p className="wrong" id={`${hint}-e`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

export const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
};

/** A password, a code or a token: exactly as typed. */
export const secretOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

/** What was typed stays in the form whatever the server says. */
export const submitted =
  (send: (form: FormData) => void) =>
  (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    send(new FormData(event.currentTarget));
  };

/** "German (Switzerland)" for de-CH. */
export function languageOf(locale: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

export const nameOf = (member: Schemas['MemberView']): string => member.name ?? member.code;

export function useCourseName() {
  const { list } = useTexts();
  return (course: Schemas['CourseView']): string =>
    course.members.length === 1 && course.members[0] ? nameOf(course.members[0]) : list(course.members.map(nameOf));
}
