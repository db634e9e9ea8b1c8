import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../shared/api/client';

export const safetyKey = (course: string) => ['course', course, 'safety'];
/** What a change of safety may have changed elsewhere. */
export const touched = (course: string) => [['course', course], ['risks'], ['courses'], ['escalations']];

const at = (course: string) => ({ params: { path: { course } } });

export const useSafety = (course: string) =>
  useQuery({ queryKey: safetyKey(course), queryFn: () => ask(api.GET('/api/v1/courses/{course}/safety', at(course))) });

export const useHolds = (course: string) =>
  useQuery({
    queryKey: ['course', course, 'holds'],
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/holds', at(course))),
  });

export const useChildNotes = (course: string) =>
  useQuery({
    queryKey: ['course', course, 'child-notes'],
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/child-notes', at(course))),
  });

export const useSafetyPlans = (course: string, person: string) =>
  useQuery({
    queryKey: ['course', course, 'safety-plans', person],
    queryFn: async () =>
      (
        await ask(
          api.GET('/api/v1/courses/{course}/people/{person}/safety-plans', { params: { path: { course, person } } }),
        )
      ).items,
  });

export const useEnding = (course: string) =>
  useQuery({
    queryKey: ['course', course, 'ending'],
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/ending', at(course))),
  });

export const useCases = (course: string) =>
  useQuery({
    queryKey: ['course', course, 'cases'],
    queryFn: async () => (await ask(api.GET('/api/v1/courses/{course}/supervision-cases', at(course)))).items,
  });

export const useStaffing = () => useQuery({ queryKey: ['staffing'], queryFn: () => ask(api.GET('/api/v1/staffing')) });

/** "2026-11-25T10:42" of a field as the API takes it. */
export const instantOf = (typed: string): string => new Date(typed).toISOString();
/** A moment as a field of date and time takes it, on this clock. */
export const localField = (at: Date): string =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
