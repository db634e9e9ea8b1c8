import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import {
  ErrorSummary,
  Field,
  Loaded,
  languageOf,
  nameOf,
  Page,
  submitted,
  textOf,
  useChange,
  useCourseName,
} from '../parts';
import { useCourse, useInstruments, usePerson, usePhone, useWordings } from '../queries';
import { useSession, useUser } from '../session';
import { keepOccasion } from '../TakeBack';

type Mode = NonNullable<Schemas['GiveMeasure']['mode']>;
const occasions = ['intake', 'before_session', 'after_session', 'review', 'end', 'follow_up', 'other'] as const;

export default function Give() {
  const { course: id = '' } = useParams();
  const course = useCourse(id);
  const instruments = useInstruments();
  const wordings = useWordings();
  const phone = usePhone();
  return (
    <Loaded query={course}>
      {(one) => (
        <Loaded query={instruments}>
          {(all) => (
            <Loaded query={wordings}>
              {(packs) => (
                <Loaded query={phone}>
                  {(state) => <GiveForm course={one} instruments={all} wordings={packs} phone={state} />}
                </Loaded>
              )}
            </Loaded>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function GiveForm({
  course,
  instruments,
  wordings,
  phone,
}: {
  course: Schemas['CourseView'];
  instruments: Schemas['InstrumentView'][];
  wordings: Schemas['WordingPack'][];
  phone: Schemas['PhoneState'];
}) {
  const { t, date } = useTexts();
  const navigate = useNavigate();
  const courseName = useCourseName();
  const user = useUser();
  const { handOver } = useSession();
  const { busy, problem, run } = useChange();
  const [asked] = useSearchParams();
  const [instrument, setInstrument] = useState(asked.get('measure') ?? 'check-in');
  const [respondent, setRespondent] = useState(
    (course.members.find((member) => member.person === asked.get('of')) ?? course.members[0])?.person ?? '',
  );
  const [about, setAbout] = useState<ReadonlySet<string>>(new Set());
  const [mode, setMode] = useState<Mode>();
  const chosen = instruments.find((one) => one.id === instrument) ?? instruments[0];
  const view = usePerson(respondent);
  const figures = view.data?.figures ?? [];
  const [order, setOrder] = useState('');
  const [fewer, setFewer] = useState(false);
  const packs = wordings.filter(
    (pack) =>
      pack.instrument === chosen?.id &&
      pack.version === chosen.version &&
      (chosen.orders.length < 2 || pack.item_order === order),
  );
  const locales = [...new Set(packs.map((pack) => pack.locale))];
  const worded = chosen?.wording === 'shipped' || packs.length > 0;
  const agreed = (kind: 'limits_explained' | 'measures' | 'portal') =>
    view.data?.consents.some(
      (consent) => consent.kind === kind && !consent.withdrawn_at && (!consent.course || consent.course === course.id),
    );
  const riskPath = phone.risk_path;
  const riskReady = Boolean(riskPath.person && riskPath.phone && riskPath.hours && riskPath.tested_at);
  const possible: Record<Mode, boolean> = {
    in_room: worded,
    from_paper: true,
    on_phone: worded && phone.offered && agreed('portal') === true,
  };
  const noPhone = !worded
    ? 'give.no_wording'
    : phone.offered
      ? 'give.no_portal'
      : phone.portal.address
        ? 'give.unproven'
        : 'give.no_phones';
  const why: Record<Mode, string> = {
    in_room: possible.in_room ? 'give.in_room_hint' : 'give.no_wording',
    from_paper: 'give.from_paper_hint',
    on_phone: possible.on_phone ? 'give.on_phone_hint' : noPhone,
  };
  const real: Mode = mode && possible[mode] ? mode : mode || !possible.in_room ? 'from_paper' : 'in_room';
  const inOrder = chosen?.orders.find((one) => chosen.orders.length < 2 || one.id === order);
  const adaptive = worded && real !== 'from_paper' ? inOrder?.adaptive : null;
  return (
    <Page
      title="give.title"
      heading={t('give.title')}
      facts={<Link to={`/courses/${course.id}`}>{courseName(course)}</Link>}
      plain
    >
      <form
        className="card form"
        onSubmit={submitted((form) => {
          const occasion = textOf(form, 'occasion') as (typeof occasions)[number];
          // Of several people, a sheet each: in the order in which they are listed.
          const several = chosen?.names_figure ? figures.filter((one) => about.has(one.id)).map((one) => one.id) : [];
          const others: string[] = [];
          const give = (figure: string | null, beside: string | null) =>
            ask(
              api.POST('/api/v1/courses/{course}/sheets', {
                params: { path: { course: course.id } },
                body: {
                  instrument: chosen?.id ?? '',
                  respondent,
                  subject: textOf(form, 'subject') || null,
                  figure,
                  beside,
                  item_order: textOf(form, 'item_order') || null,
                  occasion,
                  mode: real,
                  ask_risk: real !== 'on_phone' || form.get('ask_risk') === 'on',
                  locale: textOf(form, 'locale') || null,
                  adaptive: Boolean(adaptive) && fewer,
                  most_items: Number(textOf(form, 'most_items')) || null,
                },
              }),
            );
          void run(
            async () => {
              const sheet = await give(several[0] ?? (textOf(form, 'figure') || null), null);
              for (const figure of several.slice(1)) others.push((await give(figure, sheet.id)).id);
              if (real === 'in_room') await handOver(course.id, sheet.id);
              return sheet;
            },
            (sheet) => {
              const at = `/courses/${course.id}/sheets/${sheet.id}`;
              keepOccasion(sheet.id, occasion);
              const next = others.length ? `?next=${others.join('.')}` : '';
              const prepared = others.length ? `/courses/${course.id}` : at;
              navigate(real === 'in_room' ? '/room' : real === 'from_paper' ? `${at}/paper${next}` : prepared);
            },
            [['course', course.id]],
          );
        })}
      >
        <ErrorSummary problem={problem} />
        {view.data && !(agreed('measures') && agreed('limits_explained')) && (
          <p className="callout">
            {t('give.no_consent')} <Link to={`/courses/${course.id}/people`}>{t('course.people')}</Link>
          </p>
        )}
        <Field name="instrument" label={t('give.measure')} problem={problem}>
          <select value={chosen?.id} onChange={(event) => setInstrument(event.target.value)}>
            {instruments.map((one) => (
              <option key={one.id} value={one.id}>
                {t('give.option', { name: one.abbreviation, title: one.title, n: one.items })}
              </option>
            ))}
          </select>
        </Field>
        {chosen && chosen.orders.length > 1 && (
          <Field name="item_order" label={t('give.order')} hint={t('give.order_hint')} problem={problem}>
            <select required value={order} onChange={(event) => setOrder(event.target.value)}>
              <option value="" disabled>
                {t('give.choose')}
              </option>
              {chosen.orders.map((order) => (
                <option key={order.id} value={order.id}>
                  {order.name}
                </option>
              ))}
            </select>
          </Field>
        )}
        <div className="grid-2">
          {course.members.length > 1 && (
            <>
              <Field name="respondent" label={t('give.respondent')} problem={problem}>
                <select
                  value={respondent}
                  onChange={(event) => {
                    setRespondent(event.target.value);
                    setAbout(new Set());
                  }}
                >
                  {course.members.map((member) => (
                    <option key={member.person} value={member.person}>
                      {nameOf(member)}
                    </option>
                  ))}
                </select>
              </Field>
              <Field name="subject" label={t('give.subject')} problem={problem}>
                <select defaultValue="">
                  <option value="">{t('give.self')}</option>
                  {course.members
                    .filter((member) => member.person !== respondent)
                    .map((member) => (
                      <option key={member.person} value={member.person}>
                        {nameOf(member)}
                      </option>
                    ))}
                </select>
              </Field>
            </>
          )}
          {!chosen?.names_figure && figures.length > 0 && (
            <Field name="figure" label={t('give.figure')} problem={problem}>
              <select defaultValue="">
                <option value="">{t('give.nobody')}</option>
                {figures.map((figure) => (
                  <option key={figure.id} value={figure.id}>
                    {figure.name ?? t(`figure.${figure.kind}`)}
                  </option>
                ))}
              </select>
            </Field>
          )}
          <Field name="occasion" label={t('give.occasion')} problem={problem}>
            <select defaultValue="before_session">
              {occasions.map((occasion) => (
                <option key={occasion} value={occasion}>
                  {t(`occasion.${occasion}`)}
                </option>
              ))}
            </select>
          </Field>
        </div>
        {chosen?.names_figure && (
          <fieldset className="choices">
            <legend>{t('give.figures')}</legend>
            <p className="hint">
              {figures.length === 0
                ? t('give.no_figures')
                : t('give.figures_hint', {
                    n: Math.max(1, about.size),
                    items: chosen.items * Math.max(1, about.size),
                  })}{' '}
              {figures.length === 0 && (
                <Link to={`/courses/${course.id}/history?of=${respondent}`}>{t('history.page')}</Link>
              )}
            </p>
            <div className="checks">
              {figures.map((figure) => (
                <label key={figure.id} className="check">
                  <input
                    type="checkbox"
                    checked={about.has(figure.id)}
                    onChange={(event) => {
                      const after = new Set(about);
                      if (event.target.checked) after.add(figure.id);
                      else after.delete(figure.id);
                      setAbout(after);
                    }}
                  />
                  <span>
                    {figure.name
                      ? t('give.whom', { name: figure.name, kind: t(`figure.${figure.kind}`) })
                      : t(`figure.${figure.kind}`)}
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
        )}
        <fieldset className="choices">
          <legend>{t('give.how')}</legend>
          {(['in_room', 'from_paper', 'on_phone'] as const).map((one) => (
            <label key={one} className="choice" data-off={!possible[one] || undefined}>
              <input
                type="radio"
                name="mode"
                checked={real === one}
                disabled={!possible[one]}
                onChange={() => setMode(one)}
              />
              <span>
                {t(`mode.${one}`)}
                <span className="hint">{t(why[one])}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {!possible.on_phone && worded && !phone.offered && (
          <p className="hint">
            {t('give.phone_needs')} {user.admin && <Link to="/settings#phones">{t('settings.phones')}</Link>}
          </p>
        )}
        {locales.length > 1 && (
          <Field name="locale" label={t('give.locale')} problem={problem}>
            <select defaultValue="" required>
              <option value="" disabled>
                {t('give.choose')}
              </option>
              {locales.map((locale) => (
                <option key={locale} value={locale}>
                  {languageOf(locale)}
                </option>
              ))}
            </select>
          </Field>
        )}
        {chosen && adaptive && (
          <label className="check">
            <input type="checkbox" checked={fewer} onChange={(event) => setFewer(event.target.checked)} />
            <span>
              {t('give.adaptive')}
              <span className="hint">{t('give.adaptive_hint', { ...adaptive, n: chosen.items })}</span>
            </span>
          </label>
        )}
        {adaptive && fewer && (
          <Field
            name="most_items"
            label={t('give.most_items')}
            hint={t('give.most_items_hint', { ...adaptive })}
            problem={problem}
          >
            <input type="number" inputMode="numeric" min={adaptive.least} max={adaptive.most} />
          </Field>
        )}
        {chosen?.has_risk_items && real === 'on_phone' && (
          <label className="check">
            <input type="checkbox" name="ask_risk" disabled={!riskReady} />
            <span>
              {t('give.ask_risk')}
              <span className="hint">
                {riskReady
                  ? t('give.ask_risk_path', {
                      person: riskPath.person,
                      hours: riskPath.hours,
                      date: date(riskPath.tested_at ?? ''),
                    })
                  : t('give.ask_risk_hint')}
              </span>
            </span>
          </label>
        )}
        <div className="form-do">
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {t(`give.do.${real}`)}
          </button>
        </div>
      </form>
    </Page>
  );
}
