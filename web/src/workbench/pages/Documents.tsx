import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../shared/api/client';
import { useTexts } from '../../shared/i18n/texts';
import { CourseTabs } from '../CourseTabs';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { Listing } from '../Listing';
import { useNotice } from '../Notices';
import { ErrorSummary, Field, Loaded, nameOf, Page, submitted, textOf, useChange, useCourseName } from '../parts';
import { useCourse, useStaffName } from '../queries';
import { useUser } from '../session';

type Signed = Schemas['DocumentView'];

export const documentKinds = ['note', 'report', 'letter', 'plan', 'other'] as const;

export function useKindName() {
  const { t, has } = useTexts();
  return (kind: string): string => (has(`document.kind.${kind}`) ? t(`document.kind.${kind}`) : kind);
}

/** Signed documents of a course, and writing one. What is signed stays as it is. */
export default function Documents() {
  const { course: id = '' } = useParams();
  const { t, time } = useTexts();
  const user = useUser();
  const course = useCourse(id);
  const courseName = useCourseName();
  const staffName = useStaffName();
  const kindName = useKindName();
  const somebody = t('glass.somebody');
  const about = (one: Schemas['CourseView'], document: Signed) => {
    const member = one.members.find((each) => each.person === document.person);
    return member && nameOf(member);
  };
  const documents = useQuery({
    queryKey: ['course', id, 'documents'],
    queryFn: async () =>
      (await ask(api.GET('/api/v1/courses/{course}/documents', { params: { path: { course: id } } }))).items,
  });
  return (
    <Loaded query={course}>
      {(one) => (
        <Page
          title="document.title"
          heading={courseName(one)}
          facts={t('document.facts')}
          tabs={<CourseTabs course={id} />}
          plain
        >
          {one.therapist === user.id && <Write course={one} />}
          <Listing
            query={documents}
            title="document.signed"
            headed
            empty="document.none"
            keyOf={(document) => document.id}
            columns={[
              {
                head: 'document.kind',
                cell: (document) => (
                  <Link data-row to={`/courses/${id}/documents/${document.id}`}>
                    {kindName(document.kind)}
                  </Link>
                ),
              },
              ...(one.members.length > 1
                ? [{ head: 'document.person', cell: (document: Signed) => about(one, document) }]
                : []),
              { head: 'document.when', is: 'num', cell: (document) => time(document.signed_at) },
              { head: 'document.who', is: 'wide', cell: (document) => staffName(document.signed_by) ?? somebody },
            ]}
          />
        </Page>
      )}
    </Loaded>
  );
}

function Write({ course }: { course: Schemas['CourseView'] }) {
  const { t } = useTexts();
  const { busy, problem, run } = useChange();
  const notice = useNotice();
  const draft = `document.${course.id}`;
  const [words, setWords] = useState(() => readDraft<string>(draft) ?? '');
  const kindName = useKindName();
  return (
    <form
      className="card form"
      aria-labelledby="write"
      onSubmit={submitted(
        (form) =>
          void run(() =>
            ask(
              api.POST('/api/v1/courses/{course}/documents', {
                params: { path: { course: course.id } },
                body: {
                  person: textOf(form, 'person') || (course.members[0]?.person ?? ''),
                  kind: textOf(form, 'kind'),
                  words: words.trim(),
                },
              }),
            ), () => {
            dropDraft(draft);
            setWords('');
            notice({ words: t('document.done') });
          }, [['course', course.id, 'documents']]),
      )}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) event.currentTarget.requestSubmit();
      }}
    >
      <h2 id="write">{t('document.write')}</h2>
      <p className="sub measure">{t('document.words_about')}</p>
      <ErrorSummary problem={problem} />
      <div className="grid-2">
        <Field name="kind" label={t('document.kind')} problem={problem}>
          <select defaultValue="note">
            {documentKinds.map((kind) => (
              <option key={kind} value={kind}>
                {kindName(kind)}
              </option>
            ))}
          </select>
        </Field>
        {course.members.length > 1 && (
          <Field name="person" label={t('document.person')} hint={t('document.person_hint')} problem={problem}>
            <select>
              {course.members.map((member) => (
                <option key={member.person} value={member.person}>
                  {nameOf(member)}
                </option>
              ))}
            </select>
          </Field>
        )}
      </div>
      <Field name="words" label={t('document.words')} problem={problem}>
        <textarea
          rows={8}
          required
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            keepDraft(draft, event.target.value);
          }}
        />
      </Field>
      <div className="form-do">
        <button type="submit" className="btn btn-primary" disabled={busy}>
          {t('document.sign')}
        </button>
        <span className="hint">{t(words ? 'document.kept' : 'document.sign_hint')}</span>
      </div>
    </form>
  );
}
