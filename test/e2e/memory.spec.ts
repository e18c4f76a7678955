import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { keyFileSchema, unwrapWithPassphrase } from '../../core/storage/vault/key-file.ts';
import { findDescendants } from '../support/app-processes.ts';
import { expect, expectState, test } from '../support/desktop.ts';
import { countInMemory, formsOf } from '../support/memory.ts';

test.skip(process.platform !== 'linux', 'memory is read by /proc');

/** Key by key: whole texts would go through the debugger, and lie in its buffers. */
async function type(page: Page, testId: string, text: string): Promise<void> {
  await page.getByTestId(testId).focus();
  for (const letter of text) await page.keyboard.press(letter === ' ' ? 'Space' : letter);
}

const PASSPHRASE = 'qmzvk heron wxjpd slate';
const QUESTION = 'zkwqv what is a lighthouse';
const DRAFT = 'xjqzp never said to anybody';
const CLIP = join(import.meta.dirname, '..', 'native', 'fixtures', 'speech', 'amiable.wav');
const SAID = 'made amiable himself';

/** By kind of process, as their command lines tell. */
function processesOf(app: number): Array<[string, number]> {
  const kinds: Array<[string, string]> = [
    ['page', '--type=renderer'],
    ['core', 'core-process.cjs'],
    ['engine', 'engine-process.cjs'],
  ];
  return [
    ['main', app],
    ...kinds.flatMap(([kind, text]) =>
      findDescendants(app, text).map((pid): [string, number] => [kind, pid]),
    ),
  ];
}

test('after a lock no process has the key, the passphrase, or what was written', async ({
  launch,
  profile,
}) => {
  test.setTimeout(240_000);
  const { app, page } = await launch();
  const root = app.process().pid ?? -1;
  await page.getByTestId('set-passphrase').click();
  await type(page, 'passphrase-next', PASSPHRASE);
  await type(page, 'passphrase-again', PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('storage')).toHaveAttribute('data-state', 'open');
  await type(page, 'composer-input', QUESTION);
  await page.keyboard.press('Enter');
  await expectState(page, 0, 'complete');
  await page.getByTestId('place-transcribe').click();
  await page.locator('[data-testid="file-input"]').setInputFiles([CLIP]);
  await expect(page.getByTestId('segment-text')).toContainText(SAID);
  await expect(page.getByTestId('job-state')).toHaveText(/^Done/);
  await page.getByTestId('place-chat').click();
  await type(page, 'composer-input', DRAFT);
  const { wrap } = keyFileSchema.parse(
    JSON.parse(await readFile(join(profile, 'data', 'vault.json'), 'utf8')),
  );
  if (wrap.kind !== 'passphrase') throw new Error('no passphrase');
  const key = await unwrapWithPassphrase(wrap, PASSPHRASE);
  const secrets = {
    passphrase: formsOf(PASSPHRASE),
    key: [
      key ?? Buffer.alloc(0),
      Buffer.from(key?.toString('hex') ?? ''),
      Buffer.from(key?.toString('hex').toUpperCase() ?? ''),
    ],
    question: formsOf(QUESTION),
    draft: formsOf(DRAFT),
    transcript: formsOf(SAID),
  };
  const scan = () => processesOf(root).map(([kind, pid]) => ({ kind, counts: countInMemory(pid, secrets) }));
  const found = (kinds: string[]) =>
    scan()
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap(({ kind, counts }) =>
        Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${kind}: ${name}`] : [])),
      );
  // Otherwise the scan would prove nothing.
  expect(found(['page', 'core', 'engine']).sort()).toEqual(
    expect.arrayContaining([
      'core: draft',
      'core: key',
      'core: passphrase',
      'core: question',
      'core: transcript',
      'engine: question',
      'page: draft',
      'page: question',
      'page: transcript',
    ]),
  );

  await page.getByTestId('lock').click();
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  await expect.poll(() => found(['page', 'core', 'engine']), { timeout: 60_000 }).toEqual([]);
  // Only what passes things on keeps some of it for a while: never the key.
  expect(found(['main'])).not.toContain('main: key');

  // And nothing was lost by it.
  await type(page, 'passphrase-unlock', PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('composer-input')).toHaveValue(DRAFT);
  await expect(page.getByTestId('message-user')).toContainText(QUESTION);
});
