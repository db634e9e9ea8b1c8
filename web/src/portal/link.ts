/** What was opened: the token behind the #, which is taken out of the address at once and used only on a tap. */
export const path = location.pathname;
export const taken = location.hash.slice(1);
if (taken) history.replaceState({ step: 'start' }, '', path);

export const trialMark = 'try=';
/** No sheet: a client's own page, the link that stops reminders, a trial of the portal. */
export const isAside = path !== '/' || taken.startsWith(trialMark);
