/** A full disk under standard output is one sentence; standard error that nobody reads ends nothing. */
export function judge({ output }) {
  const problems = [];
  const statuses = [...output.matchAll(/^status (\d+)/gm)].map((match) => match[1]);
  if (statuses.join() !== '5,5,8')
    problems.push(`the commands ended with ${statuses.join()}, not with 5,5,8`);
  if (/\n\s+at |ENOSPC/.test(output)) problems.push('a stack trace, or the words of the system');
  if (!/amiable/i.test(output.slice(output.lastIndexOf('(DISK_FULL)'))))
    problems.push('the text of the second file is missing');
  return problems;
}
