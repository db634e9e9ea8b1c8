import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../shared/api/client';
import { ShownMap } from '../../shared/charts/AttachmentMap';
import { Loaded } from '../parts';

export const useShownMap = (course: string, person: string) =>
  useQuery({
    queryKey: ['course', course, 'map', person, 'shown'],
    queryFn: () =>
      ask(api.GET('/api/v1/courses/{course}/people/{person}/map/shown', { params: { path: { course, person } } })),
  });

/** A person's map as they are shown it: fetched without any word that is not for them. */
export function PersonsMap({ course, person }: { course: string; person: string }) {
  const map = useShownMap(course, person);
  return (
    <Loaded query={map} part>
      {(shown) => <ShownMap map={shown} />}
    </Loaded>
  );
}
