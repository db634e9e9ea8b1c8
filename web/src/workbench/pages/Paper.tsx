import { useRef, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { answerOf, complete, differing } from '../form';
import { useNotice } from '../Notices';
import { ErrorSummary, type Fault, Loaded, nameOf, Page, submitted, useChange } from '../parts';
import { useCourse, useForm, useInstruments, useSheet } from '../queries';

export default function Paper() {
  const { course = '', sheet: id = '' } = useParams();
  const { t } = useTexts();
  const sheet = useSheet(course, id);
  const form = useForm(course, id);
  return (
    <Loaded query={sheet}>
      {({ administration: given }) => {
        if (given.progress !== 'sent' && given.progress !== 'stopped')
          return <Loaded query={form}>{(known) => <Entry key={given.id} given={given} form={known} />}</Loaded>;
        return (
          <Page title="paper.title" plain>
            <div className="card">
              <p>{t('paper.sent')}</p>
              <p>
                <Link to={`/courses/${course}/sheets/${id}`}>{t('paper.to_sheet')}</Link>
              </p>
            </div>
          </Page>
        );
      }}
    </Loaded>
  );
}

interface Draft {
  first: string[];
  second: string[];
  twice: boolean;
}

/** Answers by item number. One key an answer: a complete one moves on. An empty field is a skipped question. */
function Entry({ given, form }: { given: Schemas['Administration']; form: Schemas['Form'] }) {
  const { t, date } = useTexts();
  const navigate = useNavigate();
  const instruments = useInstruments();
  const course = useCourse(given.course);
  const whose = course.data?.members.find((member) => member.person === given.respondent);
  const notice = useNotice();
  const [asked] = useSearchParams();
  const waiting = (asked.get('next') ?? '').split('.').filter(Boolean);
  const { busy, problem, run } = useChange();
  const [faults, setFaults] = useState<Fault[]>([]);
  const table = useRef<HTMLTableElement>(null);
  const key = `paper.${given.id}`;
  const blank = form.items.map(() => '');
  const [draft, setDraft] = useState<Draft>(
    () => readDraft<Draft>(key) ?? { first: blank, second: blank, twice: false },
  );
  const set = (next: Draft) => {
    setDraft(next);
    keepDraft(key, next);
  };
  const title = instruments.data?.find((one) => one.id === given.instrument)?.abbreviation ?? given.instrument;
  const at = `/courses/${given.course}/sheets/${given.id}`;
  const bounds = (i: number) => [form.items[i]?.lowest ?? 0, form.items[i]?.highest ?? 0] as const;
  const typed = (pass: 'first' | 'second', i: number, text: string, field: HTMLInputElement) => {
    set({ ...draft, [pass]: draft[pass].map((old, j) => (j === i ? text : old)) });
    const [lowest, highest] = bounds(i);
    if (text.length <= (draft[pass][i] ?? '').length || !complete(text, lowest, highest)) return;
    const fields = [...(table.current?.querySelectorAll<HTMLInputElement>(`input[data-pass=${pass}]`) ?? [])];
    const next = fields[fields.indexOf(field) + 1];
    if (next) next.focus();
    else if (pass === 'first' && draft.twice)
      table.current?.querySelector<HTMLInputElement>('input[data-pass=second]')?.focus();
    else document.getElementById('save-answers')?.focus();
  };
  const check = (): Fault[] => {
    const out: Fault[] = [];
    draft.first.forEach((text, i) => {
      const [lowest, highest] = bounds(i);
      if (answerOf(text, lowest, highest) === undefined)
        out.push({ field: `first-${i + 1}`, words: t('paper.not_answer', { item: i + 1, lowest, highest }) });
    });
    if (draft.twice)
      for (const item of differing(draft.first, draft.second))
        out.push({ field: `second-${item}`, words: t('paper.differ', { item }) });
    return out;
  };
  const save = () => {
    const found = check();
    setFaults(found);
    if (found.length) return;
    const answers = draft.first.map((text, i) => answerOf(text, ...bounds(i)) ?? 'skipped');
    void run(
      () =>
        ask(
          api.POST('/api/v1/courses/{course}/sheets/{sheet}/answers', {
            params: { path: { course: given.course, sheet: given.id } },
            body: { answers },
          }),
        ),
      (sheet) => {
        dropDraft(key);
        notice({ words: t('paper.saved') });
        const [next, ...later] = waiting;
        const onward = next
          ? `/courses/${given.course}/sheets/${next}/paper${later.length ? `?next=${later.join('.')}` : ''}`
          : at;
        navigate(sheet.risks.some((risk) => risk.raised) ? `/courses/${given.course}` : onward);
      },
      [['course', given.course], ['risks'], ['courses']],
    );
  };
  const left = draft.first.filter((text) => text.trim() === '').length;
  const pass = (which: 'first' | 'second', i: number) => {
    const [lowest, highest] = bounds(i);
    const text = draft[which][i] ?? '';
    const gist = form.items[i]?.gist;
    return (
      <input
        id={`f-${which}-${i + 1}`}
        data-pass={which}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        maxLength={2}
        size={2}
        value={text}
        aria-label={t(which === 'first' ? 'paper.answer_to' : 'paper.again_to', {
          item: i + 1,
          gist: gist ?? '',
          lowest,
          highest,
        })}
        aria-invalid={answerOf(text, lowest, highest) === undefined || undefined}
        onChange={(event) => typed(which, i, event.target.value, event.target)}
      />
    );
  };
  return (
    <Page
      title="paper.title"
      heading={t('paper.heading', { title })}
      facts={
        <>
          {whose && (
            <span>
              <Link to={`/courses/${given.course}`}>{nameOf(whose)}</Link> {whose.name && whose.code}
            </span>
          )}{' '}
          {form.figure && <span>{t('paper.whom', { name: form.figure.name ?? t(`figure.${form.figure.kind}`) })}</span>}{' '}
          {waiting.length > 0 && <span>{t('paper.waiting', { n: waiting.length })}</span>}{' '}
          {t('paper.facts', { date: date(given.given_at), recall: form.recall || t('paper.no_recall') })}
        </>
      }
      plain
    >
      <form className="card form" onSubmit={submitted(save)}>
        <ErrorSummary problem={problem} faults={faults} />
        <p className="sub measure">{t('paper.words', { lowest: bounds(0)[0], highest: bounds(0)[1] })}</p>
        <label className="check">
          <input
            type="checkbox"
            checked={draft.twice}
            onChange={(event) => set({ ...draft, twice: event.target.checked, second: blank })}
          />
          {t('paper.twice')}
        </label>
        <table className="table paper" ref={table}>
          <caption className="vh">{t('paper.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('paper.item')}</th>
              <th scope="col">{t('paper.gist')}</th>
              <th scope="col">{t('paper.answer')}</th>
              {draft.twice && <th scope="col">{t('paper.again')}</th>}
            </tr>
          </thead>
          <tbody>
            {form.items.map((item, i) => (
              <tr key={item.position}>
                <th scope="row" className="num">
                  {i + 1}
                </th>
                <td>
                  {item.gist ?? item.text ?? t('paper.no_gist')}
                  {item.risk && <span className="tag tag-urgent">{t('paper.risk')}</span>}
                </td>
                <td>{pass('first', i)}</td>
                {draft.twice && <td>{pass('second', i)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
        <div className="form-do">
          <button id="save-answers" type="submit" className="btn btn-primary" disabled={busy}>
            {t('paper.save')}
          </button>
          <span className="hint" role="status">
            {left ? t('paper.left', { n: left }) : t('paper.all')}
          </span>
        </div>
      </form>
    </Page>
  );
}
