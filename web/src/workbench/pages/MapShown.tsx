import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { Frame } from '../formulation/Frame';
import { PersonsMap } from '../map/PersonsMap';
import { nameOf } from '../parts';

/** The map to look at together or to give on paper. */
export default function MapShown() {
  const { t } = useTexts();
  return (
    <Frame title="shown.title" facts="shown.facts" plain>
      {(about) => (
        <>
          <section className="card no-print" aria-label={t('shown.title')}>
            <p className="sub measure">{t('shown.before')}</p>
            <div className="form-do after">
              <button type="button" className="btn btn-primary" onClick={() => print()}>
                {t('shown.print')}
              </button>
              <Link className="btn" to={about.to('map')}>
                {t('map.back')}
              </Link>
            </div>
          </section>
          <article className="card" aria-labelledby="shown">
            <h2 id="shown">{t('shown.heading', { name: nameOf(about.member) })}</h2>
            <PersonsMap course={about.course.id} person={about.member.person} />
          </article>
        </>
      )}
    </Frame>
  );
}
