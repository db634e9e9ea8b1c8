/** Past the navigation, without leaving a trace in the address. */
export function SkipLink({ words }: { words: string }) {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it does lead to a place on this page
    <a
      className="skip"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      {words}
    </a>
  );
}
