/** A place that cannot be written to is refused before anything is heard; an extension in capitals is the same format. */
export function judge({ output }) {
  const problems = [];
  const statuses = [...output.matchAll(/^status (\d+)$/gm)].map((match) => Number(match[1]));
  const [folder, directory, several, capitals] = statuses;
  for (const [what, status] of Object.entries({ folder, directory, several }))
    if (status !== 5 && status !== 2) problems.push(`${what}: status ${status}`);
  if (capitals !== 0) problems.push(`.SRT: status ${capitals}`);
  if (/INTERNAL|\n\s+at /.test(output)) problems.push('an internal failure');
  // Only the last one is heard.
  if ((output.match(/ min in /g) ?? []).length > 1)
    problems.push('something was heard before it was refused');
  return problems;
}
