/** Files with a byte-order mark, in UTF-8 and in UTF-16, come in as any other. */
export function judge({ output }) {
  const problems = [];
  const statuses = [...output.matchAll(/^status (\d+)$/gm)].map((match) => match[1]);
  if (statuses.join() !== '0,0') problems.push(`the imports ended with ${statuses.join()}, not with 0,0`);
  if ((output.match(/A wading bird\./g) ?? []).length !== 2)
    problems.push('not both chats are in the export');
  return problems;
}
