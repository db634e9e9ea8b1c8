import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { useActor } from '../actors';
import { CourseTabs } from '../CourseTabs';
import { CodingCopy } from '../desk/CodingCopy';
import { useCopyParts } from '../formulation/CopyParts';
import { useAge, useFigureName, useKind } from '../history/words';
import { ErrorSummary, Loaded, nameOf, Page, useChange } from '../parts';
import { useCourse } from '../queries';
import { ScoreLines } from '../Scores';
import { useKindName } from './Documents';

/** Everything that the record holds of a person, for themselves: to print, or as a file. Made only when it is asked for. */
export default function Copy() {
  const { course: id = '', person = '' } = useParams();
  const { t } = useTexts();
  const course = useCourse(id);
  const { busy, problem, run } = useChange();
  const [copy, setCopy] = useState<Schemas['PersonCopy']>();
  return (
    <Loaded query={course}>
      {(one) => {
        const member = one.members.find((known) => known.person === person);
        return (
          <Page
            title="copy.title"
            heading={member ? nameOf(member) : undefined}
            facts={t('copy.facts')}
            tabs={<CourseTabs course={id} />}
            actions={
              copy && (
                <>
                  <button type="button" className="btn" onClick={() => save(copy)}>
                    {t('copy.save')}
                  </button>
                  <button type="button" className="btn btn-primary" onClick={() => print()}>
                    {t('print')}
                  </button>
                </>
              )
            }
            plain
          >
            <ErrorSummary problem={problem} />
            {copy ? (
              <Parts copy={copy} members={one.members} />
            ) : (
              <section className="card form">
                <p className="measure">{t('copy.before')}</p>
                <p className="form-do">
                  <button
                    type="button"
                    className="btn btn-primary"
                    disabled={busy}
                    onClick={() =>
                      void run(
                        () => ask(api.GET('/api/v1/people/{person}/copy', { params: { path: { person } } })),
                        setCopy,
                      )
                    }
                  >
                    {t('copy.make')}
                  </button>
                </p>
              </section>
            )}
          </Page>
        );
      }}
    </Loaded>
  );
}

/** The file's name has the code, never the name. */
function save(copy: Schemas['PersonCopy']): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(copy, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `record-${copy.record.person.code}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The words of a document as it was frozen. */
function wordsOf(content: string): string {
  try {
    const held: unknown = JSON.parse(content);
    if (typeof held === 'object' && held !== null && 'words' in held && typeof held.words === 'string')
      return held.words;
  } catch {
    // Frozen by a program that wrote plain words.
  }
  return content;
}

function Parts({ copy, members }: { copy: Schemas['PersonCopy']; members: Schemas['MemberView'][] }) {
  const { t, date, time, has } = useTexts();
  const actor = useActor(members);
  const kindName = useKindName();
  const age = useAge();
  const kind = useKind();
  const figureName = useFigureName();
  const inWords = (answer: string) => (/^\d+$/.test(answer) ? answer : t(`answer.${answer}`));
  const { person, figures, history, comforting, consents } = copy.record;
  const called = (figure: string | null) =>
    figure === null ? (person.name ?? person.code) : figureName(figures.find((one) => one.id === figure));
  const formulation = useCopyParts(copy, called);
  const held = [
    ['person.name', person.name],
    ['copy.code', person.code],
    ['person.contact', person.contact],
    ['contact.safe', person.safe_contact],
    ['contact.emergency', person.emergency_contact],
    ['person.birth_year', person.birth_year],
    ['person.gender', person.gender && has(`gender.${person.gender}`) ? t(`gender.${person.gender}`) : person.gender],
  ] as const;
  return (
    <>
      <Part title="copy.particulars" none={false}>
        <dl className="facts-list">
          {held.map(([label, value]) => (
            <div key={label}>
              <dt>{t(label)}</dt>
              <dd>{value ?? '–'}</dd>
            </div>
          ))}
        </dl>
      </Part>
      <Part title="copy.courses" none={copy.courses.length === 0}>
        <ul className="listed">
          {copy.courses.map((course) => (
            <li key={course.id}>
              {t(`unit.${course.unit}`)}, {t('course.since', { date: date(course.begun_on) })}
              {course.ended_on && `, ${t('course.until', { date: date(course.ended_on) })}`}
            </li>
          ))}
        </ul>
      </Part>
      <Part title="consent.head" none={consents.length === 0}>
        <ul className="listed">
          {consents.map((consent) => (
            <li key={consent.id}>
              {t(`consent.${consent.kind}`)}: {t('consent.since', { date: date(consent.given_at) })}
              {consent.withdrawn_at && `, ${t('copy.withdrawn', { date: date(consent.withdrawn_at) })}`}
              {consent.note && ` (${consent.note})`}
            </li>
          ))}
        </ul>
      </Part>
      <Part title="figures.title" none={figures.length === 0}>
        <ul className="listed">
          {figures.map((figure) => (
            <li key={figure.id}>
              {t(`figures.kind.${figure.kind}`)}
              {figure.name && `: ${figure.name}`}
            </li>
          ))}
        </ul>
      </Part>
      <Part title="history.title" none={history.length === 0}>
        <ul className="listed">
          {history.map((event) => (
            <li key={event.id}>
              {kind(event.kind)}
              {event.figure && `, ${called(event.figure)}`} ({age(event)}, {t(`history.source.${event.source}`)})
              {event.account && `: ${event.account}`}
            </li>
          ))}
        </ul>
      </Part>
      <Part title="comfort.title" none={comforting.length === 0}>
        <ul className="listed">
          {comforting.map((line) => (
            <li key={line.id}>
              {t('comfort.read', {
                what: t(`comfort.${line.answer}_said`, { giver: called(line.giver), receiver: called(line.receiver) }),
                how: line.how ?? '',
                source: t(`history.source.${line.source}`),
              })}
            </li>
          ))}
        </ul>
      </Part>
      {formulation.map((part) => (
        <Part key={part.title} title={part.title} none={part.none}>
          {part.children}
        </Part>
      ))}
      <Part title="course.sheets" none={copy.sheets.length === 0}>
        {copy.sheets.map((sheet) => (
          <div key={sheet.administration.id}>
            <ScoreLines sheet={sheet} />
            {sheet.answers.length > 0 && (
              <p className="sub num">{t('copy.answers', { answers: sheet.answers.map(inWords).join(', ') })}</p>
            )}
          </div>
        ))}
      </Part>
      <Part title="copy.risks" none={copy.risk_entries.length === 0}>
        {copy.risk_entries.map((risk) => (
          <div key={risk.id} className="finding">
            <p>{t('risk.answered', { answer: risk.answer })}</p>
            <p className="sub">
              {time(risk.created_at)}
              {risk.acknowledged_at &&
                ` · ${t('copy.done', {
                  name: actor(risk.acknowledged_by ?? ''),
                  at: time(risk.acknowledged_at),
                  what: risk.what_was_done ?? '',
                })}`}
            </p>
          </div>
        ))}
      </Part>
      <Part title="document.title" none={copy.documents.length === 0}>
        {copy.documents.map((document) => (
          <div key={document.id} className="finding">
            <h3>
              {kindName(document.kind)} <span className="meta num">{time(document.signed_at)}</span>
            </h3>
            <p className="account">{wordsOf(document.content)}</p>
          </div>
        ))}
      </Part>
      <Part title="copy.codings" none={copy.codings.length === 0}>
        <CodingCopy codings={copy.codings} />
      </Part>
      <Part title="course.seen" none={copy.seen_by.length === 0}>
        <ul className="listed">
          {copy.seen_by.map((entry) => (
            <li key={entry.number} className="num">
              {time(entry.at_ms)} · {actor(entry.actor)} ·{' '}
              {has(`action.${entry.action}`) ? t(`action.${entry.action}`) : entry.action}
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}

function Part(props: { title: string; none: boolean; children: React.ReactNode }) {
  const { t } = useTexts();
  return (
    <section className="card" aria-label={t(props.title)}>
      <h2>{t(props.title)}</h2>
      {props.none ? <p className="empty-line">{t('copy.nothing')}</p> : props.children}
    </section>
  );
}
