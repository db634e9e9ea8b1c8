import { useQuery } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../../shared/api/client';

export type ClaimBook = Schemas['ClaimBook'];
export type ClaimView = Schemas['ClaimView'];
export type Moment = Schemas['CorrectiveMoment'];
export type Evidence = Schemas['ClaimEvidence'];
export type Version = Schemas['FormulationView'];
export type Figure = Schemas['Figure'];
export type EpisodeBook = Schemas['EpisodeBook'];
export type Episode = Schemas['EpisodeView'];

export const sectionKinds = ['protective_strategy', 'strengths', 'self_worth', 'reflection', 'with_therapist'] as const;
export type SectionKind = (typeof sectionKinds)[number];

export const claimsKey = (course: string, person: string) => ['course', course, 'claims', person];
export const versionsKey = (course: string, person: string) => ['course', course, 'formulations', person];
export const episodesKey = (course: string, person: string) => ['course', course, 'episodes', person];

const at = (course: string, person: string) => ({ params: { path: { course, person } } });

export const useClaims = (course: string, person: string) =>
  useQuery({
    queryKey: claimsKey(course, person),
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/people/{person}/claims', at(course, person))),
  });

/** Newest first. */
export const useVersions = (course: string, person: string) =>
  useQuery({
    queryKey: versionsKey(course, person),
    queryFn: async () =>
      (await ask(api.GET('/api/v1/courses/{course}/people/{person}/formulations', at(course, person)))).items,
  });

export const useEpisodes = (course: string, person: string) =>
  useQuery({
    queryKey: episodesKey(course, person),
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/people/{person}/episodes', at(course, person))),
  });

/** What can be done with claims, evidence and moments of one person in one course. */
export function claimCalls(course: string, person: string) {
  const here = { course, person };
  return {
    add: (body: Schemas['NewClaim']) =>
      ask(api.POST('/api/v1/courses/{course}/people/{person}/claims', { params: { path: here }, body })),
    change: (claim: string, body: Schemas['ClaimWords']) =>
      ask(
        api.PUT('/api/v1/courses/{course}/people/{person}/claims/{claim}', {
          params: { path: { ...here, claim } },
          body,
        }),
      ),
    remove: (claim: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/people/{person}/claims/{claim}', { params: { path: { ...here, claim } } }),
      ),
    review: (claim: string, body: Schemas['NewReview']) =>
      ask(
        api.POST('/api/v1/courses/{course}/people/{person}/claims/{claim}/reviews', {
          params: { path: { ...here, claim } },
          body,
        }),
      ),
    retire: (claim: string) =>
      ask(
        api.POST('/api/v1/courses/{course}/people/{person}/claims/{claim}/retire', {
          params: { path: { ...here, claim } },
        }),
      ),
    takeUp: (claim: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/people/{person}/claims/{claim}/retire', {
          params: { path: { ...here, claim } },
        }),
      ),
    addEvidence: (claim: string, body: Schemas['NewEvidence']) =>
      ask(
        api.POST('/api/v1/courses/{course}/people/{person}/claims/{claim}/evidence', {
          params: { path: { ...here, claim } },
          body,
        }),
      ),
    removeEvidence: (evidence: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/people/{person}/evidence/{evidence}', {
          params: { path: { ...here, evidence } },
        }),
      ),
    addMoment: (body: Schemas['NewMoment']) =>
      ask(api.POST('/api/v1/courses/{course}/people/{person}/moments', { params: { path: here }, body })),
    removeMoment: (moment: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/people/{person}/moments/{moment}', {
          params: { path: { ...here, moment } },
        }),
      ),
  };
}

/** What is in the later list and not in the earlier one: what was just added. */
export const addedTo = <T>(before: T[], after: T[], id: (one: T) => string): T | undefined => {
  const known = new Set(before.map(id));
  return after.find((one) => !known.has(id(one)));
};

/** Today on this machine, as a date field has it. */
export function today(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
