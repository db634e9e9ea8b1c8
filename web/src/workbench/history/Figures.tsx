import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import type { Problem } from '../../shared/api/problem';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, submitted, textOf, useChange } from '../parts';
import { SourceField, useFirstField } from './EventForm';
import { FigureMap, type ToldLine } from './FigureMap';
import { type Answer, self } from './figureMap';
import type { Source } from './timeline';
import { type Comforting, type Figure, useFigureName } from './words';

const figureKinds = [
  'mother',
  'father',
  'caregiver',
  'partner',
  'former_partner',
  'sibling',
  'friend',
  'child',
  'therapist',
  'other',
] as const;
const generations = [2, 1, 0, -1] as const;
const answers = ['came', 'mixed', 'did_not_come'] as const;
type NewFigure = Schemas['NewFigure'];
type NewComforting = Schemas['NewComforting'];

const figureAsSent = ({ kind, name, is_person, generation }: Figure): NewFigure => ({
  kind,
  name,
  is_person,
  generation,
});
const lineAsSent = ({ giver, receiver, answer, how, source }: Comforting): NewComforting => ({
  giver,
  receiver,
  answer,
  how,
  source,
});

/** Who is close to a person, over three generations, and who comforted whom. */
export function Figures(props: {
  course: Schemas['CourseView'];
  view: Schemas['PersonView'];
  name: string;
  mine: boolean;
  opened: string | undefined;
  open: (what: string | undefined) => void;
}) {
  const { view, mine, opened, open } = props;
  const { t, list } = useTexts();
  const { busy, problem, setProblem, run } = useChange();
  const notice = useNotice();
  const figureName = useFigureName(props.course.members);
  const [made, setMade] = useState(0);
  const person = view.person.id;
  const stale = [['person', person]];
  const path = { person };
  const addFigure = (body: NewFigure) => ask(api.POST('/api/v1/people/{person}/figures', { params: { path }, body }));
  const changeFigure = (figure: string, body: NewFigure) =>
    ask(api.PUT('/api/v1/people/{person}/figures/{figure}', { params: { path: { person, figure } }, body }));
  const removeFigure = (figure: string) =>
    ask(api.DELETE('/api/v1/people/{person}/figures/{figure}', { params: { path: { person, figure } } }));
  const addLine = (body: NewComforting) =>
    ask(api.POST('/api/v1/people/{person}/comforting', { params: { path }, body }));
  const removeLine = (comforting: string) =>
    ask(api.DELETE('/api/v1/people/{person}/comforting/{comforting}', { params: { path: { person, comforting } } }));

  const show = (what: string | undefined) => {
    setProblem(undefined);
    open(what);
  };
  const done = (words: string, undo?: () => Promise<unknown>) => {
    setMade(made + 1);
    open(undefined);
    document.getElementById('figures')?.focus({ preventScroll: true });
    notice({ words, stale, ...(undo ? { undo } : {}) });
  };
  const called = (id: string | null) => (id === null ? props.name : figureName(view.figures.find((f) => f.id === id)));
  const lines = view.comforting.map((line): ToldLine & { line: Comforting } => ({
    line,
    id: line.id,
    giver: line.giver ?? self,
    receiver: line.receiver ?? self,
    answer: line.answer,
    words: t('comfort.read', {
      what: t(`comfort.${line.answer}_said`, { giver: called(line.giver), receiver: called(line.receiver) }),
      how: line.how ?? '',
      source: t(`history.source.${line.source}`),
    }),
  }));
  const drawn = [
    { id: self, name: props.name, kind: t('figures.self'), generation: 0 },
    ...view.figures.map((figure) => ({
      id: figure.id,
      name: figureName(figure),
      kind: t(`figures.kind.${figure.kind}`),
      generation: figure.generation ?? 0,
    })),
  ];
  const toPerson = view.comforting.filter((line) => line.receiver === null);
  const count = (answer: Answer) => toPerson.filter((line) => line.answer === answer).length;
  const figureForm = (figure?: Figure) => (
    <FigureForm
      key={`${figure?.id ?? ''}${made}`}
      figure={figure}
      members={props.course.members.filter((member) => member.person !== person)}
      busy={busy}
      problem={problem}
      close={() => show(undefined)}
      send={(body) =>
        void run(
          () => (figure ? changeFigure(figure.id, body) : addFigure(body)),
          (after) => {
            const before = new Set(view.figures.map((one) => one.id));
            const added = after.figures.find((one) => !before.has(one.id));
            const undo = figure
              ? () => changeFigure(figure.id, figureAsSent(figure))
              : added && (() => removeFigure(added.id));
            done(t(figure ? 'history.changed' : 'figures.added'), undo);
          },
          stale,
        )
      }
    />
  );
  return (
    <section className="card" aria-labelledby="figures">
      <div className="card-head">
        <h2 id="figures" tabIndex={-1}>
          {t('comfort.title')}
        </h2>
        {mine && (
          <div className="page-do no-print">
            <button type="button" className="btn" aria-expanded={opened === 'figure'} onClick={() => show('figure')}>
              {t('figures.new')}
            </button>
            {view.figures.length > 0 && (
              <button type="button" className="btn" aria-expanded={opened === 'line'} onClick={() => show('line')}>
                {t('comfort.new')}
              </button>
            )}
          </div>
        )}
      </div>
      {view.figures.length === 0 ? (
        <p className="empty-line measure">{t('figures.none')}</p>
      ) : (
        <>
          <p className="headline">
            {t(toPerson.length ? 'comfort.headline' : 'comfort.headline_none', {
              name: props.name,
              what: list(
                answers.filter((one) => count(one)).map((one) => t(`comfort.count.${one}`, { n: count(one) })),
              ),
            })}
          </p>
          {toPerson.length > 0 && (
            <p className="sub measure">{t('comfort.reason', { n: view.figures.length - toPerson.length })}</p>
          )}
        </>
      )}
      {opened === 'figure' && mine && figureForm()}
      {opened === 'line' && mine && (
        <LineForm
          key={made}
          name={props.name}
          figures={view.figures}
          members={props.course.members}
          busy={busy}
          problem={problem}
          close={() => show(undefined)}
          send={(body) =>
            void run(
              () => addLine(body),
              (after) => {
                const before = new Set(view.comforting.map((one) => one.id));
                const added = after.comforting.find((one) => !before.has(one.id));
                done(t('comfort.added'), added && (() => removeLine(added.id)));
              },
              stale,
            )
          }
        />
      )}
      {view.figures.length > 0 && <FigureMap figures={drawn} lines={lines} title={t('comfort.picture')} />}
      {!opened && <ErrorSummary problem={problem} />}
      {lines.length > 0 && (
        <table className="table told">
          <caption className="vh">{t('comfort.table')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('history.number')}</th>
              <th scope="col">{t('comfort.what')}</th>
              <th scope="col">{t('history.how_known')}</th>
              {mine && (
                <th scope="col" className="no-print">
                  <span className="vh">{t('history.do')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ line }, i) => {
              const said = t(`comfort.${line.answer}_said`, {
                giver: called(line.giver),
                receiver: called(line.receiver),
              });
              return (
                <tr key={line.id}>
                  <td className="num">{i + 1}</td>
                  <th scope="row">
                    {said}
                    {line.how && <p className="account">{line.how}</p>}
                  </th>
                  <td>{t(`history.source.${line.source}`)}</td>
                  {mine && (
                    <td className="no-print">
                      <div className="do">
                        <button
                          type="button"
                          className="btn btn-quiet"
                          disabled={busy}
                          aria-label={t('figures.remove_one', { name: said })}
                          onClick={() => {
                            show(undefined);
                            void run(
                              () => removeLine(line.id),
                              () => done(t('comfort.removed'), () => addLine(lineAsSent(line))),
                              stale,
                            );
                          }}
                        >
                          {t('remove')}
                        </button>
                      </div>
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {lines.length > 0 && (
        <ul className="limits">
          <li>{t('comfort.limit_missing')}</li>
          <li>{t('comfort.limit_told')}</li>
        </ul>
      )}
      {view.figures.length > 0 && (
        <>
          <h3 className="people-head">{t('figures.title')}</h3>
          <ul className="rows">
            {view.figures.map((figure) => {
              const name = figureName(figure);
              return (
                <li key={figure.id} className="row">
                  <span>{name}</span>
                  <span className="meta">
                    {t(`figures.kind.${figure.kind}`)} · {t(`figures.generation.g${(figure.generation ?? 0) + 1}`)}
                  </span>
                  {mine && (
                    <>
                      <button
                        type="button"
                        className="btn btn-quiet no-print"
                        aria-label={t('history.change_one', { name })}
                        aria-expanded={opened === figure.id}
                        onClick={() => show(figure.id)}
                      >
                        {t('history.change_do')}
                      </button>
                      <button
                        type="button"
                        className="btn btn-quiet no-print"
                        disabled={busy}
                        aria-label={t('figures.remove_one', { name })}
                        onClick={() => {
                          show(undefined);
                          void run(
                            () => removeFigure(figure.id),
                            () => done(t('figures.removed'), () => addFigure(figureAsSent(figure))),
                            stale,
                          );
                        }}
                      >
                        {t('remove')}
                      </button>
                    </>
                  )}
                  {opened === figure.id && mine && figureForm(figure)}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </section>
  );
}

function FigureForm(props: {
  figure?: Figure | undefined;
  members: Schemas['MemberView'][];
  busy: boolean;
  problem: Problem | undefined;
  send: (figure: NewFigure) => void;
  close: () => void;
}) {
  const { t } = useTexts();
  const { figure } = props;
  const form = useFirstField();
  return (
    <form
      ref={form}
      className="form opened no-print"
      aria-label={t(figure ? 'figures.change' : 'figures.new')}
      onSubmit={submitted((form) =>
        props.send({
          kind: textOf(form, 'kind') as Figure['kind'],
          name: textOf(form, 'name') || null,
          is_person: textOf(form, 'is_person') || null,
          generation: textOf(form, 'generation') ? Number(textOf(form, 'generation')) : null,
        }),
      )}
    >
      <ErrorSummary problem={props.problem} />
      <div className="grid-2">
        <Field name="kind" label={t('figures.who')} hint={t('figures.who_hint')}>
          <select defaultValue={figure?.kind ?? 'mother'}>
            {figureKinds.map((kind) => (
              <option key={kind} value={kind}>
                {t(`figures.kind.${kind}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field name="name" label={t('figures.name')} hint={t('figures.name_hint')} problem={props.problem}>
          <input type="text" autoComplete="off" defaultValue={figure?.name ?? ''} />
        </Field>
        <Field name="generation" label={t('figures.generation')} problem={props.problem}>
          <select defaultValue={figure ? String(figure.generation ?? '') : ''}>
            <option value="">{t('figures.generation.usual')}</option>
            {generations.map((one) => (
              <option key={one} value={one}>
                {t(`figures.generation.g${one + 1}`)}
              </option>
            ))}
          </select>
        </Field>
        {props.members.length > 0 && (
          <Field name="is_person" label={t('figures.is')}>
            <select defaultValue={figure?.is_person ?? ''}>
              <option value="">{t('figures.is_nobody')}</option>
              {props.members.map((member) => (
                <option key={member.person} value={member.person}>
                  {member.name ?? member.code}
                </option>
              ))}
            </select>
          </Field>
        )}
      </div>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={props.busy}>
          {t(figure ? 'history.save' : 'figures.add')}
        </button>
        <button type="button" className="btn" onClick={props.close}>
          {t('history.leave')}
        </button>
      </div>
    </form>
  );
}

function LineForm(props: {
  name: string;
  figures: Figure[];
  members: Schemas['MemberView'][];
  busy: boolean;
  problem: Problem | undefined;
  send: (line: NewComforting) => void;
  close: () => void;
}) {
  const { t } = useTexts();
  const figureName = useFigureName(props.members);
  const form = useFirstField();
  const people = [
    <option key="" value="">
      {props.name}
    </option>,
    ...props.figures.map((figure) => (
      <option key={figure.id} value={figure.id}>
        {figureName(figure)}
      </option>
    )),
  ];
  return (
    <form
      ref={form}
      className="form opened no-print"
      aria-label={t('comfort.new')}
      onSubmit={submitted((form) =>
        props.send({
          giver: textOf(form, 'giver') || null,
          receiver: textOf(form, 'receiver') || null,
          answer: textOf(form, 'answer') as Answer,
          how: textOf(form, 'how') || null,
          source: textOf(form, 'source') as Source,
        }),
      )}
    >
      <ErrorSummary problem={props.problem} />
      <div className="grid-2">
        <Field name="receiver" label={t('comfort.receiver')} problem={props.problem}>
          <select defaultValue="">{people}</select>
        </Field>
        <Field name="giver" label={t('comfort.giver')} problem={props.problem}>
          <select defaultValue={props.figures[0]?.id ?? ''}>{people}</select>
        </Field>
      </div>
      <fieldset className="choices row-choices">
        <legend>{t('comfort.answer')}</legend>
        {answers.map((answer) => (
          <label key={answer} className="choice">
            <input type="radio" name="answer" value={answer} required />
            <span>{t(`comfort.${answer}`)}</span>
          </label>
        ))}
      </fieldset>
      <Field name="how" label={t('comfort.how')} hint={t('comfort.how_hint')}>
        <textarea rows={2} />
      </Field>
      <SourceField value="remembered" />
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={props.busy}>
          {t('comfort.add')}
        </button>
        <button type="button" className="btn" onClick={props.close}>
          {t('history.leave')}
        </button>
      </div>
    </form>
  );
}
