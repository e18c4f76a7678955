/** The speaker's heading, which an answer's own ones stand below. */
const SPEAKER_LEVEL = 2;

/**
 * Tells screen readers the level at which every heading of an answer really stands. Models like to begin with
 * a small heading, or to leave out a level; how a heading looks is left as it was written.
 */
export function nestHeadings(answer: Element | null): void {
  const above: number[] = [];
  for (const heading of answer?.querySelectorAll('h3, h4, h5, h6') ?? []) {
    const written = Number(heading.tagName[1]);
    while ((above.at(-1) ?? 0) >= written) above.pop();
    above.push(written);
    const level = SPEAKER_LEVEL + above.length;
    if (level === written) heading.removeAttribute('aria-level');
    else heading.setAttribute('aria-level', String(level));
  }
}
