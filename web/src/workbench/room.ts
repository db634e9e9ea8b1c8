const key = 'room';

/** The one page that this tab may show while a questionnaire is in a client's hands; a reload does not open the rest. */
export const lockedSheet = (): string | null => sessionStorage.getItem(key);
export const lockTo = (course: string, sheet: string): void =>
  sessionStorage.setItem(key, `/courses/${course}/sheets/${sheet}/room`);
export const unlockSheet = (): void => sessionStorage.removeItem(key);
