import { useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { Problem } from '../../shared/api/problem';
import { useTexts } from '../../shared/i18n/texts';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, languageOf, Page, submitted, textOf, useChange } from '../parts';
import { useInstruments, useWordings } from '../queries';

type Review = Schemas['WordingReview'];

/** The wording of one instrument: what is in use, and a file of it, shown item by item before it is imported. */
export default function Wording() {
  const { measure = '' } = useParams();
  const { t } = useTexts();
  const instruments = useInstruments();
  return (
    <Loaded query={instruments}>
      {(all) => {
        const one = all.find((known) => `${known.id}@${known.version}` === measure);
        return (
          <Page
            title="words.title"
            heading={one ? t('words.heading', { title: one.title }) : t('words.title')}
            facts={<Link to="/measures">{t('nav.measures')}</Link>}
            plain
          >
            {one ? (
              <>
                <Terms one={one} />
                <InUse one={one} />
                {one.wording === 'imported' && <Import key={measure} one={one} />}
              </>
            ) : (
              <p className="card">{t('none.words')}</p>
            )}
          </Page>
        );
      }}
    </Loaded>
  );
}

function Terms({ one }: { one: Schemas['InstrumentView'] }) {
  const { t } = useTexts();
  return (
    <section className="card" aria-labelledby="terms">
      <h2 id="terms">{t('words.terms')}</h2>
      <p className="measure">{one.licence_terms}</p>
      {!one.licence_verified && (
        <p className="tags">
          <span className="tag tag-draft">{t('measures.licence_unverified')}</span>
        </p>
      )}
      <p className="sub measure">{t('words.not_ours')}</p>
      <p className="links">
        <Link to={`/measures/${one.id}@${one.version}/ask`}>{t('ask.go')}</Link>
      </p>
    </section>
  );
}

function InUse({ one }: { one: Schemas['InstrumentView'] }) {
  const { t, date } = useTexts();
  const wordings = useWordings();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  return (
    <section className="card" aria-labelledby="in-use">
      <h2 id="in-use">{t('words.in_use')}</h2>
      <ErrorSummary problem={problem} />
      <Loaded query={wordings}>
        {(all) => {
          const packs = all.filter((pack) => pack.instrument === one.id && pack.version === one.version);
          if (packs.length === 0) return <p className="empty-line">{t('words.none')}</p>;
          return (
            <ul className="rows">
              {packs.map((pack) => (
                <li key={pack.id} className="row pack">
                  <span>
                    <strong>{languageOf(pack.locale)}</strong>
                    {pack.title && ` · ${pack.title}`}
                    {one.orders.length > 1 &&
                      ` · ${one.orders.find((order) => order.id === pack.item_order)?.name ?? pack.item_order}`}
                    <span className="hint">
                      {t('words.since', { date: date(pack.imported_at), source: pack.source })}
                      {pack.source_format && ` ${pack.source_format}.`} {pack.licence}
                    </span>
                  </span>
                  <button
                    type="button"
                    className="btn"
                    disabled={busy}
                    onClick={() =>
                      void run(
                        () => ask(api.DELETE('/api/v1/wordings/{wording}', { params: { path: { wording: pack.id } } })),
                        () => notice({ words: t('words.retired') }),
                        [['wordings']],
                      )
                    }
                  >
                    {t('words.retire', { language: languageOf(pack.locale) })}
                  </button>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </section>
  );
}

/** As the file's bytes stand, a mark of byte order included: the server keeps their hash. */
async function read(file: File): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Problem(0, 'wording.not_utf8', '', 'content');
  }
}
const largest = 640 * 1024;

function Import({ one }: { one: Schemas['InstrumentView'] }) {
  const { t } = useTexts();
  const { busy, problem, setProblem, run } = useChange();
  const notice = useNotice();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [reviews, setReviews] = useState<Review[]>();
  const [left, setLeft] = useState<string[]>([]);
  const send = async (data: FormData, keep: boolean, leave: string[]) => {
    const file = data.get('content');
    if (file instanceof File && file.size > largest) throw new Problem(0, 'wording.too_large', '', 'content');
    return (
      await ask(
        api.POST('/api/v1/wordings', {
          body: {
            instrument: `${one.id}@${one.version}`,
            item_order: textOf(data, 'item_order') || null,
            licence: textOf(data, 'licence'),
            keep,
            file_name: file instanceof File ? file.name : '',
            content: file instanceof File ? await read(file) : '',
            language: textOf(data, 'language') || null,
            form: textOf(data, 'form') || null,
            answers: textOf(data, 'answers') || null,
            leave_out: leave,
          },
        }),
      )
    ).items;
  };
  const changed = () => {
    setReviews(undefined);
    setLeft([]);
    setProblem(undefined);
  };
  const look = (leave: string[]) => {
    const at = form.current;
    if (!at) return;
    setLeft(leave);
    void run(() => send(new FormData(at), false, leave), setReviews);
  };
  const fits = reviews?.every((review) => review.differences.length === 0);
  return (
    <>
      <form
        ref={form}
        className="card form"
        aria-labelledby="import"
        onChange={changed}
        onSubmit={submitted(() => look(left))}
      >
        <h2 id="import">{t('words.import')}</h2>
        <p className="measure">{t('words.how')}</p>
        <ErrorSummary problem={problem} />
        <Field name="content" label={t('words.file')} hint={t('words.file_hint')} problem={problem}>
          <input type="file" accept=".json,.osd,.csv,application/json,text/csv" required />
        </Field>
        {one.orders.length > 1 && (
          <Field name="item_order" label={t('give.order')} hint={t('give.order_hint')} problem={problem}>
            <select required defaultValue="">
              <option value="" disabled>
                {t('give.choose')}
              </option>
              {one.orders.map((order) => (
                <option key={order.id} value={order.id}>
                  {order.name}
                </option>
              ))}
            </select>
          </Field>
        )}
        <Field name="language" label={t('words.language')} hint={t('words.language_hint')} problem={problem}>
          <input type="text" autoComplete="off" spellCheck={false} maxLength={35} size={12} />
        </Field>
        <Field name="licence" label={t('words.licence')} hint={t('words.licence_hint')} problem={problem}>
          <textarea rows={3} required />
        </Field>
        <details>
          <summary>{t('words.more')}</summary>
          <div className="form part">
            <Field name="form" label={t('words.form')} hint={t('words.form_hint')} problem={problem}>
              <input type="text" autoComplete="off" spellCheck={false} />
            </Field>
            <Field name="answers" label={t('words.given')} hint={t('words.given_hint')} problem={problem}>
              <input type="text" autoComplete="off" />
            </Field>
            <p className="measure">{t('words.table')}</p>
            <pre className="sample" role="img" aria-label={t('words.sample')}>
              {sample}
            </pre>
          </div>
        </details>
        <div className="form-do">
          <button type="submit" className={reviews ? 'btn' : 'btn btn-primary'} disabled={busy}>
            {t('words.look')}
          </button>
        </div>
      </form>
      {reviews?.map((review) => (
        <Differences key={review.locale} review={review} busy={busy} leave={(link) => look([...left, link])} />
      ))}
      {reviews?.map((review) => (
        <Matches key={review.locale} review={review} />
      ))}
      {fits && (
        <div className="card form">
          <p className="measure">{t('words.confirm')}</p>
          <div className="form-do">
            <button
              type="button"
              className="btn btn-primary"
              disabled={busy}
              onClick={() => {
                const at = form.current;
                if (at)
                  void run(
                    () => send(new FormData(at), true, left),
                    () => {
                      at.reset();
                      changed();
                      notice({ words: t('words.imported') });
                      void client.invalidateQueries({ queryKey: ['wordings'] });
                    },
                  );
              }}
            >
              {t('words.do')}
            </button>
          </div>
        </div>
      )}
    </>
  );
}

const sample = `item,text,locale
title,Title of the form,en
1,First question,en
2,Second question,en
answer 0,Lowest answer,en
answer 1,Next answer,en
10 answer 0,Lowest answer of question 10 only,en`;

/** Why a file is refused, each by the name of its item. Takes the focus when it appears. */
function Differences({ review, busy, leave }: { review: Review; busy: boolean; leave: (link: string) => void }) {
  const { t } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  if (review.differences.length === 0) return null;
  return (
    <div className="faults" role="alert" tabIndex={-1} ref={box}>
      <CircleAlert size={19} aria-hidden="true" />
      <div>
        <p className="faults-head">{t('words.differs', { n: review.differences.length, format: review.format })}</p>
        <ul className="differences">
          {review.differences.map((one) => (
            <li key={`${one.item} ${one.code} ${one.detail}`}>
              {one.item && <strong>{one.item}</strong>} {one.detail}
              {one.code === 'pack.count' && one.item && (
                <button type="button" className="btn btn-quiet" disabled={busy} onClick={() => leave(one.item)}>
                  {t('words.leave_out', { item: one.item })}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Matches({ review }: { review: Review }) {
  const { t } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  const fits = review.differences.length === 0;
  useEffect(() => {
    if (!fits) return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'start' });
  }, [fits]);
  const named = review.locale ? languageOf(review.locale) : t('words.no_language');
  // Answers that differ are named above, and not shown in part.
  const answers = (options: string[]) => (options.length ? options.join(' · ') : fits ? t('words.numbers') : '–');
  const shared = new Set(review.items.map((item) => answers(item.options)));
  return (
    <section className="card table-card" aria-label={named}>
      <h2 ref={heading} tabIndex={-1}>
        {t('words.found', { language: named, n: review.items.length })}
      </h2>
      <p className="sub measure">
        {review.format}. {review.title && <strong>{review.title}. </strong>}
        {review.instruction} {review.replaces && t('words.replaces')}
        {review.without_text.length > 0 && ` ${t('words.without', { items: review.without_text.join(', ') })}`}
      </p>
      {review.statement && <p className="sub measure">{t('words.states', { statement: review.statement })}</p>}
      {(review.notes.length > 0 || review.rest.length > 0) && (
        <ul className="sub measure needs">
          {review.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
          {review.rest.map((one) => (
            <li key={`${one.link} ${one.why}`}>{t('words.rest', one)}</li>
          ))}
        </ul>
      )}
      {fits && shared.size === 1 && (
        <p className="sub measure">{t('words.answers_are', { answers: [...shared].join('') })}</p>
      )}
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('paper.item')}</th>
            <th scope="col">{t('words.gist')}</th>
            <th scope="col">{t('words.text')}</th>
            {shared.size > 1 && <th scope="col">{t('words.answers')}</th>}
          </tr>
        </thead>
        <tbody>
          {review.items.map((item) => (
            <tr key={item.item}>
              <th scope="row" className="num">
                {item.item}
              </th>
              <td>
                {item.gist || t('paper.no_gist')}{' '}
                {item.risk && <span className="tag tag-urgent">{t('paper.risk')}</span>}
              </td>
              <td>
                {item.text}
                {item.link && <span className="hint">{t('words.link', { link: item.link })}</span>}
              </td>
              {shared.size > 1 && <td>{answers(item.options)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
