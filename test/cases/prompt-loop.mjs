/** The words to expect must not take the place of what is said. */
export function judge({ output }) {
  const problems = [];
  if (!/He might even have been made amiable himself\./i.test(output))
    problems.push('the sentence is not there');
  if (/(ok\s+){3}/i.test(output)) problems.push('the words to expect are written down over and over');
  return problems;
}
