import { describe, expect, it } from 'vitest';
import { proxyOf } from '../../../electron/desktop/proxy-list.ts';

describe('the system’s list of proxies', () => {
  it.each([
    ['DIRECT', undefined],
    ['', undefined],
    ['PROXY proxy.example:3128', 'http://proxy.example:3128'],
    ['PROXY proxy.example:3128; DIRECT', 'http://proxy.example:3128'],
    ['DIRECT; PROXY proxy.example:3128', undefined],
    ['HTTPS secure.example:443', 'https://secure.example:443'],
    // One that undici cannot speak to is passed over.
    ['SOCKS5 socks.example:1080; PROXY proxy.example:3128', 'http://proxy.example:3128'],
  ])('%s', (list, expected) => {
    expect(proxyOf(list)).toBe(expected);
  });
});
