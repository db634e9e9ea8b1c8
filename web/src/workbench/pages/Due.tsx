import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { Listing } from '../Listing';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Page, submitted, textOf, useChange } from '../parts';
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
      <Listing
        query={due}
        title="due.title"
        empty="due.none"
        keyOf={(one) => one.person}
        columns={[
          { head: 'copy.code', is: 'num', cell: (one) => one.code },
          { head: 'due.since', is: 'day', cell: (one) => date(one.since) },
          {
            head: 'due.do',
            is: 'do',
            cell: (one) => (
              <button
                type="button"
                className="btn btn-quiet"
                aria-label={t('due.do_which', { code: one.code })}
                onClick={() => setChosen(one)}
              >
                {t('due.do')}
              </button>
            ),
          },
        ]}
      />
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
