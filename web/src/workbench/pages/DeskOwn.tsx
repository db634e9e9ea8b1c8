import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { DeskTabs, DeskTexts, Notices } from '../desk/Desk';
import { Confusion, Findings } from '../desk/Numbers';
import { useSystems } from '../desk/queries';
import { Loaded, Page } from '../parts';

type Own = Schemas['CodingCertification'];

/** One's own codes of gold clips against the experts', and month by month. Nobody is ranked. */
export default function DeskOwn() {
  return (
    <DeskTexts>
      <OwnPage />
    </DeskTexts>
  );
}

function OwnPage() {
  const { t } = useTexts();
  const [search, setSearch] = useSearchParams();
  const systems = useSystems();
  const system = search.get('system') ?? '';
  const own = useQuery({
    queryKey: ['coding-own', system],
    queryFn: () => ask(api.POST('/api/v1/coding/certification', { body: { system } })),
    enabled: system !== '',
  });
  return (
    <Page title="own.title" facts={t('own.facts')} tabs={<DeskTabs />} plain>
      <form className="card form no-print" aria-label={t('agree.what')} onSubmit={(event) => event.preventDefault()}>
        <label className="field">
          {t('begin_coding.system')}
          <select
            value={system}
            onChange={(event) => setSearch({ system: event.currentTarget.value }, { replace: true })}
          >
            <option value="">{t('begin_coding.choose')}</option>
            {(systems.data ?? []).map((one) => (
              <option key={`${one.id}@${one.version}`} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      </form>
      {system === '' ? (
        <div className="card empty">
          <p>{t('own.choose')}</p>
        </div>
      ) : (
        <Loaded query={own} part>
          {(one) => <Shown own={one} />}
        </Loaded>
      )}
    </Page>
  );
}

function Shown({ own }: { own: Own }) {
  const { t, number } = useTexts();
  const percent = (share: number | null) =>
    share === null ? t('agree.undefined') : t('agree.percent', { n: Math.round(share * 100) });
  return (
    <>
      <Notices words={own.notices} />
      <section className="card" aria-labelledby="gold">
        <h2 id="gold">{t('own.gold')}</h2>
        <p className="headline">
          {own.state
            ? t(`own.state.${own.state}`, { n: own.clips, of: own.needed, months: own.months_valid })
            : t('own.no_classes', { n: own.clips })}
        </p>
        <p className="sub measure">
          {t('own.rule', { of: own.needed, least: Math.round(own.least_sensitivity * 100), months: own.months_valid })}
        </p>
        {own.missed.length > 0 && <p>{t('own.missed', { classes: own.missed.join(', ') })}</p>}
        {own.classes.length > 0 && (
          <table className="table after">
            <caption className="vh">{t('own.classes')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('own.class')}</th>
                <th scope="col">{t('own.gold_has')}</th>
                <th scope="col">{t('own.found')}</th>
              </tr>
            </thead>
            <tbody>
              {own.classes.map((one) => (
                <tr key={one.class_id}>
                  <th scope="row">{one.class_id}</th>
                  <td className="num">{one.gold}</td>
                  <td className="num">{percent(one.sensitivity)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Confusion
          of={own.confusion}
          title={t('own.confusion')}
          rows={t('own.expert')}
          columns={t('own.you')}
          other={t('agree.undefined')}
        />
      </section>
      {own.codes.length > 0 && (
        <section className="card table-card" aria-labelledby="own-codes">
          <h2 id="own-codes">{t('own.codes')}</h2>
          <table className="table" aria-labelledby="own-codes">
            <thead>
              <tr>
                <th scope="col">{t('list.code')}</th>
                <th scope="col">{t('own.gold_has')}</th>
                <th scope="col">{t('own.found')}</th>
                <th scope="col">{t('own.right')}</th>
              </tr>
            </thead>
            <tbody>
              {own.codes.map((one) => (
                <tr key={one.code}>
                  <th scope="row">{one.code}</th>
                  <td className="num">{one.gold}</td>
                  <td className="num">{percent(one.sensitivity)}</td>
                  <td className="num">{percent(one.precision)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <section className="card table-card" aria-labelledby="drift">
        <h2 id="drift">{t('own.drift')}</h2>
        {own.months.length + own.ratings.length === 0 ? (
          <p className="empty-line">{t('own.no_drift')}</p>
        ) : (
          <>
            {own.change !== null && (
              <p>
                {t(own.fallen ? 'own.fallen' : 'own.not_fallen', {
                  change: number(own.change * 100),
                  lower: number((own.change_lower ?? 0) * 100),
                  upper: number((own.change_upper ?? 0) * 100),
                })}
              </p>
            )}
            {own.months.length > 0 && (
              <table className="table">
                <caption className="vh">{t('own.months')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('own.month')}</th>
                    <th scope="col">{t('own.clips')}</th>
                    <th scope="col">{t('agree.class_agreement')}</th>
                  </tr>
                </thead>
                <tbody>
                  {own.months.map((month) => (
                    <tr key={month.month}>
                      <th scope="row" className="num">
                        {month.month}
                      </th>
                      <td className="num">{month.clips}</td>
                      <td className="num">
                        {percent(month.agreement)}{' '}
                        <span className="meta">
                          {t('agree.interval', {
                            lower: Math.round(month.lower * 100),
                            upper: Math.round(month.upper * 100),
                          })}
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {own.ratings.length > 0 && (
              <table className="table">
                <caption className="desk-caption">{t('own.ratings')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('agree.scale')}</th>
                    <th scope="col">{t('own.month')}</th>
                    <th scope="col">{t('own.bias')}</th>
                  </tr>
                </thead>
                <tbody>
                  {own.ratings.map((one) => (
                    <tr key={one.scale + one.month}>
                      <th scope="row">{one.label}</th>
                      <td className="num">{one.month}</td>
                      <td className="num">
                        {number(one.bias)}{' '}
                        {one.lower !== null && one.upper !== null && (
                          <span className="meta">
                            {t('agree.interval', { lower: number(one.lower), upper: number(one.upper) })}
                          </span>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </>
        )}
      </section>
      <Findings of={own.findings} />
    </>
  );
}
