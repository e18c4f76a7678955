/** Code that an answer left open does not swallow the next turns. */
export function judge({ output }) {
  const problems = [];
  if (!output.includes('ok=0')) problems.push('the number of fences is odd');
  const end = output.indexOf('```', output.indexOf('print(1)'));
  if (end === -1 || end > output.indexOf('I never said this'))
    problems.push('the code goes on in the next turn');
  return problems;
}
