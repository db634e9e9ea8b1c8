import '../shared/fonts.css';
import '../shared/tokens.css';
import '../shared/base.css';
import './portal.css';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import words from '../shared/i18n/en-portal.json';
import questions from '../shared/i18n/en-questions.json';
import { Texts } from '../shared/i18n/texts';
import { call, carry } from './exchange';
import { isAside, path, taken } from './link';
import { Contact, Frame, Help, Portal } from './Portal';

// Another link opened in the same tab changes only what stands behind the #.
addEventListener('hashchange', () => location.reload());

// What is no sheet is loaded when it is asked for.
const Aside = lazy(() => import('./aside/Aside'));

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Texts messages={{ ...questions, ...words }}>
        <Suspense>
          {isAside ? <Aside parts={{ path, taken, call, carry, Contact, Frame, Help }} /> : <Portal />}
        </Suspense>
      </Texts>
    </StrictMode>,
  );
