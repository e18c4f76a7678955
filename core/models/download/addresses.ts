import { BlockList, isIP } from 'node:net';

/** Networks that are not the open one: private, shared, link-local, of this machine, for tests and for groups. */
const INSIDE_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const;
const INSIDE_6 = [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;

const inside = new BlockList();
for (const [network, prefix] of INSIDE_4) inside.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of INSIDE_6) inside.addSubnet(network, prefix, 'ipv6');

/** IPv6 addresses that stand for one of IPv4: mapped, translated (NAT64), and of 6to4. */
const EMBEDDED = [
  /^::(?:ffff:)?(?:0:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/,
  /^64:ff9b::([0-9a-f]{1,4}):([0-9a-f]{1,4})$/,
  /^2002:([0-9a-f]{1,4}):([0-9a-f]{1,4}):/,
];

/** Whether an address leads to this machine or into a network that is not the open one. */
export function isInsideAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return inside.check(address, 'ipv4');
  if (kind === 0) return false;
  if (inside.check(address, 'ipv6')) return true;
  // As URLs write it: the shortest form, with hexadecimal digits only.
  const short = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  for (const form of EMBEDDED) {
    const [, high, low] = form.exec(short) ?? [];
    if (high === undefined || low === undefined) continue;
    const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
    const bytes = [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255];
    if (inside.check(bytes.join('.'), 'ipv4')) return true;
  }
  return false;
}

/** The same for a host of an address, as far as its name tells. */
export function isInsideHost(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (isIP(bare) !== 0) return isInsideAddress(bare);
  return !bare.includes('.') || /\.(localhost|local|internal|home\.arpa|intranet|lan)$/.test(bare);
}
