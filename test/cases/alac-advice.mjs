/** Codings that few programs read: read, or named. */
export function judge({ output, status }) {
  const [alac = '', mov = ''] = output.split(/^== /m).slice(1);
  const problems = [];
  if (!/Apple Lossless \(ALAC\), which Sotto cannot read/.test(alac)) problems.push('ALAC is not named');
  if (/in a format|only Sotto's window/.test(alac))
    problems.push('the advice for ALAC is not known to be true');
  if (!/He might even have been made amiable himself\./.test(mov))
    problems.push('big-endian PCM is not read');
  if (!/^status 8$/m.test(output) || status !== 0) problems.push('the refusal has the wrong exit status');
  return problems;
}
