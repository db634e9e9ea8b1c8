import { useQuery } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../../shared/api/client';

export type FeedbackPage = Schemas['FeedbackPage'];
export type Measure = FeedbackPage['measures'][number];
export type Alliance = FeedbackPage['alliance'][number];
export type Alert = FeedbackPage['alerts'][number];
export type WhatNow = FeedbackPage['reasons'][number];
export type Finding = FeedbackPage['promise'];

export const feedbackKey = (course: string) => ['course', course, 'feedback'];

export const useFeedback = (course: string) =>
  useQuery({
    queryKey: feedbackKey(course),
    queryFn: () => ask(api.GET('/api/v1/courses/{course}/feedback', { params: { path: { course } } })),
  });
