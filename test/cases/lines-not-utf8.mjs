/** A line that is no UTF-8 is refused, not changed and answered. */
export function judge({ output }) {
  const problems = [];
  if (!output.includes('status 3')) problems.push('the status is not 3');
  if (!output.includes('(TEXT_INVALID)')) problems.push('the code is not TEXT_INVALID');
  return problems;
}
