import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../../shared/api/client';

export type Meeting = Schemas['SessionPage'];
export type Mark = Schemas['SessionMark'];
export type Note = Schemas['NoteView'];
export type MarkKind = Mark['kind'];

export const markKinds = [
  'rupture',
  'softening',
  'mentalizing_lost',
  'mentalizing_regained',
  'corrective_moment',
] as const;

export const meetingKey = (course: string, session: string) => ['course', course, 'session', session];
export const meetingsKey = (course: string) => ['course', course, 'sessions'];

export const useMeeting = (course: string, session: string) =>
  useQuery({
    queryKey: meetingKey(course, session),
    queryFn: () =>
      ask(api.GET('/api/v1/courses/{course}/sessions/{session}', { params: { path: { course, session } } })),
  });

/** The latest first. */
export const useMeetings = (course: string) =>
  useQuery({
    queryKey: meetingsKey(course),
    queryFn: async () =>
      (await ask(api.GET('/api/v1/courses/{course}/sessions', { params: { path: { course } } }))).items,
  });

export const useDay = (wanted: boolean) =>
  useQuery({ queryKey: ['session-day'], queryFn: () => ask(api.GET('/api/v1/session-day')), enabled: wanted });

/** Puts the page that a change answered with in place of the one that is shown. */
export function useShow(course: string, session: string) {
  const client = useQueryClient();
  return (page: Meeting): void => {
    void client.cancelQueries({ queryKey: meetingKey(course, session) }); // one that was asked before is older
    client.setQueryData(meetingKey(course, session), page);
    void client.invalidateQueries({ queryKey: meetingsKey(course) });
    void client.invalidateQueries({ queryKey: ['session-day'] });
  };
}

let writing: Promise<unknown> = Promise.resolve();
/** One after another: each answers with the whole page, and an older page must not come last. */
function inOrder<T>(call: () => Promise<T>): Promise<T> {
  const next = writing.then(call, call);
  writing = next.catch(() => undefined);
  return next;
}

/** What can be done with one meeting. */
export function meetingCalls(course: string, session: string) {
  const here = { course, session };
  const path = { params: { path: here } };
  return {
    change: (body: Schemas['SessionChange']) =>
      inOrder(() => ask(api.PATCH('/api/v1/courses/{course}/sessions/{session}', { ...path, body }))),
    withdraw: () => inOrder(() => ask(api.DELETE('/api/v1/courses/{course}/sessions/{session}', path))),
    begin: () => inOrder(() => ask(api.POST('/api/v1/courses/{course}/sessions/{session}/begin', path))),
    end: () => inOrder(() => ask(api.POST('/api/v1/courses/{course}/sessions/{session}/end', path))),
    resume: () => inOrder(() => ask(api.DELETE('/api/v1/courses/{course}/sessions/{session}/end', path))),
    mark: (body: Schemas['NewMark']) =>
      inOrder(() => ask(api.POST('/api/v1/courses/{course}/sessions/{session}/marks', { ...path, body }))),
    changeMark: (mark: string, body: Schemas['MarkWords']) =>
      inOrder(() =>
        ask(
          api.PUT('/api/v1/courses/{course}/sessions/{session}/marks/{mark}', {
            params: { path: { ...here, mark } },
            body,
          }),
        ),
      ),
    takeBackMark: (mark: string) =>
      inOrder(() =>
        ask(
          api.DELETE('/api/v1/courses/{course}/sessions/{session}/marks/{mark}', {
            params: { path: { ...here, mark } },
          }),
        ),
      ),
    technique: (body: Schemas['TechniqueDone']) =>
      inOrder(() => ask(api.POST('/api/v1/courses/{course}/sessions/{session}/techniques', { ...path, body }))),
    takeBackTechnique: (technique: string) =>
      inOrder(() =>
        ask(
          api.DELETE('/api/v1/courses/{course}/sessions/{session}/techniques/{technique}', {
            params: { path: { ...here, technique } },
          }),
        ),
      ),
    rate: (body: Schemas['RateFidelity']) =>
      inOrder(() => ask(api.POST('/api/v1/courses/{course}/sessions/{session}/fidelity', { ...path, body }))),
    save: (body: Schemas['SaveNote']) =>
      inOrder(() => ask(api.PUT('/api/v1/courses/{course}/sessions/{session}/note', { ...path, body }))),
    sign: (body: Schemas['SignNote']) =>
      inOrder(() => ask(api.POST('/api/v1/courses/{course}/sessions/{session}/note/sign', { ...path, body }))),
    amend: () => inOrder(() => ask(api.POST('/api/v1/courses/{course}/sessions/{session}/note/amend', path))),
    drop: (session_note: string) =>
      inOrder(() =>
        ask(
          api.DELETE('/api/v1/courses/{course}/sessions/{session}/notes/{session_note}/draft', {
            params: { path: { ...here, session_note } },
          }),
        ),
      ),
  };
}

export function stepCalls(course: string, person: string) {
  const here = { course, person };
  return {
    add: (body: Schemas['NewStep']) =>
      ask(api.POST('/api/v1/courses/{course}/people/{person}/steps', { params: { path: here }, body })),
    change: (next_step: string, body: Schemas['StepChange']) =>
      ask(
        api.PUT('/api/v1/courses/{course}/people/{person}/steps/{next_step}', {
          params: { path: { ...here, next_step } },
          body,
        }),
      ),
    withdraw: (next_step: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/people/{person}/steps/{next_step}', {
          params: { path: { ...here, next_step } },
        }),
      ),
    addEvent: (body: Schemas['NewCourseEvent']) =>
      ask(api.POST('/api/v1/courses/{course}/people/{person}/events', { params: { path: here }, body })),
    withdrawEvent: (happened: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/people/{person}/events/{happened}', {
          params: { path: { ...here, happened } },
        }),
      ),
  };
}

/** "r2 10, t2" as techniques with minutes; nothing where it is none. */
export function techniquesIn(text: string): Schemas['TechniqueDone'][] | undefined {
  const parts = text
    .split(/[,;]+/)
    .map((part) => part.trim())
    .filter(Boolean);
  const found = parts.map((part) => /^([a-z]\d{1,2})(?:\s+(\d{1,3}))?$/i.exec(part));
  if (!parts.length || found.some((one) => !one)) return undefined;
  return found.map((one) => ({
    technique: (one?.[1] ?? '').toUpperCase(),
    minutes: one?.[2] ? Number(one[2]) : null,
  }));
}

/** 754000 ms as "12:34". */
export const offsetText = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor((ms % 60_000) / 1000)).padStart(2, '0')}`;
