import { BlockList, isIP } from 'node:net';
import { AppError } from '../../errors.ts';

/** What a proxy listens on where nothing says so; as curl has it. */
const DEFAULT_PORT = 1080;

/**
 * The proxy that the usual variables name, in the forms that curl takes.
 *
 * @returns an address with a scheme and a port; undefined for none. @throws AppError NET_PROXY for one that makes no sense.
 */
export function proxyFromEnvironment(url: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const target = new URL(url);
  if (isExcepted(target, env.no_proxy || env.NO_PROXY || '')) return undefined;
  const isEncrypted = target.protocol === 'https:';
  const names = isEncrypted ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  const name = [...names, 'all_proxy', 'ALL_PROXY'].find((one) => (env[one] ?? '') !== '');
  return name === undefined ? undefined : toProxy(env[name] ?? '');
}

/** An address of a proxy as the connection takes it: without a scheme it is HTTP. @throws AppError NET_PROXY. */
export function toProxy(text: string): string {
  const [, scheme = 'http', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  const kind = scheme.toLowerCase();
  let address: URL;
  try {
    // Only addresses of known schemes are read with all their parts.
    address = new URL(`http://${rest}`);
  } catch (cause) {
    throw new AppError('NET_PROXY', 'The address of the proxy makes no sense.', {
      hint: 'Check https_proxy and all_proxy: for example http://proxy.example:3128.',
      cause,
    });
  }
  if (!['http', 'https', 'socks5', 'socks5h'].includes(kind)) {
    throw new AppError('NET_PROXY', `Sotto cannot use a proxy of the kind ${kind} (${address.hostname}).`, {
      hint: 'Use an http, https or socks5 proxy.',
    });
  }
  const user = address.username === '' ? '' : `${address.username}:${address.password}@`;
  const named = /:(\d+)$/.exec(rest.replace(/[/?#].*$/, ''))?.[1];
  const port = named ?? (kind === 'https' ? 443 : DEFAULT_PORT);
  return `${kind}://${user}${address.hostname}:${port}`;
}

/** Whether the user wants no name to be looked up here: the address of every host is the proxy's affair. */
export function hidesNames(proxy: string): boolean {
  return proxy.startsWith('socks5h:');
}

/** A proxy as it may be told: never with its password. */
export function nameOfProxy(proxy: string): string {
  return proxy.replace(/\/\/.*@/, '//');
}

/** Hosts, domains, addresses, and blocks of addresses, each with a port if wanted; "*" is every host. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const host = bare(hostname.toLowerCase());
  const own = port || (protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return isInBlock(host, entry);
      const [, name = '', wanted] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [undefined, entry];
      if (wanted !== undefined && wanted !== own) return false;
      const domain = bare(name.replace(/^\*?\.?/, ''));
      if (domain === '') return false;
      return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
    });
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function isInBlock(host: string, block: string): boolean {
  const [network = '', prefix = ''] = block.split('/');
  const kind = isIP(host);
  if (kind === 0 || isIP(bare(network)) !== kind || !/^\d+$/.test(prefix)) return false;
  const family = kind === 4 ? 'ipv4' : 'ipv6';
  try {
    const blocks = new BlockList();
    blocks.addSubnet(bare(network), Number(prefix), family);
    return blocks.check(host, family);
  } catch {
    // More bits than an address has.
    return false;
  }
}
