import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { type About, Frame } from '../formulation/Frame';
import {
  type ClaimBook,
  type SectionKind,
  sectionKinds,
  useClaims,
  useVersions,
  type Version,
  versionsKey,
} from '../formulation/record';
import { useAge, useKind } from '../history/words';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, submitted, useChange } from '../parts';

interface Link {
  event: string;
  claim: string;
  words: string;
  otherwise: string;
  on_page: boolean;
}
interface Draft {
  after: number;
  sections: Record<SectionKind, { words: string; plain: string }>;
  links: Link[];
  /** On the page or not, by claim. */
  claims: Record<string, boolean>;
}

/** The next version begins as the last one was. Claims that were retired since are left out. */
function begin(newest: Version | undefined, book: ClaimBook): Draft {
  const section = (kind: SectionKind) => {
    const known = newest?.sections.find((each) => each.kind === kind);
    return { words: known?.words ?? '', plain: known?.plain ?? '' };
  };
  const held = new Set(book.claims.filter((each) => !each.claim.retired_at).map((each) => each.claim.id));
  return {
    after: newest?.number ?? 0,
    sections: Object.fromEntries(sectionKinds.map((kind) => [kind, section(kind)])) as Draft['sections'],
    links: (newest?.links ?? []).map((link) => ({
      event: link.event ?? '',
      claim: link.claim ?? '',
      words: link.words,
      otherwise: link.otherwise ?? '',
      on_page: link.on_page,
    })),
    claims: Object.fromEntries(
      (newest?.claims ?? []).filter((each) => held.has(each.claim)).map((each) => [each.claim, each.on_page]),
    ),
  };
}

export default function FormulationWrite() {
  return (
    <Frame title="formulation.writing" facts="formulation.writing_facts" plain>
      {(about) => <Of about={about} />}
    </Frame>
  );
}

function Of({ about }: { about: About }) {
  const claims = useClaims(about.course.id, about.member.person);
  const versions = useVersions(about.course.id, about.member.person);
  return (
    <Loaded query={versions} part>
      {(all) => (
        <Loaded query={claims} part>
          {(book) => <Write about={about} newest={all[0]} book={book} />}
        </Loaded>
      )}
    </Loaded>
  );
}

function Write({ about, newest, book }: { about: About; newest: Version | undefined; book: ClaimBook }) {
  const { t } = useTexts();
  const age = useAge();
  const kindName = useKind();
  const navigate = useNavigate();
  const notice = useNotice();
  const { busy, problem, run } = useChange();
  const key = `formulation.${about.course.id}.${about.member.person}`;
  const kept = readDraft<Draft>(key);
  const [draft, setDraft] = useState<Draft>(() => kept ?? begin(newest, book));
  const [begun, setBegun] = useState(kept !== undefined);
  const change = (next: Draft) => {
    setDraft(next);
    setBegun(true);
    keepDraft(key, next);
  };
  const section = (kind: SectionKind, part: 'words' | 'plain', words: string) =>
    change({ ...draft, sections: { ...draft.sections, [kind]: { ...draft.sections[kind], [part]: words } } });
  const link = (i: number, part: Partial<Link>) =>
    change({ ...draft, links: draft.links.map((each, j) => (i === j ? { ...each, ...part } : each)) });
  const held = book.claims.filter((each) => !each.claim.retired_at);
  const body = (): Schemas['NewFormulation'] => ({
    after: draft.after,
    sections: sectionKinds.map((kind) => ({
      kind,
      words: draft.sections[kind].words.trim(),
      plain: draft.sections[kind].plain.trim(),
    })),
    links: draft.links
      .filter((each) => each.words.trim())
      .map((each) => ({
        event: about.view.history.some((one) => one.id === each.event) ? each.event : null,
        claim: each.claim || null,
        words: each.words.trim(),
        otherwise: each.otherwise.trim() || null,
        on_page: each.on_page,
      })),
    claims: Object.entries(draft.claims)
      .filter(([id]) => held.some((each) => each.claim.id === id))
      .map(([claim, on_page]) => ({ claim, on_page })),
  });
  if (!about.mine) return <p className="callout">{t('formulation.not_yours')}</p>;
  return (
    <form
      className="write-formulation"
      aria-label={t('formulation.writing')}
      onSubmit={submitted(
        () =>
          void run(
            () =>
              ask(
                api.POST('/api/v1/courses/{course}/people/{person}/formulations', {
                  params: { path: { course: about.course.id, person: about.member.person } },
                  body: body(),
                }),
              ),
            (written) => {
              dropDraft(key);
              notice({ words: t('formulation.written', { n: written.number }) });
              navigate(about.to('formulation'));
            },
            [versionsKey(about.course.id, about.member.person)],
          ),
      )}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) event.currentTarget.requestSubmit();
      }}
    >
      <ErrorSummary problem={problem} />
      {newest && newest.number !== draft.after && (
        <div className="callout">
          <p>{t('formulation.newer', { n: newest.number, after: draft.after })}</p>
          <button type="button" className="btn btn-quiet" onClick={() => change({ ...draft, after: newest.number })}>
            {t('formulation.newer_go', { n: newest.number })}
          </button>
        </div>
      )}
      {sectionKinds.map((kind) => (
        <section key={kind} className="card form" aria-labelledby={`s-${kind}`}>
          <h2 id={`s-${kind}`}>{t(`section.${kind}`)}</h2>
          <p className="sub measure">{t(`section.${kind}_hint`)}</p>
          <div className="grid-2">
            <Field name={`${kind}.words`} label={t('section.words')}>
              <textarea
                rows={6}
                value={draft.sections[kind].words}
                onChange={(event) => section(kind, 'words', event.target.value)}
              />
            </Field>
            <Field name={`${kind}.plain`} label={t('section.plain')} hint={t('section.plain_hint')}>
              <textarea
                rows={5}
                value={draft.sections[kind].plain}
                onChange={(event) => section(kind, 'plain', event.target.value)}
              />
            </Field>
          </div>
        </section>
      ))}
      <section className="card form" aria-labelledby="s-links">
        <h2 id="s-links">{t('section.links')}</h2>
        <p className="sub measure">{t('section.links_hint')}</p>
        <p className="meta measure">
          {book.continuity.statement} {book.continuity.basis}
        </p>
        {draft.links.map((each, i) => (
          <fieldset key={i} className="form part link-part">
            <legend>{t('section.link', { n: i + 1 })}</legend>
            <div className="grid-2">
              <Field name={`link.${i}.event`} label={t('section.link_event')}>
                <select value={each.event} onChange={(event) => link(i, { event: event.target.value })}>
                  <option value="">{t('section.link_none')}</option>
                  {about.view.history.map((event) => (
                    <option key={event.id} value={event.id}>
                      {t('evidence.event', { kind: kindName(event.kind), age: age(event) })}
                    </option>
                  ))}
                </select>
              </Field>
              <Field name={`link.${i}.claim`} label={t('section.link_claim')}>
                <select value={each.claim} onChange={(event) => link(i, { claim: event.target.value })}>
                  <option value="">{t('section.link_none')}</option>
                  {book.claims.map(({ claim }) => (
                    <option key={claim.id} value={claim.id}>
                      {t('claim.rule', { cue: claim.cue, expectation: claim.expectation })}
                    </option>
                  ))}
                </select>
              </Field>
              <Field name={`link.${i}.words`} label={t('section.link_words')} hint={t('section.link_words_hint')}>
                <textarea rows={3} value={each.words} onChange={(event) => link(i, { words: event.target.value })} />
              </Field>
              <Field name={`link.${i}.otherwise`} label={t('section.link_otherwise')}>
                <textarea
                  rows={3}
                  value={each.otherwise}
                  onChange={(event) => link(i, { otherwise: event.target.value })}
                />
              </Field>
            </div>
            <div className="form-do">
              <label className="check">
                <input
                  type="checkbox"
                  checked={each.on_page}
                  onChange={(event) => link(i, { on_page: event.target.checked })}
                />
                <span>{t('section.on_page')}</span>
              </label>
              <button
                type="button"
                className="btn btn-quiet"
                aria-label={t('section.link_remove', { n: i + 1 })}
                onClick={() => change({ ...draft, links: draft.links.filter((_, j) => j !== i) })}
              >
                {t('remove')}
              </button>
            </div>
          </fieldset>
        ))}
        <div className="form-do">
          <button
            type="button"
            className="btn"
            onClick={() =>
              change({
                ...draft,
                links: [...draft.links, { event: '', claim: '', words: '', otherwise: '', on_page: false }],
              })
            }
          >
            {t('section.link_add')}
          </button>
        </div>
      </section>
      <section className="card form" aria-labelledby="s-claims">
        <h2 id="s-claims">{t('section.claims')}</h2>
        {held.length === 0 ? (
          <p className="empty-line">{t('section.claims_empty')}</p>
        ) : (
          <ul className="rows">
            {held.map(({ claim }) => {
              const rests = claim.id in draft.claims;
              const rule = t('claim.rule', { cue: claim.cue, expectation: claim.expectation });
              const set = (on: boolean, onPage: boolean) => {
                const { [claim.id]: _, ...rest } = draft.claims;
                change({ ...draft, claims: on ? { ...rest, [claim.id]: onPage } : rest });
              };
              return (
                <li key={claim.id} className="rests">
                  <label className="check">
                    <input
                      type="checkbox"
                      checked={rests}
                      onChange={(event) => set(event.target.checked, event.target.checked)}
                    />
                    <span>{rule}</span>
                  </label>
                  {rests && (
                    <label className="check">
                      <input
                        type="checkbox"
                        checked={draft.claims[claim.id] ?? false}
                        onChange={(event) => set(true, event.target.checked)}
                      />
                      <span>
                        {t('section.on_page')}
                        <span className="vh"> {rule}</span>
                      </span>
                    </label>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </section>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('formulation.save', { n: draft.after + 1 })}
        </button>
        {begun && (
          <button
            type="button"
            className="btn"
            onClick={() => {
              dropDraft(key);
              const now = draft;
              setDraft(begin(newest, book));
              setBegun(false);
              notice({ words: t('formulation.dropped'), undo: async () => change(now) });
            }}
          >
            {t('formulation.drop')}
          </button>
        )}
        <span className="hint">{t(begun ? 'formulation.kept' : 'formulation.save_hint')}</span>
      </div>
    </form>
  );
}
