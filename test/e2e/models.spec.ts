import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { chatOf, expect, expectState, SHOTS, test } from '../support/desktop.ts';
import { createLocalHub, type LocalHub } from '../support/hub/local-hub.ts';
import { OFFERED_ID, offerStarter } from '../support/hub/test-catalog.ts';
import { look } from '../support/look.ts';

const MB = 1_000_000;

/** Files of a profile that hold a text; models are left out. */
async function filesWith(dir: string, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || /\.(part|litertlm)$/.test(entry.name)) continue;
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes?.includes(text) === true) found.push(entry.name);
  }
  return found;
}

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
    await card.getByTestId('download').click();
    await card.getByTestId('accept-terms').click();
    await expect(card).toContainText('NET_LOCKED');

    // A model behind its makers' terms: the hub says so, the token is asked for, and the download goes on.
    await page.getByTestId('network').check();
    hub.gate('makers/starter-plus', 'hf_secret');
    await card.getByTestId('resume').click();
    await expect(card).toContainText('HUB_GATED');
    await look({ app, page }, 'models-gated');
    await card.getByTestId('hub-token').fill('hf_secret');
    await card.getByTestId('use-token').click();
    await expect(card).toHaveAttribute('data-state', 'downloading');
    // Whatever keeps it, it is nowhere to be read.
    expect(await filesWith(profile, 'hf_secret')).toEqual([]);
    hub.gate('makers/starter-plus', undefined);
    await card.getByTestId('cancel').click();
    await expect(card).toHaveAttribute('data-state', 'absent');
  });
});
