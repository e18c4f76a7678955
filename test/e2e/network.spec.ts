import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '../support/desktop.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Half an hour in `npm run test:faults`. */
const IDLE_SECONDS = process.env.SOTTO_FAULTS === 'full' ? 1800 : 5;

test('no packet leaves, over IPv4 or IPv6, whatever a page tries and however long it is open', async ({
  profile,
}) => {
  test.skip(process.platform !== 'linux', 'network namespaces are Linux’s');
  test.setTimeout((IDLE_SECONDS + 150) * 1000);
  const { stdout } = await promisify(execFile)(
    'unshare',
    [
      '-rn',
      process.execPath,
      '--experimental-strip-types',
      '--disable-warning=ExperimentalWarning',
      join(ROOT, 'test', 'fixtures', 'network-child.ts'),
      process.env.SOTTO_TEST_ELECTRON ?? '',
      ROOT,
      profile,
      String(IDLE_SECONDS),
    ],
    { maxBuffer: 1 << 24 },
  );
  expect(JSON.parse(stdout)).toEqual({ isCounted: true, atStart: 0, afterAll: 0 });
});
