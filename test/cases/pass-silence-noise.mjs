/** Nothing is invented where nobody speaks, and that is said. */
export function judge({ output }) {
  const parts = output.split(/^== /m).slice(1);
  const problems = parts.length === 4 ? [] : [`${parts.length} of 4 files were transcribed`];
  for (const part of parts) {
    const [name, ...lines] = part.trim().split('\n');
    if (!lines.some((line) => /nobody speaks/.test(line)))
      problems.push(`${name}: it is not said that nobody speaks`);
    const words = lines.filter((line) => !/nobody speaks|amplified by|min in|^status/.test(line));
    if (words.length > 0) problems.push(`${name}: there are words: ${words.join(' ')}`);
  }
  if (!/^status 0$/m.test(output)) problems.push('it is no failure');
  return problems;
}
