import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
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
      {!one.licence_verified && <p className="tag tag-draft">{t('measures.licence_unverified')}</p>}
      <p className="sub measure">{t('words.not_ours')}</p>
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
                      {t('words.since', { date: date(pack.imported_at), source: pack.source })} {pack.licence}
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

function Import({ one }: { one: Schemas['InstrumentView'] }) {
  const { t } = useTexts();
  const { busy, problem, setProblem, run } = useChange();
  const notice = useNotice();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [reviews, setReviews] = useState<Review[]>();
  const send = async (data: FormData, keep: boolean) => {
    const file = data.get('csv');
    const csv = file instanceof File ? await file.text() : '';
    return (
      await ask(
        api.POST('/api/v1/wordings', {
          body: {
            instrument: `${one.id}@${one.version}`,
            item_order: textOf(data, 'item_order') || null,
            licence: textOf(data, 'licence'),
            keep,
            file_name: file instanceof File ? file.name : '',
            csv,
          },
        }),
      )
    ).items;
  };
  const changed = () => {
    setReviews(undefined);
    setProblem(undefined);
  };
  return (
    <>
      <form
        ref={form}
        className="card form"
        aria-labelledby="import"
        onChange={changed}
        onSubmit={submitted((data) => void run(() => send(data, false), setReviews))}
      >
        <h2 id="import">{t('words.import')}</h2>
        <p className="measure">{t('words.how')}</p>
        <pre className="sample" role="img" aria-label={t('words.sample')}>
          {sample}
        </pre>
        <ErrorSummary problem={problem} />
        <Field name="csv" label={t('words.file')} problem={problem}>
          <input type="file" accept=".csv,text/csv" required />
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
        <Field name="licence" label={t('words.licence')} hint={t('words.licence_hint')} problem={problem}>
          <textarea rows={3} required />
        </Field>
        <div className="form-do">
          <button type="submit" className={reviews ? 'btn' : 'btn btn-primary'} disabled={busy}>
            {t('words.look')}
          </button>
        </div>
      </form>
      {reviews?.map((review) => (
        <Matches key={review.locale} review={review} />
      ))}
      {reviews && (
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
                    () => send(new FormData(at), true),
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

function Matches({ review }: { review: Review }) {
  const { t } = useTexts();
  const answers = (options: string[]) => (options.length ? options.join(' · ') : t('words.numbers'));
  const shared = new Set(review.items.map((item) => answers(item.options)));
  return (
    <section className="card table-card" aria-label={languageOf(review.locale)}>
      <h2>{t('words.found', { language: languageOf(review.locale), n: review.items.length })}</h2>
      <p className="sub measure">
        {review.title && <strong>{review.title}. </strong>}
        {review.instruction} {review.replaces && t('words.replaces')}
        {review.without_text.length > 0 && ` ${t('words.without', { items: review.without_text.join(', ') })}`}
      </p>
      {shared.size === 1 && <p className="sub measure">{t('words.answers_are', { answers: [...shared].join('') })}</p>}
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
              <td>{item.text}</td>
              {shared.size > 1 && <td>{answers(item.options)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
