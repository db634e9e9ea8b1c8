import '../shared/fonts.css';
import '../shared/tokens.css';
import '../shared/base.css';
import './workbench.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ComponentType, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import { Problem } from '../shared/api/problem';
import formulation from '../shared/i18n/en-formulation.json';
import map from '../shared/i18n/en-map.json';
import questions from '../shared/i18n/en-questions.json';
import words from '../shared/i18n/en-workbench.json';
import { Texts } from '../shared/i18n/texts';
import { chooseScheme, chosenScheme } from '../shared/ui/theme';
import { Gate, NotFound } from './Gate';
import { Notices } from './Notices';
import { Shell } from './Shell';
import { SessionProvider } from './session';

chooseScheme(chosenScheme());

const page = (load: () => Promise<{ default: ComponentType }>) => ({
  lazy: async () => ({ Component: (await load()).default }),
});

const router = createBrowserRouter([
  {
    element: <Gate />,
    hydrateFallbackElement: <p />,
    children: [
      { path: '/set-up', ...page(() => import('./pages/SetUp')) },
      { path: '/sign-in', ...page(() => import('./pages/SignIn')) },
      { path: '/welcome', ...page(() => import('./pages/Welcome')) },
      { path: '/room', ...page(() => import('./pages/Room')) },
      {
        element: <Shell />,
        children: [
          { path: '/', element: <Navigate to="/today" replace /> },
          { path: '/today', ...page(() => import('./pages/Today')) },
          { path: '/caseload', ...page(() => import('./pages/Caseload')) },
          { path: '/new', ...page(() => import('./pages/NewClient')) },
          { path: '/courses/:course', ...page(() => import('./pages/Course')) },
          { path: '/courses/:course/begin', ...page(() => import('./pages/Begin')) },
          { path: '/courses/:course/sessions', ...page(() => import('./pages/Meetings')) },
          { path: '/courses/:course/sessions/:session', ...page(() => import('./pages/Meeting')) },
          { path: '/courses/:course/sessions/:session/note', ...page(() => import('./pages/MeetingNote')) },
          { path: '/courses/:course/history', ...page(() => import('./pages/History')) },
          { path: '/courses/:course/map', ...page(() => import('./pages/Map')) },
          { path: '/courses/:course/map/shown', ...page(() => import('./pages/MapShown')) },
          { path: '/courses/:course/feedback', ...page(() => import('./pages/Feedback')) },
          { path: '/courses/:course/formulation', ...page(() => import('./pages/Formulation')) },
          { path: '/courses/:course/formulation/write', ...page(() => import('./pages/FormulationWrite')) },
          { path: '/courses/:course/formulation/page', ...page(() => import('./pages/FormulationPage')) },
          { path: '/courses/:course/formulation/versions', ...page(() => import('./pages/FormulationVersions')) },
          { path: '/courses/:course/plan', ...page(() => import('./pages/Plan')) },
          { path: '/courses/:course/safety', ...page(() => import('./pages/Safety')) },
          { path: '/courses/:course/ending', ...page(() => import('./pages/Ending')) },
          { path: '/courses/:course/episodes', ...page(() => import('./pages/Episodes')) },
          { path: '/courses/:course/people', ...page(() => import('./pages/Begin')) },
          { path: '/courses/:course/people/:person', ...page(() => import('./pages/Person')) },
          { path: '/courses/:course/people/:person/copy', ...page(() => import('./pages/Copy')) },
          { path: '/courses/:course/documents', ...page(() => import('./pages/Documents')) },
          { path: '/courses/:course/documents/:document', ...page(() => import('./pages/Document')) },
          { path: '/courses/:course/seen', ...page(() => import('./pages/Seen')) },
          { path: '/courses/:course/give', ...page(() => import('./pages/Give')) },
          { path: '/courses/:course/sheets/:sheet', ...page(() => import('./pages/Sheet')) },
          { path: '/courses/:course/sheets/:sheet/move', ...page(() => import('./pages/Move')) },
          { path: '/courses/:course/sheets/:sheet/paper', ...page(() => import('./pages/Paper')) },
          { path: '/desk', ...page(() => import('./pages/Desk')) },
          { path: '/desk/clips/:clip', ...page(() => import('./pages/Clip')) },
          { path: '/desk/codings/:coding', ...page(() => import('./pages/Coding')) },
          { path: '/desk/agreement', ...page(() => import('./pages/DeskAgreement')) },
          { path: '/desk/own', ...page(() => import('./pages/DeskOwn')) },
          { path: '/desk/plan', ...page(() => import('./pages/DeskPlan')) },
          { path: '/desk/systems', ...page(() => import('./pages/DeskSystems')) },
          { path: '/protocols', ...page(() => import('./pages/Protocols')) },
          { path: '/protocols/own', ...page(() => import('./pages/ProtocolOwn')) },
          { path: '/supervision', ...page(() => import('./pages/Supervision')) },
          { path: '/outlines', ...page(() => import('./pages/Outlines')) },
          { path: '/measures', ...page(() => import('./pages/Measures')) },
          { path: '/measures/:measure/wording', ...page(() => import('./pages/Wording')) },
          { path: '/measures/:measure/ask', ...page(() => import('./pages/AskOwner')) },
          { path: '/settings', ...page(() => import('./pages/Settings')) },
          { path: '/settings/users', ...page(() => import('./pages/Users')) },
          { path: '/settings/due', ...page(() => import('./pages/Due')) },
          { path: '/settings/safety', ...page(() => import('./pages/SafetySettings')) },
          { path: '/settings/account', ...page(() => import('./pages/Account')) },
          { path: '/keys', ...page(() => import('./pages/Keys')) },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);

// No polling and no refetch on focus: a page that nobody uses must let the session lock.
const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (times, error) => times < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: false,
      staleTime: 0,
    },
  },
});

// A token behind the # of an address that is open already.
addEventListener('hashchange', () => location.reload());

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Texts messages={{ ...questions, ...words, ...formulation, ...map }}>
        <QueryClientProvider client={client}>
          <SessionProvider>
            <Notices>
              <RouterProvider router={router} />
            </Notices>
          </SessionProvider>
        </QueryClientProvider>
      </Texts>
    </StrictMode>,
  );
