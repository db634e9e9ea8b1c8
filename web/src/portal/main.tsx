import '../shared/fonts.css';
import '../shared/tokens.css';
import '../shared/base.css';
import './portal.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import words from '../shared/i18n/en-portal.json';
import questions from '../shared/i18n/en-questions.json';
import { Texts } from '../shared/i18n/texts';
import { Portal } from './Portal';

// Another link opened in the same tab changes only what stands behind the #.
addEventListener('hashchange', () => location.reload());

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Texts messages={{ ...questions, ...words }}>
        <Portal />
      </Texts>
    </StrictMode>,
  );
