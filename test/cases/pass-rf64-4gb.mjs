/** The sentence at the very end of 4.4 GB, at its time. */
export function judge({ output }) {
  const time = /^00:11:5[45],\d{3} --> 00:1[12]:\d\d,\d{3}$/m.test(output);
  const problems = time ? [] : ['the sentence is not at 11:55'];
  if (!/He might even have been\s+made amiable himself\./.test(output))
    problems.push('the sentence is not whole');
  return problems;
}
