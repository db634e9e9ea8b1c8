import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { Loaded, nameOf, Page } from '../parts';
import { useCourse, useStaffName } from '../queries';
import { ScoreLines } from '../Scores';
import { useKindName } from './Documents';

/** What was frozen beside the words. An older program may have frozen less. */
interface Shown {
  sheets?: Schemas['Sheet'][];
  program?: string;
}

/** A signed document as it was: its words, and what the record showed then. */
export default function Document() {
  const { course: id = '', document = '' } = useParams();
  const { t, time } = useTexts();
  const course = useCourse(id);
  const staffName = useStaffName();
  const kindName = useKindName();
  const read = useQuery({
    queryKey: ['course', id, 'document', document],
    queryFn: () =>
      ask(api.GET('/api/v1/courses/{course}/documents/{document}', { params: { path: { course: id, document } } })),
  });
  return (
    <Loaded query={course}>
      {(one) => (
        <Loaded query={read}>
          {(page) => {
            const shown = (page.shown ?? {}) as Shown;
            const answered = shown.sheets?.filter((sheet) => sheet.administration.progress === 'sent') ?? [];
            const about = one.members.find((member) => member.person === page.document.person);
            return (
              <Page
                title="document.one"
                heading={kindName(page.document.kind)}
                facts={
                  <>
                    <span>{about ? nameOf(about) : t('course.title')}</span>{' '}
                    <span>
                      {t('document.by', {
                        name: staffName(page.document.signed_by) ?? t('glass.somebody'),
                        at: time(page.document.signed_at),
                      })}
                    </span>
                  </>
                }
                tabs={<CourseTabs course={id} />}
                actions={
                  <button type="button" className="btn" onClick={() => print()}>
                    {t('print')}
                  </button>
                }
                plain
              >
                <section className="card" aria-labelledby="words">
                  <h2 id="words" className="no-print">
                    {t('document.words')}
                  </h2>
                  <div className="letter">
                    {page.words.split(/\n+/).map((line, i) => (
                      <p key={i}>{line}</p>
                    ))}
                  </div>
                </section>
                <section className="card" aria-labelledby="shown">
                  <h2 id="shown">{t('document.shown')}</h2>
                  <p className="sub">{t('document.shown_words', { program: shown.program ?? '–' })}</p>
                  {answered.length ? (
                    answered.map((sheet) => <ScoreLines key={sheet.administration.id} sheet={sheet} />)
                  ) : (
                    <p className="empty-line">{t('document.shown_none')}</p>
                  )}
                </section>
              </Page>
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}
