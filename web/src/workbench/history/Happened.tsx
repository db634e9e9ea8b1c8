import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft } from '../drafts';
import { useNotice } from '../Notices';
import { ErrorSummary, useChange } from '../parts';
import { asSent, EventForm, type NewEvent } from './EventForm';
import { Timeline, type Told } from './Timeline';
import { inOrder, shapeOf } from './timeline';
import { type HistoryEvent, useAge, useFigureName, useKind } from './words';

/** What happened in a life: the picture along the ages, the same as a list, and what can be written. */
export function Happened(props: {
  course: Schemas['CourseView'];
  view: Schemas['PersonView'];
  mine: boolean;
  opened: string | undefined;
  open: (what: string | undefined) => void;
}) {
  const { view, mine, opened, open } = props;
  const { t, date } = useTexts();
  const { busy, problem, setProblem, run } = useChange();
  const notice = useNotice();
  const age = useAge();
  const kindName = useKind();
  const figureName = useFigureName(props.course.members);
  const [made, setMade] = useState(0);
  const person = view.person.id;
  const stale = [['person', person]];
  const add = (body: NewEvent) =>
    ask(api.POST('/api/v1/people/{person}/history', { params: { path: { person } }, body }));
  const change = (event: string, body: NewEvent) =>
    ask(api.PUT('/api/v1/people/{person}/history/{event}', { params: { path: { person, event } }, body }));
  const remove = (event: string) =>
    ask(api.DELETE('/api/v1/people/{person}/history/{event}', { params: { path: { person, event } } }));

  const nameIn = (event: HistoryEvent): string => {
    const figure = view.figures.find((one) => one.id === event.figure);
    const name = figure && figureName(figure);
    // Beside trauma a name would say too much: it stands in the list, with a word of its own.
    return name && event.kind !== 'trauma'
      ? t('history.with', { what: kindName(event.kind), name })
      : kindName(event.kind);
  };
  const told = inOrder(
    view.history.map((event): Told & { event: HistoryEvent } => ({
      ...event,
      event,
      label: nameIn(event),
      words: t('history.read', {
        what: nameIn(event),
        age: age(event),
        source: t(`history.source.${event.source}`),
        account: event.account ?? '',
      }),
    })),
  );
  const birthYear = view.person.birth_year;
  const now = birthYear === null ? null : Math.max(0, new Date().getFullYear() - birthYear);
  const show = (what: string | undefined) => {
    setProblem(undefined);
    open(what);
  };
  const form = (name: string, trauma: boolean, event?: HistoryEvent) => {
    const draft = `history.${person}.${name}`;
    return (
      <EventForm
        key={`${name}${made}`}
        draft={draft}
        event={event}
        trauma={trauma}
        figures={view.figures}
        members={props.course.members}
        busy={busy}
        problem={problem}
        close={() => show(undefined)}
        send={(body) =>
          void run(
            () => (event ? change(event.id, body) : add(body)),
            (after) => {
              dropDraft(draft);
              setMade(made + 1);
              open(undefined);
              document.getElementById('happened')?.focus({ preventScroll: true });
              const before = new Set(view.history.map((one) => one.id));
              const added = after.history.find((one) => !before.has(one.id));
              const undo = event ? () => change(event.id, asSent(event)) : added && (() => remove(added.id));
              notice({ words: t(event ? 'history.changed' : 'history.added'), stale, ...(undo ? { undo } : {}) });
            },
            stale,
          )
        }
      />
    );
  };
  const dated = told.filter((one) => shapeOf(one) !== 'undated');
  const ages = dated.flatMap((one) => [one.age_from ?? 0, one.age_to ?? 0]);
  return (
    <section className="card" aria-labelledby="happened">
      <div className="card-head">
        <h2 id="happened" tabIndex={-1}>
          {t('history.title')}
        </h2>
        {mine && (
          <div className="page-do no-print">
            <button type="button" className="btn" aria-expanded={opened === 'event'} onClick={() => show('event')}>
              {t('history.new')}
            </button>
            <button type="button" className="btn" aria-expanded={opened === 'trauma'} onClick={() => show('trauma')}>
              {t('trauma.new')}
            </button>
          </div>
        )}
      </div>
      {told.length === 0 ? (
        <p className="empty-line measure">{t('history.none')}</p>
      ) : (
        <>
          <p className="headline">
            {t(dated.length ? 'history.headline' : 'history.headline_undated', {
              n: told.length,
              from: Math.min(...ages),
              to: Math.max(...ages),
              same: Math.min(...ages) === Math.max(...ages) ? 'yes' : 'no',
              undated: told.length - dated.length,
            })}
          </p>
          <p className="sub measure">{t('history.reason')}</p>
        </>
      )}
      {opened === 'event' && mine && form('event', false)}
      {opened === 'trauma' && mine && (
        <Trauma course={props.course.id} view={view} leave={() => show(undefined)}>
          {form('trauma', true)}
        </Trauma>
      )}
      <Timeline events={told} now={now} title={t('history.picture')} />
      {told.length > 0 && (
        <>
          {!opened && <ErrorSummary problem={problem} />}
          <table className="table told">
            <caption className="vh">{t('history.table')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('history.number')}</th>
                <th scope="col">{t('history.when')}</th>
                <th scope="col">{t('history.what')}</th>
                <th scope="col">{t('history.how_known')}</th>
                {mine && (
                  <th scope="col" className="no-print">
                    <span className="vh">{t('history.do')}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {told.map(({ event, label }, i) => (
                <Fragment key={event.id}>
                  <tr>
                    <td className="num">{i + 1}</td>
                    <td className="num when">{age(event)}</td>
                    <th scope="row">
                      {label}
                      {event.kind === 'trauma' && event.figure && (
                        <span className="meta">
                          {t('history.about', {
                            name: figureName(view.figures.find((one) => one.id === event.figure)),
                          })}
                        </span>
                      )}
                      {event.account && <p className="account">{event.account}</p>}
                    </th>
                    <td>
                      {t(`history.source.${event.source}`)}
                      <span className="meta">{t('history.written', { date: date(event.created_at) })}</span>
                    </td>
                    {mine && (
                      <td className="no-print">
                        <div className="do">
                          <button
                            type="button"
                            className="btn btn-quiet"
                            aria-label={t('history.change_one', { name: label })}
                            aria-expanded={opened === event.id}
                            onClick={() => show(event.id)}
                          >
                            {t('history.change_do')}
                          </button>
                          <button
                            type="button"
                            className="btn btn-quiet"
                            disabled={busy}
                            aria-label={t('figures.remove_one', { name: label })}
                            onClick={() => {
                              show(undefined);
                              void run(
                                () => remove(event.id),
                                () => notice({ words: t('history.removed'), undo: () => add(asSent(event)), stale }),
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
                  {opened === event.id && mine && (
                    <tr className="no-print">
                      <td colSpan={5}>{form(event.id, event.kind === 'trauma', event)}</td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
          <ul className="limits">
            <li>{t('history.limit_memory')}</li>
            <li>{t('history.limit_weak')}</li>
          </ul>
        </>
      )}
    </section>
  );
}

/** What is said before an entry of trauma is opened; it opens only where the person knows what cannot stay private. */
function Trauma(props: { course: string; view: Schemas['PersonView']; leave: () => void; children: ReactNode }) {
  const { t, date } = useTexts();
  const [ready, setReady] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const knows = props.view.consents.find(
    (one) =>
      one.kind === 'limits_explained' && !one.withdrawn_at && (one.course === null || one.course === props.course),
  );
  if (ready) return props.children;
  return (
    <div className="opened before-trauma no-print">
      <h3 ref={heading} tabIndex={-1}>
        {t('trauma.title')}
      </h3>
      <ul>
        <li>{t('trauma.session')}</li>
        <li>{t('trauma.choice')}</li>
        <li>{t('trauma.limits')}</li>
        <li>{t('trauma.portal')}</li>
      </ul>
      {knows ? (
        <p>{t('trauma.known', { date: date(knows.given_at) })}</p>
      ) : (
        <p className="callout">
          {t('trauma.unknown')} <Link to={`/courses/${props.course}/people`}>{t('trauma.where')}</Link>
        </p>
      )}
      <p className="form-do">
        {knows && (
          <button type="button" className="btn btn-primary" onClick={() => setReady(true)}>
            {t('trauma.open')}
          </button>
        )}
        <button type="button" className="btn" onClick={props.leave}>
          {t('trauma.not_now')}
        </button>
      </p>
    </div>
  );
}
