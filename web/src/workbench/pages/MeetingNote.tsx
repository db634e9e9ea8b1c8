import { useParams } from 'react-router';
import { useTexts } from '../../shared/i18n/texts';
import { MeetingTexts } from '../meeting/MeetingTexts';
import { offsetText, useMeeting } from '../meeting/record';
import { Loaded, nameOf, Page } from '../parts';
import { useCourse, useStaffName } from '../queries';

/** The signed note of a meeting, to be printed: its words, who signed them, and what was noted of the meeting. */
export default function MeetingNote() {
  return (
    <MeetingTexts>
      <Printed />
    </MeetingTexts>
  );
}

function Printed() {
  const { course: id = '', session = '' } = useParams();
  const { t, weekday, time, list } = useTexts();
  const course = useCourse(id);
  const meeting = useMeeting(id, session);
  const staffName = useStaffName();
  return (
    <Loaded query={course}>
      {(one) => (
        <Loaded query={meeting}>
          {(page) => {
            const signed = page.notes.filter((note) => note.compartment === 'record' && note.versions.length > 0);
            const there = one.members.filter(
              (member) => !page.session.alone_with || member.person === page.session.alone_with,
            );
            return (
              <Page
                title="note.one"
                heading={t('note.heading', { n: page.session.number })}
                facts={
                  <>
                    <span>{list(there.map((member) => `${nameOf(member)} (${member.code})`))}</span>{' '}
                    <span>{weekday(page.session.began_at ?? page.session.scheduled_at)}</span>{' '}
                    <span>{t(`meeting.format.${page.session.format}`)}</span>
                  </>
                }
                actions={
                  signed.length > 0 && (
                    <button type="button" className="btn" onClick={() => print()}>
                      {t('print')}
                    </button>
                  )
                }
                plain
              >
                {signed.length === 0 && <p className="card empty-line">{t('note.not_signed')}</p>}
                {signed.map((note) => (
                  <section key={note.id} className="card" aria-label={t('note.title')}>
                    <div className="letter">
                      {note.versions[0]?.words.split(/\n+/).map((line, i) => (
                        <p key={`${i}-${line.length}`}>{line}</p>
                      ))}
                    </div>
                    {note.versions.map((version) => (
                      <p key={version.id} className="meta num">
                        {t('note.version_line', {
                          n: version.number,
                          name: staffName(version.signed_by) ?? t('glass.somebody'),
                          at: time(version.signed_at),
                        })}
                        {version.why && ` · ${version.why}`}
                      </p>
                    ))}
                  </section>
                ))}
                {page.techniques.length > 0 && (
                  <section className="card" aria-labelledby="done">
                    <h2 id="done">{t('technique.title')}</h2>
                    <ul className="rows">
                      {page.techniques.map((use) => (
                        <li key={use.id} className="row">
                          {use.technique} {page.choices.find((choice) => choice.id === use.technique)?.name}
                          <span className="meta num">
                            {use.minutes === null ? t('technique.woven') : t('technique.minutes', { n: use.minutes })}
                          </span>
                        </li>
                      ))}
                    </ul>
                  </section>
                )}
                {page.marks.length > 0 && (
                  <section className="card" aria-labelledby="marked">
                    <h2 id="marked">{t('mark.title')}</h2>
                    <ul className="rows">
                      {page.marks.map((mark) => (
                        <li key={mark.id} className="row num">
                          {offsetText(mark.offset_ms)} {t(`mark.${mark.kind}`)} {mark.words}
                        </li>
                      ))}
                    </ul>
                  </section>
                )}
              </Page>
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}
