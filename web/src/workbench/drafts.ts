/** Unsent words and answers, kept for this tab only and gone when it closes or the user signs out. Keys are ids. */
const prefix = 'draft:';

export function readDraft<T>(key: string): T | undefined {
  const kept = sessionStorage.getItem(prefix + key);
  if (kept === null) return undefined;
  try {
    return JSON.parse(kept) as T;
  } catch {
    return undefined;
  }
}

export const keepDraft = (key: string, draft: unknown): void =>
  sessionStorage.setItem(prefix + key, JSON.stringify(draft));

export const dropDraft = (key: string): void => sessionStorage.removeItem(prefix + key);

export function dropAllDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
}
