import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../shared/api/client';
import { asProblem } from '../../shared/api/client';
import type { Problem } from '../../shared/api/problem';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { wordDiff } from '../formulation/diff';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, useChange } from '../parts';
import { useStaffName } from '../queries';
import { type Meeting, meetingCalls, meetingKey, meetingsKey, type Note } from './record';

const idleMs = 2000;
type Compartment = Schemas['SaveNote']['compartment'];

interface Kept {
  words: string;
  layout: string;
  after: number;
}

/** Saved two seconds after the last key, in this tab at once. What was answered by the server survives its end. */
function useAutosave(course: string, session: string, compartment: Compartment, note: Note | undefined) {
  const key = `note.${session}.${compartment}`;
  const [draft, setDraft] = useState<Kept>(() => {
    const server: Kept = { words: note?.draft ?? '', layout: note?.layout ?? 'plain', after: note?.saves ?? 0 };
    const tab = readDraft<Kept>(key);
    return tab && tab.after >= server.after ? tab : server;
  });
  const [state, setState] = useState<'saved' | 'waiting' | 'failed'>(
    draft.words === (note?.draft ?? '') ? 'saved' : 'waiting',
  );
  const [problem, setProblem] = useState<Problem>();
  const latest = useRef(draft);
  const sent = useRef(note?.draft ?? '');
  const timer = useRef<number | undefined>(undefined);
  const underway = useRef<Promise<void> | undefined>(undefined);
  const keep = useCallback(
    (next: Kept) => {
      latest.current = next;
      keepDraft(key, next);
      setDraft(next);
    },
    [key],
  );
  const save = useCallback((): Promise<void> => {
    clearTimeout(timer.current);
    if (underway.current) return underway.current;
    const now = latest.current;
    if (now.words === sent.current) return Promise.resolve();
    const later = () => {
      timer.current = window.setTimeout(() => void save(), idleMs);
    };
    const saving = meetingCalls(course, session)
      .save({ compartment, ...now })
      .then(
        (saved) => {
          sent.current = now.words;
          keep({ ...latest.current, after: saved.saves });
          setProblem(undefined);
          const more = latest.current.words !== now.words;
          setState(more ? 'waiting' : 'saved');
          if (more) later();
        },
        (error) => {
          setProblem(asProblem(error));
          setState('failed');
          if (latest.current.words !== now.words) later();
        },
      )
      .finally(() => {
        underway.current = undefined;
      });
    underway.current = saving;
    return saving;
  }, [course, session, compartment, keep]);
  const write = (words: string, layout = latest.current.layout) => {
    keep({ ...latest.current, words, layout });
    setState('waiting');
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void save(), idleMs);
  };
  /** Instead of saving: what is asked of the server takes the words with it. They stay unsaved where that fails. */
  const instead = async <T,>(change: (now: Kept) => Promise<T>): Promise<T> => {
    clearTimeout(timer.current);
    await underway.current;
    clearTimeout(timer.current);
    const before = sent.current;
    sent.current = latest.current.words;
    try {
      const done = await change(latest.current);
      dropDraft(key);
      return done;
    } catch (error) {
      sent.current = before;
      throw error;
    }
  };
  const restart = () => {
    latest.current = { words: '', layout: 'plain', after: 0 };
    sent.current = '';
    setDraft(latest.current);
    setState('saved');
  };
  // What a closed tab had not saved yet is put down when the page opens again; a page that is left saves at once.
  useEffect(() => {
    if (latest.current.words !== sent.current) timer.current = window.setTimeout(() => void save(), idleMs);
    return () => void save();
  }, [save]);
  const keepMine = (after: number) => {
    latest.current = { ...latest.current, after };
    setProblem(undefined);
    return save();
  };
  return { draft, state, problem, write, save, instead, restart, keepMine, forget: () => dropDraft(key) };
}

export function NoteEditor({ course, page, mine }: { course: string; page: Meeting; mine: boolean }) {
  const { t } = useTexts();
  const record = page.notes.filter((note) => note.compartment === 'record');
  const own = record.find((note) => note.mine);
  const process = page.notes.find((note) => note.compartment === 'process');
  const open = mine && (!own || own.has_draft);
  const [working, setWorking] = useState(false);
  return (
    <>
      <section className="card" aria-labelledby="note">
        <div className="card-head">
          <h2 id="note">{t('note.title')}</h2>
          {record.some((note) => note.versions.length > 0) && (
            <Link className="meta no-print" to={`/courses/${course}/sessions/${page.session.id}/note`}>
              {t('note.print')}
            </Link>
          )}
        </div>
        {record.map((note) => (
          <Signed key={note.id} course={course} page={page} note={note} mine={mine} />
        ))}
        {open && <Draft key={own?.versions.length ?? 0} course={course} page={page} note={own} />}
        {!open && record.length === 0 && <p className="empty-line">{t('note.none')}</p>}
      </section>
      {mine && (
        <section className="card" aria-labelledby="process">
          <div className="card-head">
            <h2 id="process">{t('note.process')}</h2>
            {!working && !process && (
              <button id="do-process" type="button" className="btn btn-quiet" onClick={() => setWorking(true)}>
                {t('note.process_begin')}
              </button>
            )}
          </div>
          <p className="sub measure">{t('note.process_words')}</p>
          {(working || process) && <Working course={course} page={page} note={process} />}
        </section>
      )}
    </>
  );
}

function Status({ state }: { state: 'saved' | 'waiting' | 'failed' }) {
  const { t } = useTexts();
  return (
    <span className="hint" role="status">
      {t(`note.state.${state}`)}
    </span>
  );
}

function Draft({ course, page, note }: { course: string; page: Meeting; note: Note | undefined }) {
  const { t, date } = useTexts();
  const client = useQueryClient();
  const notice = useNotice();
  const session = page.session.id;
  const own = useAutosave(course, session, 'record', note);
  const { draft, state, problem, write, save, instead, restart, keepMine, forget } = own;
  const signing = useChange();
  const [why, setWhy] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const amends = (note?.versions.length ?? 0) > 0;
  const blank = page.layouts.some((one) => one.text === draft.words);
  const sign = () =>
    void signing.run(
      () => instead((now) => meetingCalls(course, session).sign({ ...now, why: amends ? why : null })),
      () => notice({ words: t('note.signed_now') }),
      [meetingKey(course, session), meetingsKey(course), ['session-day']],
    );
  const drop = (words: string) => {
    const field = area.current;
    const from = field?.selectionStart ?? draft.words.length;
    const before = draft.words.slice(0, from);
    write(`${before}${before && !before.endsWith('\n') ? '\n' : ''}${words}\n${draft.words.slice(from)}`);
    field?.focus();
  };
  return (
    <form
      className="form note-form"
      onSubmit={(event) => {
        event.preventDefault();
        sign();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        sign();
      }}
    >
      <ErrorSummary problem={signing.problem ?? problem} />
      {problem?.code === 'note.newer' && (
        <div className="alert-do">
          <button
            type="button"
            className="btn"
            onClick={() => {
              forget();
              void client.invalidateQueries({ queryKey: meetingKey(course, session) }).then(() => location.reload());
            }}
          >
            {t('note.take_other')}
          </button>
          <button
            type="button"
            className="btn btn-quiet"
            onClick={() =>
              void client
                .refetchQueries({ queryKey: meetingKey(course, session) })
                .then(() => client.getQueryData<Meeting>(meetingKey(course, session)))
                .then((now) => keepMine(now?.notes.find((one) => one.mine && one.compartment === 'record')?.saves ?? 0))
            }
          >
            {t('note.keep_mine')}
          </button>
        </div>
      )}
      <fieldset className="seg start no-print">
        <legend className="vh">{t('note.layout')}</legend>
        {page.layouts.map((one) => (
          <button
            key={one.id}
            type="button"
            aria-pressed={draft.layout === one.id}
            disabled={!blank && draft.words !== '' && draft.layout !== one.id}
            onClick={() => write(one.text, one.id)}
          >
            {one.name}
          </button>
        ))}
      </fieldset>
      <label className="vh" htmlFor="note-words">
        {t('note.title')}
      </label>
      <textarea
        id="note-words"
        ref={area}
        className="note-words"
        rows={12}
        value={draft.words}
        placeholder={t('note.placeholder')}
        onChange={(event) => write(event.target.value)}
        onBlur={() => void save()}
      />
      {page.scores.length > 0 && (
        <details className="drop-in no-print">
          <summary>{t('note.scores', { n: page.scores.length })}</summary>
          <ul className="rows">
            {page.scores.map((line) => (
              <li key={line.sheet} className="row">
                <button type="button" className="btn btn-quiet" onClick={() => drop(line.words)}>
                  {t('note.drop')}
                </button>
                <span className="meta num">
                  {date(line.at)} · {line.words}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {amends && (
        <Field name="why" label={t('note.why')} hint={t('note.why_hint')} problem={signing.problem}>
          <input type="text" autoComplete="off" value={why} onChange={(event) => setWhy(event.target.value)} />
        </Field>
      )}
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={signing.busy} aria-keyshortcuts="Control+Enter">
          {t(amends ? 'note.sign_again' : 'note.sign')}
        </button>
        {note?.has_draft && (
          <button
            type="button"
            className="btn btn-quiet"
            disabled={signing.busy}
            onClick={() =>
              void signing.run(() => instead(() => meetingCalls(course, session).drop(note.id)), restart, [
                meetingKey(course, session),
              ])
            }
          >
            {t(amends ? 'note.drop_amendment' : 'note.drop_draft')}
          </button>
        )}
        <Status state={state} />
      </div>
      <p className="hint">{t('note.sign_words')}</p>
    </form>
  );
}

function Working({ course, page, note }: { course: string; page: Meeting; note: Note | undefined }) {
  const { t } = useTexts();
  const { draft, state, problem, write, save } = useAutosave(course, page.session.id, 'process', note);
  return (
    <div className="form">
      <ErrorSummary problem={problem} />
      <label className="vh" htmlFor="process-words">
        {t('note.process')}
      </label>
      <textarea
        id="process-words"
        className="note-words"
        rows={5}
        value={draft.words}
        onChange={(event) => write(event.target.value)}
        onBlur={() => void save()}
      />
      <Status state={state} />
    </div>
  );
}

/** What was signed, the newest first, and what each amendment changed. */
function Signed({ course, page, note, mine }: { course: string; page: Meeting; note: Note; mine: boolean }) {
  const { t, time } = useTexts();
  const staffName = useStaffName();
  const { busy, problem, run } = useChange();
  const by = (id: string) => staffName(id) ?? t('glass.somebody');
  const newest = note.versions[0];
  if (!newest)
    return note.mine ? null : <p className="empty-line">{t('note.others_draft', { name: by(note.author) })}</p>;
  return (
    <article className="signed">
      <div className="letter">
        {newest.words.split(/\n+/).map((line, i) => (
          <p key={`${i}-${line.length}`}>{line}</p>
        ))}
      </div>
      <p className="meta num">
        {t(note.versions.length > 1 ? 'note.amended_by' : 'note.signed_by', {
          name: by(newest.signed_by),
          at: time(newest.signed_at),
        })}
      </p>
      {note.versions.length > 1 && (
        <details>
          <summary>{t('note.history', { n: note.versions.length })}</summary>
          {note.versions.map((version, i) => {
            const before = note.versions[i + 1];
            return (
              <section key={version.id} className="version">
                <h3>{t('note.version', { n: version.number })}</h3>
                <p className="meta num">
                  {t('note.signed_by', { name: by(version.signed_by), at: time(version.signed_at) })}
                  {version.why && ` · ${version.why}`}
                </p>
                <p className="account diff">
                  {before
                    ? wordDiff(before.words, version.words).map((run, j) =>
                        run.is === 'same' ? (
                          <span key={`${j}-${run.is}`}>{run.words}</span>
                        ) : run.is === 'added' ? (
                          <ins key={`${j}-${run.is}`}>{run.words}</ins>
                        ) : (
                          <del key={`${j}-${run.is}`}>{run.words}</del>
                        ),
                      )
                    : version.words}
                </p>
              </section>
            );
          })}
        </details>
      )}
      <ErrorSummary problem={problem} />
      {mine && note.mine && !note.has_draft && (
        <div className="alert-do no-print">
          <button
            type="button"
            className="btn btn-quiet"
            disabled={busy}
            onClick={() =>
              void run(() => meetingCalls(course, page.session.id).amend(), undefined, [
                meetingKey(course, page.session.id),
              ])
            }
          >
            {t('note.amend')}
          </button>
        </div>
      )}
    </article>
  );
}
