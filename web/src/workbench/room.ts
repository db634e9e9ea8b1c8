const key = 'room';

/** The sheet that this tab handed over; once it is taken back, the page that the tab goes on with. */
export const lockedSheet = (): string | null => sessionStorage.getItem(key);
export const lockTo = (path: string): void => sessionStorage.setItem(key, path);
export const unlockSheet = (): void => sessionStorage.removeItem(key);
