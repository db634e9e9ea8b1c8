import { useState } from 'react';
import { Link } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { Loaded, languageOf, Page } from '../parts';
import { useInstruments, useWordings } from '../queries';
import { find } from '../search';
import { useUser } from '../session';

export default function Measures() {
  const { t } = useTexts();
  const instruments = useInstruments();
  const wordings = useWordings();
  const user = useUser();
  const [typed, setTyped] = useState('');
  return (
    <Loaded query={instruments}>
      {(all) => {
        const found = find(all, typed, (one) => `${one.id} ${one.title} ${one.abbreviation}`);
        return (
          <Page title="nav.measures" facts={t('measures.facts', { n: all.length })} plain>
            <p className="sub">
              <Link to="/protocols">{t('measures.protocols')}</Link>
            </p>
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
                  const packs = (wordings.data ?? []).filter(
                    (pack) => pack.instrument === one.id && pack.version === one.version,
                  );
                  const wording = packs.length > 0 ? 'imported_here' : one.wording;
                  return (
                    <li key={one.id} className="card">
                      <h2>
                        {one.title}{' '}
                        <span className="meta">
                          {t('measures.short', { short: one.abbreviation, version: one.version })}
                        </span>
                      </h2>
                      <p className="tags">
                        <span className={wording === 'shipped' || packs.length > 0 ? 'tag' : 'tag tag-plain'}>
                          {t(`wording.${wording}`, {
                            languages: [...new Set(packs.map((pack) => languageOf(pack.locale)))].join(', '),
                          })}
                        </span>
                        {one.has_risk_items && <span className="tag tag-urgent">{t('measures.risk')}</span>}
                        {!one.licence_verified && (
                          <span className="tag tag-draft">{t('measures.licence_unverified')}</span>
                        )}
                      </p>
                      <p className="sub num">
                        {t('measures.items', { n: one.items })}
                        {` · ${t('measures.answers', { lowest: one.lowest, highest: one.highest })}`}
                        {one.recall && ` · ${one.recall}`}
                        {one.orders.length > 1 && ` · ${t('measures.orders', { n: one.orders.length })}`}
                      </p>
                      <details>
                        <summary>{t('measures.licence')}</summary>
                        <p className="measure">{one.licence_terms}</p>
                        <p className="sub">{t(`wording.${wording}_hint`)}</p>
                        {one.wording !== 'shipped' && (
                          <p className="links">
                            <Link to={`/measures/${one.id}@${one.version}/ask`}>{t('ask.go')}</Link>
                            {user.admin && one.wording === 'imported' && (
                              <Link to={`/measures/${one.id}@${one.version}/wording`}>{t('words.title')}</Link>
                            )}
                          </p>
                        )}
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
