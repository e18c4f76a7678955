import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { chatOf, expect, expectState, SHOTS, test } from '../support/desktop.ts';
import { filesWith } from '../support/files-with.ts';
import { contentOf, createLocalHub, type LocalHub } from '../support/hub/local-hub.ts';
import { OFFERED_ID, offerStarter } from '../support/hub/test-catalog.ts';
import { look } from '../support/look.ts';
import { TINY_GEMMA } from '../support/tiny-gemma.ts';

const MB = 1_000_000;

async function openModels(page: Page) {
  await page.getByTestId('place-models').click();
  return page.getByTestId(`model-${OFFERED_ID}`);
}

test.describe('models', () => {
  let hub: LocalHub;
  test.beforeAll(async () => {
    hub = await createLocalHub();
  });
  test.afterAll(() => hub.close());

  test('a model is offered, fetched through a reset, a stall and a restart of the app, and answers', async ({
    launch,
    profile,
  }) => {
    test.setTimeout(300_000);
    const { catalog, sizeBytes } = await offerStarter(hub, profile);
    const data = join(profile, 'data');
    await mkdir(data, { recursive: true });
    // Some seconds for the whole, so that there is a middle.
    await writeFile(join(data, 'settings.json'), JSON.stringify({ speedLimit: sizeBytes / 12 }));
    const env = { SOTTO_HUB: hub.base, SOTTO_CATALOG: catalog, SOTTO_STALL_MS: '1500' };
    hub.misbehave((_, count) => {
      if (count === 1) return { kind: 'reset', at: 5 * MB };
      return count === 3 ? { kind: 'stall', at: 4 * MB } : undefined;
    });
    hub.requests.length = 0;

    const first = await launch({ env });
    const card = await openModels(first.page);
    await expect(card).toContainText('Starter Plus');
    expect(hub.requests).toEqual([]);
    await mkdir(SHOTS, { recursive: true });
    await look(first, 'models');
    await card.getByTestId('download').click();
    await look(first, 'models-terms');
    expect(hub.requests).toEqual([]);
    await card.getByTestId('accept-terms').click();
    await expect(card).toHaveAttribute('data-state', 'downloading');
    const received = async () =>
      Number(await card.getByTestId('model-progress').getAttribute('aria-valuenow'));
    await expect.poll(received, { timeout: 60_000 }).toBeGreaterThan(15);
    await expect(first.page.getByTestId('rail-busy-models')).toBeAttached();
    await look(first, 'models-downloading');
    await first.app.close();

    const second = await launch({ env });
    const again = await openModels(second.page);
    await expect(again).toHaveAttribute('data-state', /downloading|verifying|ready/, { timeout: 30_000 });
    await expect(again).toHaveAttribute('data-state', /ready|loading|loaded/, { timeout: 90_000 });
    await expect(again.getByTestId('in-use')).toBeVisible();
    expect(await readdir(join(data, 'models', '.downloads'))).toEqual([]);
    // Nothing was fetched twice, but for what was on its way when something broke.
    expect(hub.sentBytes()).toBeLessThan(1.3 * sizeBytes);

    await second.page.getByTestId('place-chat').click();
    await expect(second.page.getByTestId('model-chip')).toContainText('Starter Plus');
    await chatOf(second.page).ask('What is the capital of France?');
    await expectState(second.page, 0, 'complete');
    await expect(chatOf(second.page).texts.first()).toContainText('Paris');

    await openModels(second.page);
    await second.page.getByTestId('shelf-here').click();
    await look(second, 'models-here');
    await again.getByTestId('remove').click();
    await again.getByTestId('confirm-remove').click();
    await expect(again).toHaveCount(0);
    expect(await readdir(join(data, 'models'))).toEqual(['.downloads']);
    await second.page.getByTestId('place-chat').click();
    await expect(second.page.getByTestId('model-chip')).not.toContainText('Starter Plus');
  });

  test('a download pauses, goes on, and leaves nothing when it is cancelled', async ({ launch, profile }) => {
    const { catalog, sizeBytes } = await offerStarter(hub, profile);
    hub.misbehave(() => undefined);
    const data = join(profile, 'data');
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'settings.json'), JSON.stringify({ speedLimit: sizeBytes / 20 }));
    const { app, page } = await launch({ env: { SOTTO_HUB: hub.base, SOTTO_CATALOG: catalog } });
    const card = await openModels(page);
    await card.getByTestId('download').click();
    await card.getByTestId('accept-terms').click();
    await card.getByTestId('pause').click();
    await expect(card).toHaveAttribute('data-state', 'paused');
    await card.getByTestId('resume').click();
    await expect(card).toHaveAttribute('data-state', 'downloading');
    // Off is off, also for what is under way.
    await page.getByTestId('network').uncheck();
    await expect(card).toHaveAttribute('data-state', 'paused');
    await page.getByTestId('network').check();
    await card.getByTestId('resume').click();
    await expect(card).toHaveAttribute('data-state', 'downloading');
    await card.getByTestId('cancel').click();
    await expect(card).toHaveAttribute('data-state', 'absent');
    expect(await readdir(join(data, 'models', '.downloads'))).toEqual([]);

    await page.getByTestId('shelf-devices').click();
    await expect(page.getByTestId('device-cpu')).toContainText('Can be used');
    // No machine of the tests has one that is used: it says so, and why.
    await expect(page.getByTestId('device-npu')).toContainText(/Not on this machine.*NPU driver/);
    await page.getByTestId('try-devices').click();
    await expect(page.getByTestId('device-cpu').getByTestId('trial')).toContainText(
      /Works: [\d,.]+ tokens\/s/,
      {
        timeout: 60_000,
      },
    );
    await look({ app, page }, 'models-devices');
    await page.getByTestId('shelf-machine').click();

    await page.getByTestId('network').uncheck();
    await expect(card.getByTestId('network-needed')).toBeVisible();
    await expect(card.getByTestId('download')).toBeDisabled();
    await look({ app, page }, 'models-offline');

    // A model behind its makers' terms: the hub says so, the token is asked for, and the download goes on.
    await page.getByTestId('network').check();
    hub.gate('makers/starter-plus', 'hf_secret');
    await card.getByTestId('download').click();
    await card.getByTestId('accept-terms').click();
    await expect(card).toContainText('HUB_GATED');
    await look({ app, page }, 'models-gated');
    await card.getByTestId('hub-token').fill('hf_secret');
    await card.getByTestId('use-token').click();
    await expect(card).toHaveAttribute('data-state', 'downloading');
    // Whatever keeps it, it is nowhere to be read.
    expect(filesWith(profile, 'hf_secret')).toEqual([]);
    hub.gate('makers/starter-plus', undefined);
    await card.getByTestId('cancel').click();
    await expect(card).toHaveAttribute('data-state', 'absent');
  });

  test('a file that nobody vouches for is taken only when the user says so, and another one in its place too', async ({
    launch,
    profile,
  }) => {
    const { catalog } = await offerStarter(hub, profile);
    hub.misbehave(() => undefined);
    const put = (seed: number) => {
      const content = contentOf(Buffer.alloc(200_000, seed));
      hub.put('makers/starter-plus', 'starter-plus.litertlm', { ...content, hasNoHash: true });
    };
    put(1);
    const { app, page } = await launch({ env: { SOTTO_HUB: hub.base, SOTTO_CATALOG: catalog } });
    const card = await openModels(page);
    await card.getByTestId('download').click();
    await expect(card).toContainText('No catalogue has a checksum for this file.');
    await card.getByTestId('accept-terms').click();
    await expect(card).toContainText('HASH_UNKNOWN');
    await look({ app, page }, 'models-hash-unknown');
    await card.getByTestId('take-file').click();
    await expect(card).toHaveAttribute('data-state', /ready|load|failed/);
    await card.getByTestId('remove').click();
    await card.getByTestId('confirm-remove').click();
    await expect(card).toHaveAttribute('data-state', 'absent');
    put(2);
    await card.getByTestId('download').click();
    await card.getByTestId('accept-terms').click();
    await expect(card).toContainText('HASH_CHANGED');
    await look({ app, page }, 'models-hash-changed');
    await card.getByTestId('take-file').click();
    await expect(card).toHaveAttribute('data-state', /ready|load|failed/);
  });

  test('a model is set up, measured and answers as it was told; a folder of models comes in', async ({
    launch,
    profile,
  }) => {
    const { app, page } = await launch({ env: { SOTTO_HUB: hub.base } });
    await page.getByTestId('place-models').click();
    await page.getByTestId('add-model').click();
    await look({ app, page }, 'models-add');
    const folder = join(profile, 'other app');
    await mkdir(join(folder, 'deep'), { recursive: true });
    await copyFile(TINY_GEMMA, join(folder, 'deep', 'tiny-gemma.litertlm'));
    await writeFile(join(folder, 'broken.litertlm'), 'no model');
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
    }, folder);
    await page.getByTestId('add-from-folder').click();
    const card = page.getByTestId(/^model-tiny-gemma-/);
    await expect(card).toHaveAttribute('data-state', /ready|loaded/);
    await expect(page.getByRole('alert')).toContainText('broken.litertlm');

    await card.getByTestId('use').click();
    await expect(card.getByTestId('in-use')).toBeVisible();
    await card.getByTestId('measure').click();
    await expect(card.getByTestId('trials')).toContainText(/Works: [\d,.]+ tokens\/s/, { timeout: 60_000 });

    await card.getByTestId('open-settings').click();
    await card.getByTestId('preset').selectOption('inventive');
    await card.getByText('More', { exact: true }).click();
    await look({ app, page }, 'models-settings');
    await card.getByTestId('setting-threads').fill('nine');
    await card.getByTestId('save-settings').click();
    await expect(card).toContainText('PARAM_RANGE');
    await card.getByTestId('setting-threads').fill('1');
    // It knows its sentences by heart: the likeliest word is the taught one, and 5 tokens are the half of it.
    await card.getByTestId('setting-temperature').fill('0');
    await card.getByTestId('setting-maxTokens').fill('5');
    await card.getByTestId('new-preset').click();
    await card.getByTestId('preset-name').fill('Half a sentence');
    await card.getByTestId('save-preset').click();
    await expect(card.getByTestId('preset')).toHaveValue('Half a sentence');
    await card.getByTestId('save-settings').click();
    await expect(card.getByTestId('model-settings')).toHaveCount(0);

    const chat = chatOf(page);
    await page.getByTestId('place-chat').click();
    await chat.ask('What is Sotto?');
    await expectState(page, 0, 'length');
    await expect(chat.answers.last()).toContainText('Sotto is private AI on');
    await expect(chat.answers.last()).not.toContainText('machine');

    await page.getByTestId('place-models').click();
    await page.getByTestId('shelf-here').click();
    await page.getByTestId('preferences').getByText('Downloads and memory').click();
    await page.getByTestId('preference-hub').fill('https://');
    await page.getByTestId('preference-idle').fill('5');
    await look({ app, page }, 'models-here');
    // The desktop asks before another host is used; this user says no.
    await app.evaluate(({ dialog }) => {
      const ask = dialog.showMessageBox.bind(dialog) as (...args: unknown[]) => Promise<unknown>;
      const answer = async (...args: unknown[]) => {
        const { message = '' } = args.at(-1) as { message?: string };
        return message.includes('mirror.example') ? { response: 0, checkboxChecked: false } : ask(...args);
      };
      dialog.showMessageBox = answer as unknown as typeof dialog.showMessageBox;
    });
    await page.getByTestId('preference-hub').fill('https://mirror.example');
    await page.getByTestId('save-preferences').click();
    await expect(page.getByRole('alert')).toContainText('MIRROR_REFUSED');
    await look({ app, page }, 'models-mirror-refused');
    await page.getByTestId('preference-hub').fill('');
    await page.getByTestId('save-preferences').click();
    await expect(page.getByText('Saved', { exact: true })).toBeVisible();
    const settings = JSON.parse(await readFile(join(profile, 'data', 'settings.json'), 'utf8'));
    expect(settings).toMatchObject({ idleMinutes: 5, presets: [{ name: 'Half a sentence' }] });
  });
});

test('a download goes on through a reload, another chat and a second watcher', async ({
  launch,
  profile,
}) => {
  const hub = await createLocalHub();
  const { catalog, sizeBytes } = await offerStarter(hub, profile);
  const data = join(profile, 'data');
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'settings.json'), JSON.stringify({ speedLimit: sizeBytes / 12 }));
  const { page } = await launch({ env: { SOTTO_HUB: hub.base, SOTTO_CATALOG: catalog } });
  const card = await openModels(page);
  await card.getByTestId('download').click();
  await card.getByTestId('accept-terms').click();
  const received = async () => Number(await card.getByTestId('model-progress').getAttribute('aria-valuenow'));
  await expect.poll(received).toBeGreaterThan(5);
  await page.reload();
  await page.getByTestId('new-chat').click();
  // Somebody else asks how it stands, and asks no more.
  await page.evaluate(async () => {
    const stop = window.sotto.broadcasts['models.changed'](() => stop());
    await window.sotto.calls['models.overview'](undefined);
  });
  await openModels(page);
  await expect(card).toHaveAttribute('data-state', /ready|loading|loaded/, { timeout: 90_000 });
  await hub.close();
});
