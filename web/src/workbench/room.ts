const key = 'room';

/** The sheet that this tab handed over, so that it comes back to it when the therapist unlocks the screen. */
export const lockedSheet = (): string | null => sessionStorage.getItem(key);
export const lockTo = (course: string, sheet: string): void =>
  sessionStorage.setItem(key, `/courses/${course}/sheets/${sheet}`);
export const unlockSheet = (): void => sessionStorage.removeItem(key);
