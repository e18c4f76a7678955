const MOST_CHARS = 60;

/** A name for a chat from its first question: its first line, cut at a word. */
export function titleOf(question: string): string {
  const line = question
    .split('\n')
    .map((one) => one.replace(/\s+/g, ' ').trim())
    .find((one) => one !== '');
  if (line === undefined) return '';
  const characters = [...line];
  if (characters.length <= MOST_CHARS) return line;
  const cut = characters.slice(0, MOST_CHARS).join('');
  const atWord = cut.slice(0, Math.max(cut.lastIndexOf(' '), 20)).trimEnd();
  return `${cut.includes(' ') ? atWord : cut}…`;
}
