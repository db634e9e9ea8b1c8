import { useQuery } from '@tanstack/react-query';
import { CircleAlert, Eye } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { AttachmentMap } from '../../shared/charts/AttachmentMap';
import type { MapModel } from '../../shared/charts/mapModel';
import { useTexts } from '../../shared/i18n/texts';
import { type About, Frame } from '../formulation/Frame';
import { Loaded } from '../parts';

const useMap = (course: string, person: string) =>
  useQuery({
    queryKey: ['course', course, 'map', person, 'therapist'],
    queryFn: () =>
      ask(api.GET('/api/v1/courses/{course}/people/{person}/map', { params: { path: { course, person } } })),
  });

/** How a person is with each figure, then and now. Each member of a course has their own map. */
export default function MapPage() {
  const { t } = useTexts();
  return (
    <Frame
      title="map.page"
      facts="map.facts"
      actions={(about) => (
        <Link className="btn" to={about.to('map/shown')}>
          <Eye size={16} aria-hidden="true" /> {t('map.show')}
        </Link>
      )}
    >
      {(about) => <Of about={about} />}
    </Frame>
  );
}

function Of({ about }: { about: About }) {
  const map = useMap(about.course.id, about.member.person);
  return (
    <Loaded query={map} part>
      {(shown) => (
        <>
          <div className="col-wide">
            {shown.risk_is_open && <Contact about={about} />}
            {shown.state === 'nothing' ? <Nothing about={about} map={shown} /> : <Drawn map={shown} />}
            {shown.professional && <Professional map={shown} professional={shown.professional} />}
          </div>
          <div className="col-side">
            {shown.state !== 'nothing' && shown.next_step && <Next about={about} map={shown} />}
            <Rests map={shown} />
            {shown.findings.length > 0 && <Findings findings={shown.findings} />}
          </div>
        </>
      )}
    </Loaded>
  );
}

function Contact({ about }: { about: About }) {
  const { t } = useTexts();
  return (
    <section className="card urgent" aria-labelledby="contact">
      <div className="alert">
        <CircleAlert size={22} aria-hidden="true" />
        <div>
          <h2 id="contact">{t('map.contact')}</h2>
          <Link to={`/courses/${about.course.id}`}>{t('map.to_risk')}</Link>
        </div>
      </div>
    </section>
  );
}

function Drawn({ map }: { map: MapModel }) {
  const { t } = useTexts();
  return (
    <section className="card" aria-labelledby="map">
      <h2 id="map">{t('map.title')}</h2>
      <AttachmentMap map={map} />
    </section>
  );
}

/** What brings a map, and the one step towards it. */
function Nothing({ about, map }: { about: About; map: MapModel }) {
  const { t } = useTexts();
  const somebody = about.view.figures.length > 0;
  return (
    <section className="card empty" aria-labelledby="map">
      <h2 id="map">{map.headline}</h2>
      <p className="sub measure">{map.next_step}</p>
      {!somebody && <p className="sub measure">{t('map.figures_first')}</p>}
      {about.mine &&
        (somebody ? (
          <Give about={about} measure="closeness" primary />
        ) : (
          <Link className="btn btn-primary" to={about.to('history')}>
            {t('map.figures')}
          </Link>
        ))}
    </section>
  );
}

function Give(props: { about: About; measure: 'closeness' | 'ecr-rs'; primary?: boolean }) {
  const { t } = useTexts();
  const { course, member } = props.about;
  return (
    <Link
      className={props.primary ? 'btn btn-primary' : 'btn'}
      to={`/courses/${course.id}/give?measure=${props.measure}&of=${member.person}`}
    >
      {t(props.measure === 'closeness' ? 'map.ask_closeness' : 'map.ask_rs')}
    </Link>
  );
}

function Next({ about, map }: { about: About; map: MapModel }) {
  const { t } = useTexts();
  return (
    <section className="card no-print" aria-labelledby="next">
      <h2 id="next">{t('map.next')}</h2>
      <p className="sub after">{map.next_step}</p>
      {about.mine && (
        <p className="after">
          <Give about={about} measure="ecr-rs" />
        </p>
      )}
    </section>
  );
}

function Rests({ map }: { map: MapModel }) {
  const { t, date } = useTexts();
  if (!map.forms.length && !map.ignored.length && !map.model) return null;
  const percent = (share: number) => Math.round(100 * share);
  return (
    <section className="card map-rests" aria-labelledby="rests">
      <h2 id="rests">{t('map.rests')}</h2>
      {map.forms.length > 0 && <h3>{t('map.forms')}</h3>}
      {map.forms.map((form) => (
        <div key={form.form + form.about}>
          <p>
            {t('map.form', { form: form.form, n: form.sheets })}, {t(`map.about.${form.about}`)}{' '}
            {!form.verified && <span className="tag tag-draft">{t('unverified')}</span>}
          </p>
          {form.estimated && <p className="sub">{t('map.form_estimated')}</p>}
          <details className="sources">
            <summary>{t('map.sources')}</summary>
            <p className="sub">{form.basis}</p>
          </details>
        </div>
      ))}
      {map.ignored.length > 0 && <h3>{t('map.ignored')}</h3>}
      {map.ignored.map((one) => (
        <p key={one.form + one.why} className="sub">
          {t('map.ignored_one', { form: one.form, n: one.sheets, why: one.why })}
        </p>
      ))}
      {map.model && (
        <>
          <h3>{t('map.model')}</h3>
          <p>
            {map.model.statement}{' '}
            {map.model.origin === 'sheet' && <span className="tag tag-draft">{t('map.model_ours')}</span>}
          </p>
          {map.model.computed_at && (
            <p className="sub">{t('map.model_fitted', { date: date(map.model.computed_at) })}</p>
          )}
          {map.shares && (
            <p className="sub num">
              {t('map.shares', {
                overall: percent(map.shares.overall),
                domain: percent(map.shares.domain),
                relation: percent(map.shares.relation),
              })}
            </p>
          )}
          <p className="sub">{map.model.limits}</p>
          <details className="sources">
            <summary>{t('map.sources')}</summary>
            <p className="sub">{map.model.basis}</p>
          </details>
        </>
      )}
    </section>
  );
}

function Findings({ findings }: { findings: Schemas['MapFinding'][] }) {
  const { t } = useTexts();
  return (
    <section className="card map-rests" aria-labelledby="findings">
      <h2 id="findings">{t('map.findings')}</h2>
      {findings
        .filter((finding) => finding.code !== 'working_model.shares')
        .map((finding) => (
          <div key={finding.code + finding.statement}>
            <p>{finding.statement}</p>
            <p className="sub">{t('map.basis', { basis: finding.basis })}</p>
            <p className="sub">{finding.limits}</p>
          </div>
        ))}
    </section>
  );
}

const regions = ['secure', 'preoccupied', 'dismissing', 'fearful'] as const;

/** Quadrant probabilities under several lines, and nearness to landmarks: closed until somebody asks for it. */
function Professional({ map, professional }: { map: MapModel; professional: Schemas['MapProfessional'] }) {
  const { t } = useTexts();
  const cuts = professional.readings[0]?.now.map((four) => four.by) ?? [];
  const [chosen, setChosen] = useState('');
  const by = cuts.includes(chosen) ? chosen : (cuts[0] ?? '');
  const rows = professional.readings.flatMap((reading) => {
    const four = reading.now.find((one) => one.by === by);
    const node = map.nodes.find((one) => one.key === reading.key);
    return four && node ? [{ node, four }] : [];
  });
  return (
    <details className="card no-print professional">
      <summary>{t('map.professional')}</summary>
      <p className="sub measure after">{t('map.professional_words')}</p>
      <fieldset className="seg after">
        <legend className="vh">{t('map.cut')}</legend>
        {cuts.map((cut) => (
          <button key={cut} type="button" aria-pressed={cut === by} onClick={() => setChosen(cut)}>
            {t(`map.by.${cut}`)}
          </button>
        ))}
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
      <section className="scroll" tabIndex={0} aria-label={t('map.professional')}>
        <table className="table num">
          <thead>
            <tr>
              <th scope="col">{t('map.where')}</th>
              {regions.map((region) => (
                <th key={region} scope="col">
                  {t(`map.region.${region}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ node, four }) => (
              <tr key={node.key}>
                <th scope="row">{node.label}</th>
                {regions.map((region) => (
                  <td key={region}>{t('map.percent', { n: Math.round(100 * four[region]) })}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows[0] && <p className="sub measure">{rows[0].four.limits}</p>}
      {professional.findings.map((finding) => (
        <p key={finding.code} className="sub measure">
          {finding.statement} {finding.limits}
        </p>
      ))}
    </details>
  );
}
