/** Sound from standard input works where it is a file; a pipe is refused with what to do. */
export function judge({ output }) {
  const problems = [];
  const parts = output.split(/^status \d+\n/m).slice(0, 3);
  for (const [at, part] of parts.entries()) {
    const isHeard = / min in /.test(part);
    const isTold = /pipe/i.test(part) && /file/i.test(part) && /\(AUDIO_FORMAT\)/.test(part);
    if (!isHeard && !isTold) problems.push(`command ${at + 1} neither hears nor says what to do`);
  }
  if (parts.length !== 3) problems.push('not all three commands ended');
  return problems;
}
