import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../shared/api/client';

export const useSystems = () =>
  useQuery({
    queryKey: ['coding-systems'],
    queryFn: async () => (await ask(api.GET('/api/v1/coding-systems'))).items,
    staleTime: 600_000,
  });

export const useClips = () =>
  useQuery({ queryKey: ['clips'], queryFn: async () => (await ask(api.GET('/api/v1/clips'))).items });

export const useClip = (clip: string) =>
  useQuery({
    queryKey: ['clips', clip],
    queryFn: () => ask(api.GET('/api/v1/clips/{clip}', { params: { path: { clip } } })),
  });

export const useCoding = (coding: string) =>
  useQuery({
    queryKey: ['coding', coding],
    queryFn: () => ask(api.GET('/api/v1/codings/{coding}', { params: { path: { coding } } })),
  });
