/** The first usable entry of a list such as "PROXY host:3128; DIRECT", in the form of an address. */
export function proxyOf(list: string): string | undefined {
  for (const entry of list.split(';')) {
    const [kind = '', host] = entry.trim().split(/\s+/);
    if (kind === 'DIRECT') return undefined;
    if (host !== undefined && (kind === 'PROXY' || kind === 'HTTP')) return `http://${host}`;
    if (host !== undefined && kind === 'HTTPS') return `https://${host}`;
  }
  return undefined;
}
