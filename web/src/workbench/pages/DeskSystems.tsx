import { useTexts } from '../../shared/i18n/texts';
import { DeskTabs, DeskTexts, Status } from '../desk/Desk';
import type { System } from '../desk/events';
import { useSystems } from '../desk/queries';
import { Loaded, Page } from '../parts';

/** What may be coded, from where it comes, and what it takes. */
export default function DeskSystems() {
  return (
    <DeskTexts>
      <SystemsPage />
    </DeskTexts>
  );
}

function SystemsPage() {
  const { t } = useTexts();
  const systems = useSystems();
  return (
    <Page title="systems.title" facts={t('systems.facts')} tabs={<DeskTabs />} plain>
      <Loaded query={systems} part>
        {(all) => all.map((one) => <One key={`${one.id}@${one.version}`} system={one} />)}
      </Loaded>
    </Page>
  );
}

function One({ system }: { system: System }) {
  const { t } = useTexts();
  const id = `system-${system.id}`;
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>
        {system.name} <Status of={system.origin} />
      </h2>
      {system.guard && <p className="desk-guard">{system.guard}</p>}
      <p className="measure">{system.summary}</p>
      <p className="sub measure">{system.caution}</p>
      <p className="sub measure">
        {system.terms} {system.ages && t('systems.ages', { ages: system.ages })}
      </p>
      <p className="meta measure">
        {t('systems.source', { source: system.origin.source })} {system.origin.note}
      </p>
      <details className="after">
        <summary>
          {t('systems.holds', {
            codes: system.codes.length,
            scales: system.scales.length,
            classes: system.classes.length,
          })}
        </summary>
        <ul className="desk-holds">
          {[...system.episodes, ...system.codes, ...system.scales, ...system.classes].map((one) => (
            <li key={`${one.id} ${one.label}`}>
              {one.label} <Status of={one.origin} />{' '}
              {one.origin.note && <span className="meta">{one.origin.note}</span>}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
