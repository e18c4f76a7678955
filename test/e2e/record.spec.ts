import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { killAll, killCore } from '../support/app-processes.ts';
import { expect, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';
import { choosePassphrase, setPassphrase, unlock } from '../support/passphrase.ts';
import { waveform } from '../support/waveform.ts';

/** Three seconds of public-domain speech, which Chromium's microphone says again and again. */
const CLIP = join(import.meta.dirname, '..', 'native', 'fixtures', 'speech', 'amiable.wav');
const MICROPHONE = ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${CLIP}`];
const SAID = /might even have been made amiable/i;

const lines = (page: Page) => page.getByTestId('segment-text');

async function record(page: Page): Promise<void> {
  await page.getByTestId('place-transcribe').click();
  await page.getByTestId('record').click();
  await expect(page.getByTestId('level')).toBeVisible();
}

test('records with captions, through the death of core, then transcribes, plays and saves', async ({
  launch,
  profile,
}) => {
  const desktop = await launch({ switches: MICROPHONE });
  const { app, page } = desktop;
  await page.getByTestId('place-transcribe').click();
  await page.getByTestId('record').click();
  // Nothing on this machine keeps the key.
  await look(desktop, 'record-passphrase');
  await choosePassphrase(page);
  await expect(page.getByTestId('level')).toBeVisible();
  await expect(page.getByText(SAID).first()).toBeVisible();
  await look(desktop, 'record-captions');
  expect(await isKeptAwake(app)).toBe(true);
  const before = await secondsOf(page);
  killCore(app.process().pid);
  // It goes on by itself, and so do the captions; the core that comes knows no key.
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  await unlock(page);
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(before + 5);
  const captions = page.getByTestId('caption');
  const count = await captions.count();
  await expect.poll(() => captions.count()).toBeGreaterThan(count);
  await page.getByTestId('pause-recording').click();
  const paused = await secondsOf(page);
  await page.waitForTimeout(1500);
  expect(await secondsOf(page)).toBe(paused);
  await look(desktop, 'record-paused');
  await page.getByTestId('pause-recording').click();
  await page.getByTestId('stop-recording').click();
  await expect(page.getByTestId('job-state')).toHaveText(/^Done/);
  await expect(lines(page).first()).toHaveText(SAID);
  expect(await isKeptAwake(app)).toBe(false);

  // All of it is there, in one recording: the clip again and again, without a hole.
  const path = join(profile, 'saved.wav');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  await page.getByTestId('export').click();
  await page.getByTestId('save-sound').click();
  await expect
    .poll(() =>
      readFile(path).then(
        (bytes) => bytes.length,
        () => 0,
      ),
    )
    .toBeGreaterThan(200_000);
  const saved = await readFile(path);
  expect(saved.length / 32_000).toBeGreaterThan(paused);

  // Core has read its outline out of the journal.
  await expect
    .poll(async () => Math.max(...(await waveform(page)).columns.map(({ tall }) => tall)))
    .toBeGreaterThan(15);

  await page.getByTestId('play').click();
  const time = () => page.locator('audio').evaluate((audio) => (audio as HTMLAudioElement).currentTime);
  await expect.poll(time).toBeGreaterThan(0.5);
  await lines(page)
    .last()
    .locator('[data-word]')
    .first()
    .click({ modifiers: ['ControlOrMeta'] });
  await expect.poll(time).toBeGreaterThan(5);
});

test('what was recorded when everything was killed is there at the next start', async ({ launch }) => {
  const { app, page } = await launch({ switches: MICROPHONE });
  await setPassphrase(page);
  await record(page);
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(5);
  const recorded = await secondsOf(page);
  const gone = new Promise((resolve) => app.process().once('exit', resolve));
  killAll(app.process().pid);
  await gone;

  const desktop = await launch({ switches: MICROPHONE });
  const again = desktop.page;
  await unlock(again);
  await again.getByTestId('place-transcribe').click();
  await again.getByRole('button', { name: /^Recording, / }).click();
  const told = (await again.getByText(/^Sotto ended while this was recorded/).textContent()) ?? '';
  const [minutes, seconds] = (/(\d+):(\d\d) of sound/.exec(told) ?? []).slice(1).map(Number);
  // The clock on the screen shows whole seconds, and a kill may cost one.
  expect(60 * (minutes ?? 0) + (seconds ?? 0)).toBeGreaterThanOrEqual(recorded - 1);
  await look(desktop, 'record-recovered');
  await again.getByTestId('transcribe-recording').click();
  await expect(again.getByTestId('job-state')).toHaveText(/^Done/);
  await expect(lines(again).first()).toHaveText(SAID);

  // Gone for good, after a question.
  await again.getByRole('button', { name: /^Delete the recording: / }).click();
  await look(desktop, 'record-delete');
  await again.getByTestId('delete-recording').click();
  await expect(again.getByTestId('job-state')).toHaveCount(0);
  await again.reload();
  await again.getByTestId('place-transcribe').click();
  await expect(again.getByTestId('record')).toBeVisible();
  await expect(again.getByTestId('job-state')).toHaveCount(0);
});

test('without a microphone it says so, and goes on once there is one', async ({ desktop }) => {
  const { page } = desktop;
  await setPassphrase(page);
  await page.getByTestId('place-transcribe').click();
  await page.getByTestId('record').click();
  await expect(page.getByTestId('error-code')).toHaveText('(MIC_MISSING)');
  await expect(page.getByTestId('record')).toBeEnabled();
  await look(desktop, 'record-no-microphone');
});

test('dictation lands at the caret of the message', async ({ launch }) => {
  const desktop = await launch({ switches: MICROPHONE });
  const { page } = desktop;
  const input = page.getByTestId('composer-input');
  await input.fill('She said: . Is that kind?');
  for (let i = 0; i < ' Is that kind?'.length + 1; i += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+d');
  await expect(input).toHaveValue(/^She said: .*amiable himself.*\. Is that kind\?$/i);
  await look(desktop, 'dictate');
  await page.keyboard.press('Control+d');
  await expect(page.getByTestId('dictate')).toHaveAttribute('aria-pressed', 'false');
  await expect(input).toBeFocused();
  await page.keyboard.type('!');
  await expect(input).toHaveValue(/amiable.*!\. Is that kind\?$/);

  // Held with the mouse, and taken back.
  const kept = await input.inputValue();
  await page.getByTestId('dictate').hover();
  await page.mouse.down();
  await expect(page.getByTestId('dictate')).toHaveAttribute('data-phase', 'listening');
  await expect.poll(() => input.inputValue()).not.toBe(kept);
  await page.keyboard.press('Escape');
  await expect(input).toHaveValue(kept);
  await page.mouse.up();
  await expect(page.getByTestId('dictate')).toHaveAttribute('data-phase', 'off');
});

/** Blocks are numbered from nought. */
const isKeptAwake = (app: ElectronApplication) =>
  app.evaluate(({ powerSaveBlocker }) => [0, 1, 2, 3, 4].some((id) => powerSaveBlocker.isStarted(id)));

async function secondsOf(page: Page): Promise<number> {
  const text = (await page.getByTestId('recording-time').textContent()) ?? '';
  const [minutes, seconds] = (/(\d+):(\d\d)$/.exec(text) ?? []).slice(1).map(Number);
  return 60 * (minutes ?? 0) + (seconds ?? 0);
}

test('a recording goes on while Sotto is locked', async ({ launch }) => {
  const { app, page } = await launch({ switches: MICROPHONE });
  await setPassphrase(page);
  await record(page);
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(1);
  const before = await secondsOf(page);
  await app.evaluate(({ powerMonitor }) => powerMonitor.emit('lock-screen'));
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  await page.waitForTimeout(3000);
  await unlock(page);
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(before + 3);
  await page.getByTestId('stop-recording').click();
  await expect(page.getByTestId('job-state')).toHaveText(/^Done/);
  await expect(lines(page).first()).toHaveText(SAID);
});
