/** English, then German: each in its own language. */
export function judge({ output }) {
  const problems = [];
  if (!/He might even have been made amiable himself\./.test(output))
    problems.push('the English sentence is not whole');
  if (!/Guten Tag, meine Damen und Herren/.test(output)) problems.push('the German sentence is not German');
  if (/Good day/i.test(output)) problems.push('the German sentence came as English');
  return problems;
}
