import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isInsideAddress, isInsideHost } from '../../../../core/models/download/addresses.ts';
import { createHttpClient } from '../../../../core/models/download/http-client.ts';
import { writeJournal } from '../../../../core/models/download/journal.ts';
import { withTempDir } from '../../../support/models.ts';

it.each([
  ...[
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '255.255.255.255',
  ],
  ...[
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
    '2002:a00:1::1',
    'fd00::1',
    'fe80::1',
    'fec0::1',
  ],
])('the address %s is inside', (address) => {
  expect(isInsideAddress(address)).toBe(true);
});

it.each([
  '8.8.8.8',
  '100.128.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '2606:4700::1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
])('the address %s is outside', (address) => expect(isInsideAddress(address)).toBe(false));

it.each([
  ['localhost.', true],
  ['a.localhost', true],
  ['printer.local.', true],
  ['metadata.google.internal', true],
  ['intranet', true],
  ['[::ffff:127.0.0.1]', true],
  ['hub.example', false],
  ['local.example', false],
])('the host %s is inside: %s', (host, isInside) => {
  expect(isInsideHost(host)).toBe(isInside);
});

it('a name that leads inside is refused by the address that would be connected to, unless the user has set it', async () => {
  const ask = async (isChosen: boolean) => {
    const http = createHttpClient({
      proxyFor: async () => undefined,
      isChosen: () => isChosen,
      lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
      stallMs: 5000,
    });
    const url = 'https://127.0.0.1.nip.example:1/x';
    const failure = await http.request(url, { signal: new AbortController().signal }).catch((error) => error);
    await http.dispose();
    return failure.code;
  };
  expect(await ask(false)).toBe('NET_REDIRECT');
  expect(await ask(true)).toBe('NET_OFFLINE');
});

it('the journal of a download is written over no link', async () => {
  await withTempDir(async (dir) => {
    await writeFile(join(dir, 'other'), 'mine');
    await symlink(join(dir, 'other'), join(dir, 'journal.next'));
    await writeJournal(join(dir, 'journal'), {} as Parameters<typeof writeJournal>[1]);
    expect(await readFile(join(dir, 'other'), 'utf8')).toBe('mine');
  });
});
