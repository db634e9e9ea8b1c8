import { useState } from 'react';
import type { Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { keepDraft, readDraft } from '../drafts';
import { useAge, useFigureName, useKind } from '../history/words';
import { useNotice } from '../Notices';
import { useChange } from '../parts';
import { EvidenceForm, type Opening } from './Claims';
import type { About } from './Frame';
import { addedTo, type ClaimBook, claimCalls, claimsKey } from './record';

type Question = Schemas['CandidateQuestion'];
const keyOf = (question: Question) => `${question.claim}.${question.source_id}`;

/** What may belong together is asked, with the reason for asking. The program links nothing. */
export function Questions({ about, book, opened, open }: { about: About; book: ClaimBook } & Opening) {
  const { t } = useTexts();
  const key = `asked.${about.course.id}.${about.member.person}`;
  const [put, setPut] = useState<string[]>(() => readDraft<string[]>(key) ?? []);
  const questions = book.questions.filter((each) => !put.includes(keyOf(each)));
  return (
    <section className="card" aria-labelledby="questions">
      <h2 id="questions">{t('question.title')}</h2>
      <p className="sub">{t('question.words')}</p>
      {questions.length === 0 ? (
        <p className="empty-line">{t('question.none')}</p>
      ) : (
        <ul className="rows">
          {questions.map((question) => (
            <li key={keyOf(question)}>
              <Asked
                about={about}
                book={book}
                question={question}
                opened={opened}
                open={open}
                putAside={() => {
                  const now = [...put, keyOf(question)];
                  setPut(now);
                  keepDraft(key, now);
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="finding">
        <h3>{book.continuity.statement}</h3>
        <p className="meta">{book.continuity.basis}</p>
        <p className="meta">{book.continuity.limits}</p>
      </div>
    </section>
  );
}

function Asked(props: { about: About; book: ClaimBook; question: Question; putAside: () => void } & Opening) {
  const { about, book, question, opened, open } = props;
  const { t, date } = useTexts();
  const age = useAge();
  const kind = useKind();
  const figureName = useFigureName(about.course.members);
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const claim = book.claims.find((each) => each.claim.id === question.claim);
  if (!claim) return null;
  const rule = t('claim.rule', { cue: claim.claim.cue, expectation: claim.claim.expectation });
  const event = about.view.history.find((each) => each.id === question.source_id);
  const what =
    question.source === 'history'
      ? t('question.event', { kind: kind(question.kind), age: event ? age(event) : '' })
      : t(`question.${question.source}`, { date: question.on ? date(question.on) : '', words: question.words ?? '' });
  const mark = `question.${keyOf(question)}`;
  const calls = claimCalls(about.course.id, about.member.person);
  const stale = [claimsKey(about.course.id, about.member.person)];
  return (
    <article className="asked">
      <p>{t('question.ask', { what, rule })}</p>
      <p className="meta">
        {question.reason === 'same_word'
          ? t('question.same_word', { word: question.word ?? '' })
          : t('question.same_figure', {
              name: figureName(about.view.figures.find((each) => each.id === question.figure)),
            })}
      </p>
      {about.mine && (
        <div className="alert-do no-print">
          <button
            type="button"
            className="btn btn-quiet"
            aria-expanded={opened === mark}
            onClick={() => open(opened === mark ? undefined : mark)}
          >
            {t('question.yes')}
          </button>
          <button type="button" className="btn btn-quiet" onClick={props.putAside}>
            {t('question.aside')}
          </button>
        </div>
      )}
      {opened === mark && (
        <EvidenceForm
          about={about}
          book={book}
          begin={{ source: question.source, id: question.source_id, words: '' }}
          busy={busy}
          problem={problem}
          close={() => open(undefined)}
          send={(body) =>
            void run(
              () => calls.addEvidence(question.claim, body),
              (after) => {
                open(undefined);
                const now = after.claims.find((each) => each.claim.id === question.claim);
                const added = addedTo(claim.evidence, now?.evidence ?? [], (each) => each.id);
                notice({
                  words: t('evidence.added'),
                  stale,
                  ...(added ? { undo: () => calls.removeEvidence(added.id) } : {}),
                });
              },
              stale,
            )
          }
        />
      )}
    </article>
  );
}
