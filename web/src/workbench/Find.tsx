import { useEffect, useId, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useTexts } from '../shared/i18n/texts';
import { useCourseName } from './parts';
import { useCourses } from './queries';
import { find } from './search';

/** Finds a client by a few letters. Nothing that is typed goes into an address. */
export function Find({ close }: { close: () => void }) {
  const { t } = useTexts();
  const courses = useCourses();
  const courseName = useCourseName();
  const navigate = useNavigate();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);
  const found = find(courses.data ?? [], typed, (course) =>
    [courseName(course), ...course.members.map((member) => member.code)].join(' '),
  ).slice(0, 8);
  const go = (course: string) => {
    close();
    navigate(`/courses/${course}`);
  };
  return (
    <dialog ref={dialog} className="finder" aria-label={t('find.label')} onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-l`}
        aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
        aria-label={t('find.label')}
        placeholder={t('find.hint')}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
          else if (event.key === 'Enter' && found[at]) go(found[at].id);
          else return;
          event.preventDefault();
        }}
      />
      <div role="listbox" id={`${id}-l`} aria-label={t('find.found')} tabIndex={-1}>
        {found.map((course, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys of this list
          <div
            key={course.id}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            className="finder-row"
            onClick={() => go(course.id)}
          >
            {courseName(course)}
            <span className="meta">{t(`unit.${course.unit}`)}</span>
          </div>
        ))}
      </div>
      <p className="meta finder-end" role="status">
        {courses.data && !found.length ? t('find.none') : t('find.keys')}
      </p>
    </dialog>
  );
}
