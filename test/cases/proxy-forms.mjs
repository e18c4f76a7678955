/** Proxies are taken in every form that curl takes: each is reached, or named in what is told. */
export function judge({ output }) {
  const problems = [];
  const parts = output.split(/ status \d+, proxy saw: .*\n?/);
  const saw = [...output.matchAll(/^(\S+) status \d+, proxy saw: (.*)$/gm)];
  if (saw.length !== 3) problems.push('not all three commands ended');
  for (const [at, [, form, seen]] of saw.entries()) {
    const isNamed = /127\.0\.0\.1:18790[^\n]*\n/.test((parts[at] ?? '').replace(form, ''));
    if (seen === '' && !isNamed) problems.push(`${form}: the proxy was neither reached nor named`);
  }
  if (/Warning:/.test(output)) problems.push('a warning of Node');
  if (/NET_OFFLINE/.test(output)) problems.push('the network is blamed, not the proxy');
  return problems;
}
