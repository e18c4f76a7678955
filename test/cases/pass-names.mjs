/** Files are heard whatever their names and paths are. */
export function judge({ output, status }) {
  const problems = [];
  if (status !== 0) problems.push(`status ${status}`);
  for (const name of ['🎙️ café ñ.wav', 'l.wav', 'deep.wav'])
    if (!output.includes(`== ${name}`)) problems.push(`${name} is missing`);
  if ((output.match(/ min in /g) ?? []).length !== 4) problems.push('not all four files were heard');
  return problems;
}
