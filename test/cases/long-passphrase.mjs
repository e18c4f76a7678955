/** A passphrase that is too long is refused with its limit. */
export function judge({ output }) {
  const problems = [];
  if (!output.includes('status 2')) problems.push('the status is not 2');
  if (!output.includes('(PARAM_RANGE)')) problems.push('the code is not PARAM_RANGE');
  if (!/1,?000/.test(output)) problems.push('the limit is not named');
  return problems;
}
