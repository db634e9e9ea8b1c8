import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { DeskTabs, DeskTexts, Notices } from '../desk/Desk';
import { Coefficient, Confusion, Findings } from '../desk/Numbers';
import { useClips, useSystems } from '../desk/queries';
import { Loaded, Page } from '../parts';

type Report = Schemas['CodingAgreement'];

/** How far observers agree who coded the same clips, each alone. */
export default function DeskAgreement() {
  return (
    <DeskTexts>
      <AgreementPage />
    </DeskTexts>
  );
}

const tolerances = [0, 500, 1000, 2000, 3000, 5000];

function AgreementPage() {
  const { t, number } = useTexts();
  const [search, setSearch] = useSearchParams();
  const systems = useSystems();
  const clips = useClips();
  const system = search.get('system') ?? '';
  const clip = search.get('clip') ?? '';
  const tolerance = Number(search.get('tolerance') ?? 2000);
  const change = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  const report = useQuery({
    queryKey: ['coding-agreement', system, clip, tolerance],
    queryFn: () =>
      ask(
        api.POST('/api/v1/coding/agreement', {
          body: { system, clip: clip || null, tolerance_ms: tolerance },
        }),
      ),
    enabled: system !== '',
  });
  return (
    <Page title="agree.title" facts={t('agree.facts')} tabs={<DeskTabs />} plain>
      <form className="card form no-print" aria-label={t('agree.what')} onSubmit={(event) => event.preventDefault()}>
        <div className="grid-2">
          <label className="field">
            {t('begin_coding.system')}
            <select value={system} onChange={(event) => change('system', event.currentTarget.value)}>
              <option value="">{t('begin_coding.choose')}</option>
              {(systems.data ?? []).map((one) => (
                <option key={`${one.id}@${one.version}`} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            {t('agree.clip')}
            <select value={clip} onChange={(event) => change('clip', event.currentTarget.value)}>
              <option value="">{t('agree.every_clip')}</option>
              {(clips.data ?? []).map((one) => (
                <option key={one.id} value={one.id}>
                  {t('desk.clip', { n: one.number })} {one.label}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            {t('agree.tolerance')}
            <select value={tolerance} onChange={(event) => change('tolerance', event.currentTarget.value)}>
              {tolerances.map((ms) => (
                <option key={ms} value={ms}>
                  {t('agree.seconds', { n: number(ms / 1000) })}
                </option>
              ))}
            </select>
          </label>
        </div>
      </form>
      {system === '' ? (
        <div className="card empty">
          <p>{t('agree.choose')}</p>
        </div>
      ) : (
        <Loaded query={report} part>
          {(one) => <Shown report={one} tolerance={tolerance} />}
        </Loaded>
      )}
    </Page>
  );
}

function Shown({ report, tolerance }: { report: Report; tolerance: number }) {
  const { t, number } = useTexts();
  const few = report.clips < 10;
  return (
    <>
      <Notices words={report.notices} />
      <section className="card" aria-labelledby="in-short">
        <h2 id="in-short">{t('agree.in_short')}</h2>
        <p className="headline">
          {t('agree.headline', { clips: report.clips, coders: report.coders.length, system: report.system_name })}
        </p>
        <p className="sub">
          {few && `${t('agree.few')} `}
          {report.alone > 0 && `${t('agree.alone', { n: report.alone })} `}
          {report.hidden > 0 && t('agree.hidden', { n: report.hidden })}
        </p>
      </section>
      {report.tracks.map((track) => (
        <section key={track.track} className="card table-card" aria-label={trackName(track.track, t)}>
          <h2>{trackName(track.track, t)}</h2>
          <p className="measure">
            {track.matched_share.value === null
              ? t('agree.no_events')
              : t('agree.matched', {
                  share: Math.round(track.matched_share.value * 100),
                  s: number(tolerance / 1000),
                })}{' '}
            {track.median_offset_ms !== null &&
              t('agree.offset', { s: number(Math.abs(track.median_offset_ms) / 1000) })}{' '}
            {track.observed !== null &&
              track.by_chance !== null &&
              t('agree.units', {
                observed: Math.round(track.observed * 100),
                chance: Math.round(track.by_chance * 100),
              })}
          </p>
          {track.time_kappa.value !== null && (
            <p>
              {t('agree.time_kappa')} <Coefficient of={track.time_kappa} />
            </p>
          )}
          <table className="table">
            <caption className="vh">{t('agree.codes')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('list.code')}</th>
                <th scope="col">{t('agree.first')}</th>
                <th scope="col">{t('agree.second')}</th>
                <th scope="col">{t('agree.both')}</th>
                <th scope="col">{t('agree.share')}</th>
                <th scope="col">{t('agree.kappa')}</th>
              </tr>
            </thead>
            <tbody>
              {track.codes.map((code) => (
                <tr key={code.code}>
                  <th scope="row">{code.label}</th>
                  <td className="num">{code.first}</td>
                  <td className="num">{code.second}</td>
                  <td className="num">{code.matched}</td>
                  <td className="num">
                    {code.share === null
                      ? t('agree.undefined')
                      : t('agree.percent', { n: Math.round(code.share * 100) })}
                  </td>
                  <td>
                    <Coefficient of={code.time_kappa} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Confusion
            of={track.paired}
            title={t('agree.confusion')}
            about={trackName(track.track, t)}
            rows={t('agree.first')}
            columns={t('agree.second')}
            other={t('agree.nobody_else')}
          />
          {track.curve.some((step) => step.kappa !== null) && (
            <table className="table">
              <caption className="desk-caption">{t('agree.curve')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('agree.tolerance')}</th>
                  <th scope="col">{t('agree.kappa')}</th>
                  <th scope="col">{t('agree.observed')}</th>
                </tr>
              </thead>
              <tbody>
                {track.curve.map((step) => (
                  <tr key={step.tolerance_ms}>
                    <th scope="row" className="num">
                      {t('agree.seconds', { n: number(step.tolerance_ms / 1000) })}
                    </th>
                    <td className="num">{step.kappa === null ? t('agree.undefined') : number(step.kappa)}</td>
                    <td className="num">{t('agree.percent', { n: Math.round(step.observed * 100) })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      ))}
      {report.classes.map((one) => (
        <section key={one.question} className="card table-card" aria-label={t(`agree.question.${one.question}`)}>
          <h2>{t(`agree.question.${one.question}`)}</h2>
          <p>
            {t('agree.class_agreement')} <Coefficient of={one.agreement} />; {t('agree.kappa')}{' '}
            <Coefficient of={one.kappa} />; {t('agree.ac1')} <Coefficient of={one.ac1} />
          </p>
          <Confusion
            of={one.confusion}
            title={t('agree.class_confusion')}
            about={t(`agree.question.${one.question}`)}
            rows={t('agree.first')}
            columns={t('agree.second')}
            other={t('agree.undefined')}
          />
        </section>
      ))}
      {report.scales.length > 0 && (
        <section className="card table-card" aria-labelledby="scales">
          <h2 id="scales">{t('agree.scales')}</h2>
          <table className="table" aria-labelledby="scales">
            <thead>
              <tr>
                <th scope="col">{t('agree.scale')}</th>
                <th scope="col">{t('agree.rated_twice')}</th>
                <th scope="col">{t('agree.icc')}</th>
                <th scope="col" className="wide">
                  {t('agree.sem')}
                </th>
              </tr>
            </thead>
            <tbody>
              {report.scales.map((scale) => (
                <tr key={scale.scale}>
                  <th scope="row">{scale.label}</th>
                  <td className="num">{scale.units}</td>
                  <td>
                    <Coefficient of={scale.single} />
                  </td>
                  <td className="num wide">{scale.sem === null ? t('agree.undefined') : number(scale.sem)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Findings of={report.findings} />
    </>
  );
}

const trackName = (track: string, t: ReturnType<typeof useTexts>['t']): string =>
  track ? t('agree.track', { name: track }) : t('agree.track_one');
