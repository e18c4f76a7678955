/** What was thought is no part of an answer in Markdown, and neither are calls of tools. */
export function judge({ output }) {
  const problems = [];
  if (/SECRETTHOUGHT|<details|TOOLRESULT/.test(output)) problems.push('thoughts or tools are in the export');
  if ((output.match(/A wading bird\./g) ?? []).length !== 2) problems.push('an answer is missing');
  if (!output.includes('It fishes.')) problems.push('the end of an answer is missing');
  return problems;
}
