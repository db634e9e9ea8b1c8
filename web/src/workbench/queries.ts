import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../shared/api/client';

export const useCourses = () =>
  useQuery({ queryKey: ['courses'], queryFn: async () => (await ask(api.GET('/api/v1/courses'))).items });

export const useRisks = () =>
  useQuery({ queryKey: ['risks'], queryFn: async () => (await ask(api.GET('/api/v1/risks'))).items });

export const useInstruments = () =>
  useQuery({
    queryKey: ['instruments'],
    queryFn: async () => (await ask(api.GET('/api/v1/instruments'))).items,
    staleTime: 600_000,
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
