import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft } from '../drafts';
import { EpisodeForm } from '../formulation/EpisodeForm';
import { Changes, Indices } from '../formulation/EpisodeIndices';
import { type About, Frame } from '../formulation/Frame';
import { addedTo, type Episode, type EpisodeBook, episodesKey, useEpisodes } from '../formulation/record';
import { useFigureName } from '../history/words';
import { useNotice } from '../Notices';
import { ErrorSummary, Loaded, useChange } from '../parts';
import { useStaffName } from '../queries';

/** Relationship episodes of one member: what was told, how it was coded, and what they hold in common from ten on. */
export default function Episodes() {
  return (
    <Frame title="episode.page" facts="episode.facts" plain>
      {(about) => <Of about={about} />}
    </Frame>
  );
}

function Of({ about }: { about: About }) {
  const episodes = useEpisodes(about.course.id, about.member.person);
  return (
    <Loaded query={episodes} part>
      {(book) => (
        <>
          <Indices book={book} />
          <Changes about={about} book={book} />
          <Told about={about} book={book} />
        </>
      )}
    </Loaded>
  );
}

const few = 6;

const codesOf = ({ clusters, standard }: Episode['wish']): Schemas['NewCodes'] => ({ clusters, standard });
export const asSent = (episode: Episode): Schemas['NewEpisode'] => ({
  figure: episode.figure,
  told_on: episode.told_on,
  account: episode.account,
  wish: codesOf(episode.wish),
  response_of_other: codesOf(episode.response_of_other),
  response_of_self: codesOf(episode.response_of_self),
  other_valence: episode.other_valence,
  self_valence: episode.self_valence,
});

function Told({ about, book }: { about: About; book: EpisodeBook }) {
  const { t } = useTexts();
  const { busy, problem, setProblem, run } = useChange();
  const notice = useNotice();
  const [opened, open] = useState<string>();
  const [all, setAll] = useState(false);
  const here = { course: about.course.id, person: about.member.person };
  const stale = [episodesKey(here.course, here.person)];
  const add = (body: Schemas['NewEpisode']) =>
    ask(api.POST('/api/v1/courses/{course}/people/{person}/episodes', { params: { path: here }, body }));
  const change = (episode: string, body: Schemas['NewEpisode']) =>
    ask(
      api.PUT('/api/v1/courses/{course}/people/{person}/episodes/{episode}', {
        params: { path: { ...here, episode } },
        body,
      }),
    );
  const remove = (episode: string) =>
    ask(
      api.DELETE('/api/v1/courses/{course}/people/{person}/episodes/{episode}', {
        params: { path: { ...here, episode } },
      }),
    );
  const show = (what: string | undefined) => {
    setProblem(undefined);
    open(what);
  };
  const form = (episode?: Episode) => {
    const draft = `episode.${here.course}.${episode?.id ?? here.person}`;
    return (
      <EpisodeForm
        key={draft}
        about={about}
        book={book}
        episode={episode}
        draft={draft}
        busy={busy}
        problem={problem}
        close={() => show(undefined)}
        send={(body) =>
          void run(
            () => (episode ? change(episode.id, body) : add(body)),
            (after) => {
              dropDraft(draft);
              open(undefined);
              const added = addedTo(book.episodes, after.episodes, (each) => each.id);
              const undo = episode ? () => change(episode.id, asSent(episode)) : added && (() => remove(added.id));
              notice({ words: t(episode ? 'episode.changed' : 'episode.added'), stale, ...(undo ? { undo } : {}) });
            },
            stale,
          )
        }
      />
    );
  };
  return (
    <section className="card" aria-labelledby="told">
      <div className="card-head">
        <h2 id="told">{t('episode.title')}</h2>
        {about.mine && (
          <button
            type="button"
            className="btn no-print"
            aria-expanded={opened === 'new'}
            onClick={() => show(opened === 'new' ? undefined : 'new')}
          >
            {t('episode.new')}
          </button>
        )}
      </div>
      {opened === 'new' && about.mine && form()}
      {opened === undefined && <ErrorSummary problem={problem} />}
      {book.episodes.length === 0 ? (
        <p className="empty-line measure">{t('episode.none')}</p>
      ) : (
        <ol className="rows">
          {(all ? book.episodes : book.episodes.slice(0, few)).map((episode) => (
            <li key={episode.id} className="episode">
              <Lines about={about} book={book} episode={episode} />
              {about.mine && (
                <div className="alert-do no-print">
                  <button
                    type="button"
                    className="btn btn-quiet"
                    aria-expanded={opened === episode.id}
                    onClick={() => show(opened === episode.id ? undefined : episode.id)}
                  >
                    {t('episode.change')}
                  </button>
                  <button
                    type="button"
                    className="btn btn-quiet"
                    disabled={busy}
                    aria-label={t('episode.remove', { words: episode.account ?? episode.told_on })}
                    onClick={() =>
                      void run(
                        () => remove(episode.id),
                        () => notice({ words: t('episode.removed'), stale, undo: () => add(asSent(episode)) }),
                        stale,
                      )
                    }
                  >
                    {t('remove')}
                  </button>
                </div>
              )}
              {opened === episode.id && form(episode)}
            </li>
          ))}
        </ol>
      )}
      {book.episodes.length > few && !all && (
        <p className="more no-print">
          <button type="button" className="btn btn-quiet" onClick={() => setAll(true)}>
            {t('moment.all', { n: book.episodes.length })}
          </button>
        </p>
      )}
    </section>
  );
}

function Lines({ about, book, episode }: { about: About; book: EpisodeBook; episode: Episode }) {
  const { t, date, list } = useTexts();
  const figureName = useFigureName(about.course.members);
  const staffName = useStaffName();
  const figure = about.view.figures.find((each) => each.id === episode.figure);
  const codes = (part: number, { clusters, standard }: Episode['wish']) => {
    const component = book.components[part];
    const labels = clusters.map(
      (number) => component?.clusters.find((each) => each.number === number)?.label ?? String(number),
    );
    const numbers = standard.length ? [t('episode.standard', { numbers: list(standard.map(String)) })] : [];
    return [...labels, ...numbers].join(' · ') || t('episode.not_coded');
  };
  const rows = [
    ['wish', codes(0, episode.wish), null],
    ['other', codes(1, episode.response_of_other), episode.other_valence],
    ['self', codes(2, episode.response_of_self), episode.self_valence],
  ] as const;
  return (
    <article>
      <p className="meta num">
        {date(episode.told_on)}
        {figure && ` · ${t('claim.with', { name: figureName(figure) })}`} ·{' '}
        {t('episode.coded_by', { name: staffName(episode.coded_by) ?? t('glass.somebody') })}
      </p>
      {episode.account && <p className="account">{episode.account}</p>}
      <dl className="facts-list episode-codes">
        {rows.map(([part, words, valence]) => (
          <div key={part}>
            <dt>{t(`episode.part.${part}`)}</dt>
            <dd>
              {words}
              {valence && ` (${t(`episode.valence.${valence}`)})`}
            </dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
