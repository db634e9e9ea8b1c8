import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { Problem } from '../../shared/api/problem';
import { useTexts } from '../../shared/i18n/texts';
import { ClassPart } from '../desk/ClassPart';
import { CodeKeys, CodeList } from '../desk/Codes';
import { DeskTexts, Notices } from '../desk/Desk';
import { after, type Code, type CodedEvent, latest, type Rating, running, type System } from '../desk/events';
import { Player } from '../desk/Player';
import { useLocalFile, usePlayback } from '../desk/playback';
import { useCoding, useSystems } from '../desk/queries';
import { newId, Queue, type QueueState, type Step } from '../desk/queue';
import { Ratings } from '../desk/Ratings';
import { Strip } from '../desk/Strip';
import { keysOn, typing } from '../keymap';
import { useNotice } from '../Notices';
import { ErrorSummary, Loaded, Page, useChange, useProblemWords } from '../parts';
import { useStaffName } from '../queries';

type Sheet = Schemas['CodingSheetView'];

export default function Coding() {
  return (
    <DeskTexts>
      <CodingPage />
    </DeskTexts>
  );
}

function CodingPage() {
  const { coding = '' } = useParams();
  const sheet = useCoding(coding);
  const systems = useSystems();
  return (
    <Loaded query={sheet}>
      {(one) => (
        <Loaded query={systems}>
          {(all) => {
            const system = all.find((known) => known.id === one.system && known.version === one.version);
            return system ? <Observed key={one.id} sheet={one} system={system} /> : <Unknown sheet={one} />;
          }}
        </Loaded>
      )}
    </Loaded>
  );
}

function Unknown({ sheet }: { sheet: Sheet }) {
  const { t } = useTexts();
  return (
    <Page title="coding.title" heading={sheet.system_name} plain>
      <div className="card empty">
        <p>{t('coding.unknown', { system: `${sheet.system} ${sheet.version}` })}</p>
      </div>
    </Page>
  );
}

const holdMs = 400;

const rerated = (ratings: readonly Rating[], step: Step): Rating[] => {
  if (step.kind !== 'rate') return [...ratings];
  const others = ratings.filter((one) => one.scale !== step.scale || one.segment !== step.segment);
  return step.value === null
    ? others
    : [...others, { scale: step.scale, segment: step.segment, value: step.value, note: null }];
};

/** What is put down goes to the disk at once; here it shows at once. Steps are replayed over what the server says. */
function useSteps(sheet: Sheet) {
  const log = useRef<Step[]>([]);
  const queue = useRef<Queue>(undefined);
  const [state, setState] = useState<QueueState>({ waiting: 0, held: false });
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const coding = sheet.id;

  const note = useCallback((step: Step) => {
    log.current = [...log.current, step];
    setSteps(log.current);
  }, []);
  useEffect(() => {
    const made = new Queue(`coding:${coding}`, (step) => send(coding, step), setState);
    queue.current = made;
    for (const step of made.pending()) note(step);
    return () => made.stop();
  }, [coding, note]);
  const push = useCallback(
    (step: Step) => {
      note(step);
      queue.current?.push(step);
    },
    [note],
  );
  const again = useCallback(() => queue.current?.again(), []);
  const events = useMemo(() => steps.reduce<CodedEvent[]>(after, sheet.events), [steps, sheet.events]);
  const ratings = useMemo(() => steps.reduce<Rating[]>(rerated, sheet.ratings), [steps, sheet.ratings]);
  const removed = useMemo(() => {
    const gone = new Set(steps.flatMap((step) => (step.kind === 'undo' ? [step.id] : [])));
    return sheet.removed + sheet.events.filter((event) => gone.has(event.id)).length;
  }, [steps, sheet]);
  return { events, ratings, removed, state, push, note, again };
}

function send(coding: string, step: Step): Promise<unknown> {
  const path = { coding };
  switch (step.kind) {
    case 'put':
      return ask(
        api.POST('/api/v1/codings/{coding}/codes', {
          params: { path },
          body: { id: step.id, code: step.code, start_ms: step.start_ms },
        }),
      );
    case 'add': {
      const { kind: _, id, ...body } = step;
      return ask(api.PATCH('/api/v1/codings/{coding}/codes/{code}', { params: { path: { coding, code: id } }, body }));
    }
    case 'undo':
      return ask(
        api.DELETE('/api/v1/codings/{coding}/codes/{code}', { params: { path: { coding, code: step.id } } }),
      ).catch((error: unknown) => {
        // It was taken back, and only the answer got lost.
        if (!(error instanceof Problem && error.code === 'coded_event.not_found')) throw error;
      });
    case 'rate':
      return ask(
        api.PUT('/api/v1/codings/{coding}/ratings', {
          params: { path },
          body: { scale: step.scale, segment: step.segment, value: step.value },
        }),
      );
  }
}

function Observed({ sheet, system }: { sheet: Sheet; system: System }) {
  const { t, date } = useTexts();
  const staffName = useStaffName();
  const client = useQueryClient();
  const { file, choose } = useLocalFile(sheet.clip);
  const playback = usePlayback(file, sheet.length_ms);
  const { events, ratings, removed, state, push, note, again } = useSteps(sheet);
  const writes = sheet.is_own && sheet.finished_at === null;
  const [last, setLast] = useState<string>();

  const put = useCallback(
    (code: Code): CodedEvent['id'] => {
      const id = newId();
      push({ kind: 'put', id, code: code.id, start_ms: playback.now() });
      setLast(id);
      return id;
    },
    [push, playback],
  );
  const end = useCallback(
    (event: CodedEvent) => push({ kind: 'add', id: event.id, end_ms: Math.max(event.start_ms, playback.now()) }),
    [push, playback],
  );
  const press = useCallback(
    (code: Code) => {
      const goes = running(events, code);
      if (goes) end(goes);
      else put(code);
    },
    [events, end, put],
  );
  const undo = useCallback(
    (event: CodedEvent | undefined) => {
      if (event) push({ kind: 'undo', id: event.id });
    },
    [push],
  );
  const value = useCallback(
    (event: CodedEvent, to: number) => {
      if (event.value === null) return push({ kind: 'add', id: event.id, value: to });
      if (event.value === to) return;
      // Another value takes the place of the code: the server keeps the old one as removed.
      void ask(
        api.PATCH('/api/v1/codings/{coding}/codes/{code}', {
          params: { path: { coding: sheet.id, code: event.id } },
          body: { value: to },
        }),
      )
        .then(() => note({ kind: 'undo', id: event.id }))
        .catch(() => undefined)
        .finally(() => client.invalidateQueries({ queryKey: ['coding', sheet.id] }));
    },
    [push, note, client, sheet.id],
  );

  useCodingKeys(writes, system, events, { put, end, undo, playback });

  return (
    <Page
      title="coding.title"
      heading={system.name}
      facts={
        <>
          <span>
            <Link to={`/desk/clips/${sheet.clip}`}>{t('desk.clip', { n: sheet.clip_number })}</Link>
          </span>{' '}
          {sheet.label && <span>{sheet.label}</span>} <span>{t(`desk.kind.${sheet.clip_kind}`)}</span>{' '}
          <span>{t(`coding.purpose.${sheet.purpose}`)}</span>{' '}
          <span>
            {sheet.is_own ? t('coding.own') : t('coding.by', { name: staffName(sheet.coder) ?? t('desk.somebody') })}
          </span>{' '}
          <span>
            {sheet.finished_at ? t('coding.finished', { date: date(sheet.finished_at) }) : t('coding.unfinished')}
          </span>
        </>
      }
      actions={writes ? <Saved state={state} again={again} /> : <Export coding={sheet.id} />}
    >
      <div className="col-wide">
        <Notices words={sheet.notices} />
        <Player file={file} choose={choose} playback={playback} />
        {writes && system.codes.length > 0 && <CodeKeys system={system} events={events} put={press} undo={undo} />}
        <Strip
          system={system}
          events={events}
          lengthMs={playback.lengthMs}
          atMs={playback.shown}
          seek={playback.seek}
        />
        <Ratings
          system={system}
          ratings={ratings}
          means={writes ? meansOf(system, ratings) : sheet.means}
          lengthMs={playback.lengthMs}
          {...(writes
            ? {
                rate: (scale: string, segment: string, to: number | null) =>
                  push({ kind: 'rate', scale, segment, value: to }),
              }
            : {})}
        />
        <ClassPart system={system} coding={sheet.id} given={sheet.given_class} writes={writes} />
        {writes && <Finish sheet={sheet} lengthMs={file ? playback.lengthMs : 0} waiting={state.waiting} />}
        {!writes && sheet.clip_kind !== 'record' && system.id === 'strange-situation' && sheet.finished_at && (
          <Screening coding={sheet.id} />
        )}
      </div>
      <div className="col-side">
        <CodeList
          system={system}
          events={events}
          removed={removed}
          latest={last}
          seek={playback.seek}
          {...(writes ? { value, undo } : {})}
        />
        <section className="card" aria-labelledby="caution">
          <h2 id="caution">{t('coding.caution')}</h2>
          <p className="sub">{system.caution}</p>
        </section>
        {sheet.certification && (
          <section className="card" aria-labelledby="certified">
            <h2 id="certified">{t('coding.certified')}</h2>
            <p className="sub">{sheet.certification}</p>
          </section>
        )}
      </div>
    </Page>
  );
}

const meansOf = (system: System, ratings: readonly Rating[]) =>
  system.scales
    .filter((scale) => scale.averaged)
    .map((scale) => ({ scale: scale.id, of: ratings.filter((one) => one.scale === scale.id) }))
    .filter(({ of }) => of.length > 0)
    .map(({ scale, of }) => ({
      scale,
      mean: of.reduce((sum, one) => sum + one.value, 0) / of.length,
      parts: of.length,
    }));

interface Doing {
  put: (code: Code) => string;
  end: (event: CodedEvent) => void;
  undo: (event: CodedEvent | undefined) => void;
  playback: ReturnType<typeof usePlayback>;
}

/** One key, one code. A code that lasts is held, or tapped to begin and tapped to end. */
function useCodingKeys(writes: boolean, system: System, events: readonly CodedEvent[], doing: Doing) {
  const now = useRef({ events, doing });
  now.current = { events, doing };
  const keys = useMemo(() => new Map(system.codes.map((code) => [code.key, code])), [system]);
  useEffect(() => {
    const held = new Map<string, { id: string; at: number }>();
    const takes = (event: Event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const down = (event: KeyboardEvent) => {
      const { events, doing } = now.current;
      const inField =
        event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]');
      if (writes && (event.ctrlKey || event.metaKey) && !event.altKey && event.key === 'z' && !inField) {
        takes(event);
        if (!event.repeat) doing.undo(latest(events));
        return;
      }
      if (!keysOn() || typing(event)) return;
      const onButton = event.target instanceof HTMLElement && event.target.matches('button, a, summary, [role=button]');
      if (event.key === ' ' && !onButton) {
        takes(event);
        if (!event.repeat) doing.playback.toggle();
        return;
      }
      if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
        takes(event);
        doing.playback.seek(
          doing.playback.now() + (event.key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? 5000 : 1000),
        );
        return;
      }
      const code = writes ? keys.get(event.key) : undefined;
      if (!code) return;
      takes(event);
      if (event.repeat) return;
      const goes = running(events, code);
      if (goes) return doing.end(goes);
      const id = doing.put(code);
      if (code.span === 'duration') held.set(event.key, { id, at: performance.now() });
    };
    const up = (event: KeyboardEvent) => {
      const one = held.get(event.key);
      if (!one) return;
      held.delete(event.key);
      const coded = now.current.events.find((known) => known.id === one.id);
      if (coded?.end_ms === null && performance.now() - one.at >= holdMs) now.current.doing.end(coded);
    };
    addEventListener('keydown', down, true);
    addEventListener('keyup', up, true);
    return () => {
      removeEventListener('keydown', down, true);
      removeEventListener('keyup', up, true);
    };
  }, [writes, keys]);
}

function Saved({ state, again }: { state: QueueState; again: () => void }) {
  const { t } = useTexts();
  const words = useProblemWords();
  return (
    <div className="desk-saved">
      <p role="status" className={state.held || state.refused ? 'desk-not-saved' : 'sub'}>
        {state.held
          ? t('saved.held', { n: state.waiting })
          : state.waiting > 0
            ? t('saved.saving')
            : state.refused
              ? t('saved.refused', { why: words(state.refused.problem) })
              : t('saved.saved')}
      </p>
      {state.held && (
        <button type="button" className="btn" onClick={again}>
          {t('wait.again')}
        </button>
      )}
    </div>
  );
}

function Finish({ sheet, lengthMs, waiting }: { sheet: Sheet; lengthMs: number; waiting: number }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const navigate = useNavigate();
  const notice = useNotice();
  const changed = [['coding', sheet.id], ['clips']];
  return (
    <section className="card no-print" aria-labelledby="finish">
      <h2 id="finish">{t('finish.title')}</h2>
      <p className="measure">{t('finish.words')}</p>
      <ErrorSummary problem={problem} />
      <div className="form-do after">
        <button
          type="button"
          className="btn btn-primary"
          disabled={busy || waiting > 0}
          onClick={() =>
            void run(
              () =>
                ask(
                  api.POST('/api/v1/codings/{coding}/finish', {
                    params: { path: { coding: sheet.id } },
                    body: lengthMs > 0 ? { length_ms: lengthMs } : {},
                  }),
                ),
              () => notice({ words: t('finish.done') }),
              changed,
            )
          }
        >
          {t('finish.do')}
        </button>
        <button
          type="button"
          className="btn btn-quiet"
          disabled={busy}
          onClick={() =>
            void run(() =>
              ask(api.DELETE('/api/v1/codings/{coding}', { params: { path: { coding: sheet.id } } })), () => {
              notice({ words: t('finish.withdrawn') });
              navigate(`/desk/clips/${sheet.clip}`);
            }, [['clips']])
          }
        >
          {t('finish.withdraw')}
        </button>
      </div>
    </section>
  );
}

function Export({ coding }: { coding: string }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const words = useProblemWords();
  return (
    <>
      {problem && <p role="alert">{words(problem)}</p>}
      <button
        type="button"
        className="btn"
        disabled={busy}
        onClick={() =>
          void run(
            () => ask(api.GET('/api/v1/codings/{coding}/export', { params: { path: { coding } } })),
            (table) => {
              const link = document.createElement('a');
              link.href = URL.createObjectURL(new Blob([table.text], { type: 'text/csv' }));
              link.download = table.file_name;
              link.click();
              setTimeout(() => URL.revokeObjectURL(link.href), 1000);
            },
          )
        }
      >
        {t('coding.export')}
      </button>
      <button type="button" className="btn" onClick={() => print()}>
        {t('coding.print')}
      </button>
    </>
  );
}

/** Only of clips to train on: the server refuses it for a person. */
function Screening({ coding }: { coding: string }) {
  const { t, number } = useTexts();
  const { busy, problem, run } = useChange();
  const [said, setSaid] = useState<Schemas['TrainingScreen']>();
  return (
    <section className="card" aria-labelledby="screening">
      <h2 id="screening">{t('screening.title')}</h2>
      <p className="measure">{t('screening.words')}</p>
      <ErrorSummary problem={problem} />
      {said ? (
        <>
          <p className="headline">
            {said.suggestion ? t('screening.says', { letter: said.suggestion }) : t('screening.coder')}
          </p>
          <p className="sub">{said.reason}</p>
          {said.sample ? (
            <p className="num">
              {t('screening.composites', {
                name: said.composite,
                sample: said.sample,
                seeking: said.seeking === null ? '–' : number(said.seeking),
                resistance: said.resistance === null ? '–' : number(said.resistance),
                security: said.security === null ? '–' : number(said.security),
              })}
            </p>
          ) : (
            <p className="sub">{t('screening.no_sample', { n: said.sample_clips, of: said.sample_needed })}</p>
          )}
          {said.findings.map((finding) => (
            <div key={finding.code + finding.statement} className="finding">
              <p>{finding.statement}</p>
              <p className="sub">{finding.limits}</p>
            </div>
          ))}
        </>
      ) : (
        <button
          type="button"
          className="btn after no-print"
          disabled={busy}
          onClick={() =>
            void run(
              () => ask(api.GET('/api/v1/codings/{coding}/screening', { params: { path: { coding } } })),
              setSaid,
            )
          }
        >
          {t('screening.do')}
        </button>
      )}
    </section>
  );
}
