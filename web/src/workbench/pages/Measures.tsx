import { useState } from 'react';
import { useTexts } from '../../shared/i18n/texts';
import { formOf } from '../form';
import { Loaded, Page } from '../parts';
import { useInstruments } from '../queries';
import { find } from '../search';

export default function Measures() {
  const { t } = useTexts();
  const instruments = useInstruments();
  const [typed, setTyped] = useState('');
  return (
    <Loaded query={instruments}>
      {(all) => {
        const found = find(all, typed, (one) => `${one.id} ${one.title} ${one.abbreviation}`);
        return (
          <Page title="nav.measures" facts={t('measures.facts', { n: all.length })} plain>
            <div className="filter no-print">
              <label htmlFor="filter">{t('measures.filter')}</label>
              <input
                id="filter"
                type="search"
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            </div>
            {found.length === 0 ? (
              <div className="card empty" role="status">
                <p>{t('measures.none', { typed })}</p>
                <button type="button" className="btn" onClick={() => setTyped('')}>
                  {t('caseload.clear')}
                </button>
              </div>
            ) : (
              <ul className="library">
                {found.map((one) => {
                  const form = formOf(one.id, one.version, '');
                  return (
                    <li key={one.id} className="card">
                      <h2>
                        {one.title}{' '}
                        <span className="meta">
                          {t('measures.short', { short: one.abbreviation, version: one.version })}
                        </span>
                      </h2>
                      <p className="tags">
                        <span className={one.wording === 'shipped' ? 'tag' : 'tag tag-plain'}>
                          {t(`wording.${one.wording}`)}
                        </span>
                        {one.has_risk_items && <span className="tag tag-urgent">{t('measures.risk')}</span>}
                        {!one.licence_verified && (
                          <span className="tag tag-draft">{t('measures.licence_unverified')}</span>
                        )}
                      </p>
                      <p className="sub num">
                        {t('measures.items', { n: one.items })}
                        {form &&
                          ` · ${t('measures.answers', { lowest: Math.min(...form.lowest), highest: Math.max(...form.highest) })}`}
                        {form?.recall && ` · ${form.recall}`}
                        {one.orders.length > 1 && ` · ${t('measures.orders', { n: one.orders.length })}`}
                      </p>
                      <details>
                        <summary>{t('measures.licence')}</summary>
                        <p className="measure">{one.licence_terms}</p>
                        <p className="sub">{t(`wording.${one.wording}_hint`)}</p>
                      </details>
                    </li>
                  );
                })}
              </ul>
            )}
          </Page>
        );
      }}
    </Loaded>
  );
}
