import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { ErrorSummary, Field, Loaded, Page, submitted, textOf, useChange, useNotice } from '../parts';
import { SettingsTabs } from './SettingsTabs';

/** Whose record need not be kept any longer: by code, never by name. */
export default function Due() {
  const { t, date } = useTexts();
  const [chosen, setChosen] = useState<Schemas['DuePerson']>();
  const due = useQuery({
    queryKey: ['due'],
    queryFn: async () => (await ask(api.GET('/api/v1/people/due-for-erasure'))).items,
  });
  return (
    <Page title="due.title" facts={t('due.facts')} tabs={<SettingsTabs />} plain>
      {chosen && <Erase person={chosen} close={() => setChosen(undefined)} />}
      <Loaded query={due}>
        {(all) =>
          all.length === 0 ? (
            <div className="card empty">
              <p>{t('due.none')}</p>
            </div>
          ) : (
            <div className="card table-card">
              <table className="table">
                <caption className="vh">{t('due.title')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('copy.code')}</th>
                    <th scope="col">{t('due.since')}</th>
                    <th scope="col">
                      <span className="vh">{t('due.do')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((one) => (
                    <tr key={one.person}>
                      <th scope="row" className="num">
                        {one.code}
                      </th>
                      <td className="num">{date(one.since)}</td>
                      <td className="cell-do">
                        <button
                          type="button"
                          className="btn btn-quiet"
                          aria-label={t('due.do_which', { code: one.code })}
                          onClick={() => setChosen(one)}
                        >
                          {t('due.do')}
                        </button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function Erase({ person, close }: { person: Schemas['DuePerson']; close: () => void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  return (
    <form
      key={person.person}
      className="card callout-card form"
      aria-labelledby="erase"
      onSubmit={submitted(
        (form) =>
          void run(() =>
            ask(
              api.POST('/api/v1/people/{person}/erase-due', {
                params: { path: { person: person.person } },
                body: { code: textOf(form, 'code') },
              }),
            ), () => {
            notice({ words: t('erase.done', { code: person.code }) });
            close();
          }, [['due']]),
      )}
    >
      <h2 id="erase">{t('due.do_which', { code: person.code })}</h2>
      <p className="measure">{t('erase.words')}</p>
      <ErrorSummary problem={problem} />
      <Field name="code" label={t('erase.code', { code: person.code })} problem={problem}>
        {/* biome-ignore lint/a11y/noAutofocus: the form opens where its button was pressed */}
        <input type="text" required autoFocus autoComplete="off" spellCheck={false} size={12} />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-grave" disabled={busy}>
          {t('erase.do')}
        </button>
        <button type="button" className="btn" onClick={close}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
