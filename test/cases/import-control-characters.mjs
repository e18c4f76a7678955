/** The title of a chat takes one line of the list, and steers no terminal. */
export function judge({ output }) {
  const problems = [];
  if (!output.includes('ok=0')) problems.push('the list is not one line without an escape character');
  if (/\^\[|\^G|\u202e/.test(output)) problems.push('a control character is in the list');
  if (!/Title with tabs and newline red/.test(output))
    problems.push('the words of the title are not in the list');
  return problems;
}
