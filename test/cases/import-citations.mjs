/** Marks for citations are not in the text; names that are part of a sentence are. */
export function judge({ output }) {
  const problems = [];
  if (/[\ue200-\ue204]|turn0search/.test(output)) problems.push('marks for citations are in the export');
  if (!output.includes('It was written in 1811. It is by J. Austen.'))
    problems.push('the sentence around the citations is not whole');
  return problems;
}
