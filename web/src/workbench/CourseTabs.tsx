import { CircleAlert } from 'lucide-react';
import { Link, NavLink, useLocation } from 'react-router';
import { useTexts } from '../shared/i18n/texts';
import { useCourses } from './queries';

/** Above every part of a course while an answer is open; where it is told in full, it is not told twice. */
function OpenRisk({ course }: { course: string }) {
  const { t } = useTexts();
  const courses = useCourses();
  const here = useLocation().pathname;
  const open = courses.data?.find((one) => one.id === course)?.open_risk_entries ?? 0;
  if (open === 0 || here === `/courses/${course}` || here === `/courses/${course}/safety`) return null;
  return (
    <p className="risk-banner">
      <CircleAlert size={18} aria-hidden="true" />
      <Link to={`/courses/${course}/safety`}>{t('risk.banner', { n: open })}</Link>
    </p>
  );
}

export function CourseTabs({ course }: { course: string }) {
  const { t } = useTexts();
  return (
    <>
      <OpenRisk course={course} />
      <nav className="tabs no-print" aria-label={t('course.tabs')}>
        <NavLink to={`/courses/${course}`} end className="tab">
          {t('course.overview')}
        </NavLink>
        <NavLink to={`/courses/${course}/safety`} className="tab">
          {t('course.safety')}
        </NavLink>
        <NavLink to={`/courses/${course}/feedback`} className="tab">
          {t('course.feedback')}
        </NavLink>
        <NavLink to={`/courses/${course}/sessions`} className="tab">
          {t('course.sessions')}
        </NavLink>
        <NavLink to={`/courses/${course}/map`} className="tab">
          {t('map.page')}
        </NavLink>
        <NavLink to={`/courses/${course}/history`} className="tab">
          {t('history.page')}
        </NavLink>
        <NavLink to={`/courses/${course}/formulation`} className="tab">
          {t('formulation.title')}
        </NavLink>
        <NavLink to={`/courses/${course}/plan`} className="tab">
          {t('course.plan')}
        </NavLink>
        <NavLink to={`/courses/${course}/episodes`} className="tab">
          {t('episode.page')}
        </NavLink>
        <NavLink to={`/courses/${course}/people`} className="tab">
          {t('course.people')}
        </NavLink>
        <NavLink to={`/courses/${course}/documents`} className="tab">
          {t('document.title')}
        </NavLink>
        <NavLink to={`/courses/${course}/ending`} className="tab">
          {t('course.ending')}
        </NavLink>
        <NavLink to={`/courses/${course}/seen`} className="tab">
          {t('course.seen')}
        </NavLink>
      </nav>
    </>
  );
}
