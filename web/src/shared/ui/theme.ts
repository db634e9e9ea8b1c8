export type Scheme = 'system' | 'light' | 'dark';

const key = 'scheme';

export function chosenScheme(): Scheme {
  const kept = localStorage.getItem(key);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Sets light or dark for this browser, or leaves it to the system. */
export function chooseScheme(scheme: Scheme): void {
  if (scheme === 'system') {
    localStorage.removeItem(key);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(key, scheme);
    document.documentElement.dataset.theme = scheme;
  }
}
