import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ask } from '../shared/api/client';

export const coursesQuery = queryOptions({
  queryKey: ['courses'],
  queryFn: async () => (await ask(api.GET('/api/v1/courses'))).items,
});
export const useCourses = () => useQuery(coursesQuery);

export const useRisks = () =>
  useQuery({ queryKey: ['risks'], queryFn: async () => (await ask(api.GET('/api/v1/risks'))).items });

export const useInstruments = () =>
  useQuery({
    queryKey: ['instruments'],
    queryFn: async () => (await ask(api.GET('/api/v1/instruments'))).items,
    staleTime: 600_000,
  });

export const useWordings = () =>
  useQuery({ queryKey: ['wordings'], queryFn: async () => (await ask(api.GET('/api/v1/wordings'))).items });

/** Whether sheets may be given for phones, and what stands in the way. */
export const usePhone = () => useQuery({ queryKey: ['phone'], queryFn: () => ask(api.GET('/api/v1/phone')) });

export const useForm = (course: string, sheet: string, wanted = true) =>
  useQuery({
    queryKey: ['course', course, 'form', sheet],
    queryFn: () =>
      ask(api.GET('/api/v1/courses/{course}/sheets/{sheet}/form', { params: { path: { course, sheet } } })),
    enabled: wanted,
  });

export const useCourse = (course: string) =>
  useQuery({
    queryKey: ['course', course],
    queryFn: () => ask(api.GET('/api/v1/courses/{course}', { params: { path: { course } } })),
  });

export const useCoursePage = (course: string) =>
  useQuery({
    queryKey: ['course', course, 'page'],
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/page', { params: { path: { course } } })),
  });

export const useSheet = (course: string, sheet: string) =>
  useQuery({
    queryKey: ['course', course, 'sheet', sheet],
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/sheets/{sheet}', { params: { path: { course, sheet } } })),
  });

export const usePerson = (person: string, wanted = true) =>
  useQuery({
    queryKey: ['person', person],
    queryFn: () => ask(api.GET('/api/v1/people/{person}', { params: { path: { person } } })),
    enabled: wanted,
  });

export const useStaff = () =>
  useQuery({
    queryKey: ['staff'],
    queryFn: async () => (await ask(api.GET('/api/v1/staff'))).items,
    staleTime: 600_000,
  });

/** The name of somebody who works here, by their id; nothing where it is nobody's. */
export function useStaffName() {
  const staff = useStaff();
  return (id: string | null): string | undefined => staff.data?.find((one) => one.id === id)?.display_name;
}

export const useGlass = (course: string, wanted = true) =>
  useQuery({
    queryKey: ['course', course, 'glass'],
    queryFn: async () =>
      (await ask(api.GET('/api/v1/courses/{course}/broken-glass', { params: { path: { course } } }))).items,
    enabled: wanted,
  });
