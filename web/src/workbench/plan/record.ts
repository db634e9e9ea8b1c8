import { useQuery } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../../shared/api/client';

export type Plan = Schemas['PlanView'];
export type Protocol = Schemas['ProtocolView'];
export type Stage = Schemas['ProtocolStageView'];
export type Technique = Schemas['TechniqueView'];
export type Gate = Schemas['GateState'];
export type GoalBook = Schemas['GoalBook'];
export type Goal = Schemas['GoalView'];
export type Origin = Schemas['OriginView'];
export type Evidence = Schemas['EvidenceView'];

export const planKey = (course: string) => ['course', course, 'plan'];
export const protocolsKey = ['protocols'];

export const usePlan = (course: string) =>
  useQuery({
    queryKey: planKey(course),
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/plan', { params: { path: { course } } })),
  });

export const useProtocols = (wanted = true) =>
  useQuery({
    queryKey: protocolsKey,
    queryFn: async () => (await ask(api.GET('/api/v1/protocols'))).items,
    enabled: wanted,
  });

export const referenceOf = (one: { id: string; version: string }): string => `${one.id}@${one.version}`;

/** Holds in force, each once, with what they keep back. */
export function holdsOf(plan: Plan): { label: string; techniques: string[] }[] {
  const holds = new Map<string, string[]>();
  for (const technique of plan.techniques)
    for (const { label } of technique.held) holds.set(label, [...(holds.get(label) ?? []), technique.name]);
  return [...holds].map(([label, techniques]) => ({ label, techniques }));
}

/** Names of techniques hold colons and commas. */
export const quoted = (names: string[]): string => names.map((name) => `“${name}”`).join(', ');

/** What can be done with the plan of a course. */
export function planCalls(course: string) {
  const path = { course };
  return {
    choose: (body: Schemas['ChooseProtocol']) =>
      ask(api.PUT('/api/v1/courses/{course}/plan/protocol', { params: { path }, body })),
    leave: () => ask(api.DELETE('/api/v1/courses/{course}/plan/protocol', { params: { path } })),
    enter: (body: Schemas['EnterStage']) =>
      ask(api.POST('/api/v1/courses/{course}/plan/stages', { params: { path }, body })),
    see: (body: Schemas['SeeMarker']) =>
      ask(api.POST('/api/v1/courses/{course}/plan/markers', { params: { path }, body })),
    unsee: (plan_marker: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/plan/markers/{plan_marker}', {
          params: { path: { course, plan_marker } },
        }),
      ),
    answer: (person: string, body: Schemas['AnswerGate']) =>
      ask(
        api.POST('/api/v1/courses/{course}/people/{person}/plan/gate', { params: { path: { course, person } }, body }),
      ),
    plan: (body: Schemas['PlanTechnique']) =>
      ask(api.POST('/api/v1/courses/{course}/plan/techniques', { params: { path }, body })),
    drop: (planned_technique: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/plan/techniques/{planned_technique}', {
          params: { path: { course, planned_technique } },
        }),
      ),
    addGoal: (person: string, body: Schemas['GoalWords']) =>
      ask(api.POST('/api/v1/courses/{course}/people/{person}/goals', { params: { path: { course, person } }, body })),
    changeGoal: (goal: string, body: Schemas['GoalWords']) =>
      ask(api.PUT('/api/v1/courses/{course}/goals/{goal}', { params: { path: { course, goal } }, body })),
    endGoal: (goal: string, ended: boolean) =>
      ask(
        api.POST('/api/v1/courses/{course}/goals/{goal}/end', { params: { path: { course, goal } }, body: { ended } }),
      ),
    rate: (goal: string, body: Schemas['RateGoal']) =>
      ask(api.POST('/api/v1/courses/{course}/goals/{goal}/ratings', { params: { path: { course, goal } }, body })),
    unrate: (goal_rating: string) =>
      ask(
        api.DELETE('/api/v1/courses/{course}/goal-ratings/{goal_rating}', {
          params: { path: { course, goal_rating } },
        }),
      ),
    addDay: (person: string, body: Schemas['NewLossDay']) =>
      ask(
        api.POST('/api/v1/courses/{course}/people/{person}/loss-days', { params: { path: { course, person } }, body }),
      ),
    removeDay: (loss_day: string) =>
      ask(api.DELETE('/api/v1/courses/{course}/loss-days/{loss_day}', { params: { path: { course, loss_day } } })),
  };
}

export const ownCalls = {
  text: (body: Schemas['ProtocolReference']) => ask(api.POST('/api/v1/protocols/text', { body })),
  check: (body: Schemas['DefinitionText']) => ask(api.POST('/api/v1/definitions/check', { body })),
  write: (body: Schemas['DefinitionText']) => ask(api.POST('/api/v1/definitions', { body })),
  retire: (definition: string) =>
    ask(api.DELETE('/api/v1/definitions/{definition}', { params: { path: { definition } } })),
};

/** Where an interval and its estimate lie on a line from `low` to `high`, in percent. */
export function spanOf(line: Evidence, low: number, high: number) {
  const at = (value: number) => (100 * (Math.min(high, Math.max(low, value)) - low)) / (high - low);
  if (line.estimate == null) return undefined;
  return {
    point: at(line.estimate),
    from: line.low == null ? undefined : at(line.low),
    to: line.high == null ? undefined : at(line.high),
    none: at(0),
  };
}
