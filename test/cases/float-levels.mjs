/** Sound on a wrong scale, or far too soft: the sentence whole, and a word about it. */
export function judge({ output }) {
  const parts = output.split(/^== /m).slice(1);
  const problems = parts.length === 4 ? [] : [`${parts.length} of 4 files were transcribed`];
  for (const part of parts) {
    const name = part.split('\n')[0];
    if (!/He might even have been made amiable himself\./i.test(part))
      problems.push(`${name}: the sentence is not whole`);
    if (!/(lowered|amplified) by \d+ dB/.test(part)) problems.push(`${name}: nothing is said of the level`);
  }
  return problems;
}
