import { appendFile, copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, test } from '../support/desktop.ts';
import { filesWith } from '../support/files-with.ts';
import { look } from '../support/look.ts';
import { setPassphrase, unlock } from '../support/passphrase.ts';

const SPEECH = join(import.meta.dirname, '..', 'fixtures', 'speech', 'dashwood.m4a');

/** AAC, which the page decodes itself, in the place that a user chose. */
async function hear(page: Page, path: string): Promise<void> {
  await page.getByTestId('place-transcribe').click();
  await page.locator('[data-testid="file-input"]').setInputFiles([path]);
  await expect(page.getByTestId('job-state')).toHaveText('Done · 0:24');
}

async function show(page: Page): Promise<void> {
  await unlock(page);
  await page.getByTestId('place-transcribe').click();
  await page.getByRole('button', { name: /^visit/ }).click();
}

const time = (page: Page) =>
  page.locator('audio').evaluate((audio) => (audio as HTMLAudioElement).currentTime);

test('an imported file is played after a restart, and asked for once it has changed', async ({
  launch,
  profile,
}) => {
  const path = join(profile, 'visit-of-mrs-smith.m4a');
  await copyFile(SPEECH, path);
  const first = await launch();
  const { app, page } = first;
  await page.getByTestId('place-transcribe').click();
  await look(first, 'transcribe-choose');
  await hear(page, path);
  await expect(page.getByText(/^Sotto remembers where this file is/)).toBeVisible();
  await look(first, 'transcript-file-remembered');
  await page.getByTestId('place-chat').click();
  await setPassphrase(page);
  await app.close();
  // Where it lies is nobody's to read on the disk.
  expect(filesWith(profile, 'visit-of-mrs-smith')).toEqual([]);

  const second = await launch();
  await show(second.page);
  await second.page.getByTestId('play').click();
  await expect.poll(() => time(second.page)).toBeGreaterThan(0.3);
  await second.page.getByTestId('position').fill('20000');
  await expect.poll(() => time(second.page)).toBeGreaterThan(20);
  // Nothing of it but its text and its sound reaches the page.
  const seen = await second.page.evaluate(async () => {
    const kept = await window.sotto.calls['speech.transcripts'](undefined);
    return JSON.stringify(kept) + document.documentElement.outerHTML;
  });
  expect(seen).toContain('visit-of-mrs-smith');
  expect(seen).not.toContain(profile);
  await second.app.close();

  await appendFile(path, 'more');
  const third = await launch();
  await show(third.page);
  await expect(third.page.getByTestId('find-file')).toHaveText(/has changed since it was transcribed/);
  await look(third, 'transcript-file-changed');
  await expect(third.page.getByTestId('segment-text').first()).toHaveText(/Dashwood/);
  const input = third.page.locator('[data-testid="recording-input"]');
  await input.setInputFiles([path]);
  await expect(third.page.getByTestId('find-file')).toHaveText(/another file/);
  const moved = join(profile, 'moved.m4a');
  await copyFile(SPEECH, `${moved}.part`);
  await rename(`${moved}.part`, moved);
  await input.setInputFiles([moved]);
  await third.page.getByTestId('play').click();
  await expect.poll(() => time(third.page)).toBeGreaterThan(0.3);
});

test('a page learns no path, and names none', async ({ desktop: { page } }) => {
  const answers = await page.evaluate(async () => {
    const keep = window.sotto.files['speech.rememberSoundFile'] as (...args: unknown[]) => Promise<unknown>;
    const id = '01234567-89ab-4cde-8f01-23456789abcd';
    const made = new File(['RIFF\0\0\0\0WAVE'], '/etc/passwd');
    Object.defineProperty(made, 'path', { value: '/etc/passwd' });
    const calls = window.sotto.calls as Record<string, unknown>;
    return {
      made: await keep(made, { id, path: '/etc/passwd' }),
      plain: await keep({ path: '/etc/passwd', name: 'passwd' }, { id, path: '/etc/passwd' }),
      text: await keep('/etc/passwd', { id }),
      call: typeof calls['speech.rememberSoundFile'],
      read: (await fetch(`/sounds/${id}`)).status,
      address: (await fetch('/sounds/%2Fetc%2Fpasswd')).status,
    };
  });
  const refused = { ok: false, error: { code: 'AUDIO_MISSING' } };
  expect(answers).toMatchObject({ made: refused, plain: refused, text: refused });
  expect(answers).toMatchObject({ call: 'undefined', read: 404, address: 404 });
});
