import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, test } from '../support/desktop.ts';
import { filesWith } from '../support/files-with.ts';
import { look } from '../support/look.ts';
import { setPassphrase, unlock } from '../support/passphrase.ts';
import { waveform } from '../support/waveform.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
/** Public-domain speech; see the README beside it. */
const SPEECH = join(FIXTURES, 'speech', 'dashwood.m4a');
const CLIP = join(import.meta.dirname, '..', 'native', 'fixtures', 'speech', 'amiable.wav');
const CLIP_TEXT = 'He might even have been made amiable himself.';

const lines = (page: Page) => page.getByTestId('segment-text');
const allText = async (page: Page) => (await lines(page).allTextContents()).join(' ');
const add = (page: Page, ...files: string[]) =>
  page.locator('[data-testid="file-input"]').setInputFiles(files);

const colorsOf = (columns: { color: string }[]) =>
  new Set(columns.map(({ color }) => color).filter((color) => color !== ''));

test('a recording becomes text, is heard, mended, saved, and there after a reload and a restart', async ({
  launch,
  profile,
}) => {
  const { app, page } = await launch();
  await page.getByTestId('place-transcribe').click();
  await add(page, SPEECH);
  await expect(page.getByTestId('job-state')).toHaveText('Done · 0:24');
  const said = await allText(page);
  expect(said).toMatch(/^And Mr\. John Dashwood had then leisure .* to do for them\./);
  expect(said).toContain('He was not an ill-disposed young man.');
  expect(said).toContain('amiable himself.');

  // The keyboard plays while the caret stays in the text, and the word that is heard is marked.
  await lines(page).first().focus();
  await page.keyboard.press('Control+Space');
  await expect(page.locator('[data-word][data-playing]')).toHaveText(/Dashwood/);
  await page.keyboard.press('Control+Space');
  const time = () => page.locator('audio').evaluate((audio) => (audio as HTMLAudioElement).currentTime);
  const stoppedAt = await time();
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(time).toBeCloseTo(stoppedAt + 5, 0);
  await page.getByText('selfish').click({ modifiers: ['ControlOrMeta'] });
  await expect(page.locator('[data-word][data-playing]')).toHaveText(/selfish|is/);

  // Written in place, split, merged, undone.
  const line = lines(page).filter({ hasText: 'He was not' });
  const count = await lines(page).count();
  await line.focus();
  await page.keyboard.press('Home');
  await page.keyboard.type('Indeed: ');
  await expect(line).toHaveText('Indeed: He was not an ill-disposed young man.');
  await page.keyboard.press('Enter');
  await expect(lines(page)).toHaveCount(count + 1);
  await expect(lines(page).filter({ hasText: 'He was not' })).toBeFocused();
  await page.keyboard.press('Backspace');
  await expect(lines(page)).toHaveCount(count);
  await page.keyboard.type('(sic) ');
  await expect(line).toHaveText('Indeed: (sic) He was not an ill-disposed young man.');
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('Control+z');
  await expect.poll(() => allText(page)).toBe(said);
  await page.keyboard.press('Control+y');
  await expect(line).toHaveText(/^Indeed: /);

  // Where to is the user's choice alone: the dialog's answer stands in for a person's.
  const path = join(profile, 'saved.srt');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  await page.getByTestId('export').click();
  await page.getByTestId('export-srt').click();
  await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toMatch(/^1\n00:00:00,\d{3} --> 00:00:0/);
  expect(await readFile(path, 'utf8')).toContain('Indeed:');
  await page.getByTestId('copy-transcript').click();
  await expect
    .poll(() => app.evaluate(({ clipboard }) => clipboard.readText()))
    .toContain('Indeed: He was not');

  await page.reload();
  await page.getByTestId('place-transcribe').click();
  await page.getByRole('button', { name: /^dashwood/ }).click();
  await expect(line).toHaveText(/^Indeed: /);
  await expect(page.getByTestId('play')).toBeVisible();

  // Kept in memory so far; a passphrase keeps it on the disk, and nowhere in a form that can be read.
  await page.getByTestId('place-chat').click();
  await setPassphrase(page);
  await page.getByTestId('lock').click();
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  expect(await page.evaluate(() => document.body.textContent)).not.toContain('ill-disposed');
  await app.close();
  const readable = filesWith(profile, 'ill-disposed').filter((name) => name !== 'saved.srt');
  expect(readable).toEqual([]);

  const { page: again } = await launch();
  await unlock(again);
  await again.getByTestId('place-transcribe').click();
  await again.getByRole('button', { name: /^dashwood/ }).click();
  await expect(lines(again).filter({ hasText: 'He was not' })).toHaveText(/^Indeed: /);
});

test('the outline of the sound is behind its slider, which is clicked and used with the keyboard', async ({
  desktop: { page },
}) => {
  await page.getByTestId('place-transcribe').click();
  await add(page, SPEECH);
  const slider = page.getByTestId('position');
  await expect(slider).toBeVisible();
  const before = await slider.boundingBox();
  await expect(page.getByTestId('job-state')).toHaveText('Done · 0:24');

  // Speech: loud and soft, with pauses, over all of the width.
  await expect
    .poll(async () => new Set((await waveform(page)).columns.map(({ tall }) => tall)).size)
    .toBeGreaterThan(8);
  const { columns, isSharp } = await waveform(page);
  expect(isSharp).toBe(true);
  const bars = columns.filter(({ tall }) => tall > 0);
  expect(Math.min(...bars.map(({ tall }) => tall))).toBeLessThan(6);
  expect(Math.max(...bars.map(({ tall }) => tall))).toBeGreaterThan(15);
  expect(columns.slice(-columns.length / 10).some(({ tall }) => tall > 4)).toBe(true);
  expect(colorsOf(columns).size).toBe(1);
  expect(await slider.boundingBox()).toEqual(before);

  const time = () => page.locator('audio').evaluate((audio) => (audio as HTMLAudioElement).currentTime);
  const box = before ?? { width: 0, height: 0 };
  await slider.click({ position: { x: box.width / 2, y: box.height / 2 } });
  await expect.poll(time).toBeCloseTo(12, 0);
  const half = columns.length / 2;
  const sides = async () => {
    const now = (await waveform(page)).columns;
    return [colorsOf(now.slice(0, half - 10)), colorsOf(now.slice(half + 10))].map((colors) =>
      [...colors].join(' '),
    );
  };
  await expect
    .poll(sides)
    .toEqual([expect.not.stringContaining([...colorsOf(columns)].join()), [...colorsOf(columns)].join()]);

  const light = await sides();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => (await sides())[0]).not.toBe(light[0]);
  expect((await sides())[1]).not.toBe(light[1]);

  await slider.press('Home');
  await expect.poll(time).toBe(0);
  await slider.press('ArrowRight');
  await expect.poll(time).toBeCloseTo(0.1, 2);
});

test('what is no sound gets an error by name, and the next recording is heard', async ({
  desktop: { page },
  profile,
}) => {
  const letter = join(profile, 'letter.mp3');
  const empty = join(profile, 'empty.wav');
  const cut = join(profile, 'cut.wav');
  await writeFile(letter, 'Dear Anna, this is a letter and no sound.');
  await writeFile(empty, '');
  await writeFile(cut, (await readFile(CLIP)).subarray(0, 70_000));
  await page.getByTestId('place-transcribe').click();
  await add(page, letter, empty, join(FIXTURES, 'audio', 'protected.m4a'), cut, CLIP);
  await expect(page.getByTestId('job-state').last()).toHaveText('Done · 0:03');
  const codes = {
    letter: 'AUDIO_FORMAT',
    empty: 'AUDIO_EMPTY',
    protected: 'AUDIO_PROTECTED',
    cut: 'AUDIO_CUT',
  };
  for (const [name, code] of Object.entries(codes)) {
    await page.getByRole('button', { name: new RegExp(`^${name} `) }).click();
    await expect(page.getByTestId('error-code')).toHaveText(`(${code})`);
  }
  await expect(page.getByTestId('error-note')).toContainText('The first 0:02 could be read');
  await page.getByRole('button', { name: /^amiable / }).click();
  await expect(lines(page)).toHaveText(CLIP_TEXT);
});

test('every format that the page promises is decoded', async ({ desktop: { page } }) => {
  const names = ['tone.mp3', 'tone.flac', 'tone.opus', 'tone.webm', 'tone-opus.mp4'];
  const more = ['tone-mp3.mkv', 'tone-pcm.mov', 'tone-aac.m4a', 'tone-vorbis.ogg', 'tone-flac.ogg'];
  await page.getByTestId('place-transcribe').click();
  await add(page, ...[...names, ...more].map((name) => join(FIXTURES, 'audio', name)));
  await expect(page.getByTestId('job-state')).toHaveText(Array.from({ length: 10 }, () => /^Done/));
});

test('a file that the page decodes itself and that was cut gives what is there, and says so', async ({
  desktop: { page },
  profile,
}) => {
  const names = ['tone-adts.aac', 'tone-aac.mkv', 'tone-aac-index-first.m4a', 'tone-vorbis.webm'];
  for (const name of names) {
    const bytes = await readFile(join(FIXTURES, 'audio', name));
    await writeFile(join(profile, name), bytes.subarray(0, Math.floor(0.9 * bytes.length)));
  }
  await page.getByTestId('place-transcribe').click();
  await add(page, ...names.map((name) => join(profile, name)));
  await expect(page.getByTestId('job-state')).toHaveText(names.map(() => /^Done/));
  for (const name of names) {
    await page.getByRole('button', { name: new RegExp(`^${name.split('.')[0]} `) }).click();
    await expect(page.getByTestId('error-code').last()).toHaveText('(AUDIO_CUT)');
    await expect(page.getByTestId('error-note').last()).toContainText('The first 0:00 could be read');
  }
});

test('the places keep what is in them, with the keyboard alone', async ({ desktop: { page } }) => {
  await expect(page.getByTestId('composer-input')).toBeFocused();
  await page.keyboard.type('half a thought');
  await page.keyboard.press('Control+2');
  await expect(page.getByTestId('place-transcribe')).toHaveAttribute('aria-current', 'page');
  await expect(page.getByTestId('composer-input')).toBeHidden();
  await add(page, CLIP);
  await page.keyboard.press('Control+1');
  await expect(page.getByTestId('composer-input')).toHaveValue('half a thought');
  await expect(page.getByTestId('composer-input')).toBeFocused();
  await page.keyboard.press('Control+2');
  await expect(lines(page)).toHaveText(CLIP_TEXT);
  await expect(page.getByTestId('job-state')).toHaveText(/^Done/);
  // From the start of the place to the text, its tools and its sound.
  const wanted = ['new-transcript', 'speakers', 'export', 'segment-text', 'play', 'position'];
  for (const testId of wanted) {
    const isFocused = () =>
      page.evaluate((id) => document.activeElement?.getAttribute('data-testid') === id, testId);
    for (let i = 0; i < 20 && !(await isFocused()); i += 1) await page.keyboard.press('Tab');
    expect(await isFocused(), testId).toBe(true);
  }
});

test('every state of the place looks right and is accessible, light and dark', async ({ desktop }) => {
  const { page } = desktop;
  await page.getByTestId('place-transcribe').click();
  await look(desktop, 'transcribe-empty');
  await add(page, SPEECH, CLIP);
  await expect(page.getByTestId('job-state').last()).toHaveText('Done · 0:03');
  await page.getByTestId('speakers').click();
  await page.getByTestId('add-speaker').click();
  await look(desktop, 'transcribe-speakers');
  await page.keyboard.press('Escape');
  await page.getByTestId('export').click();
  await look(desktop, 'transcribe-export');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+f');
  await page.getByTestId('find').fill('he');
  await page.getByText('selfish').click();
  await look(desktop, 'transcribe-find');
  await page.getByTestId('new-transcript').click();
  await add(page, join(FIXTURES, 'audio', 'no-sound.mp4'));
  await expect(page.getByTestId('error-note')).toBeVisible();
  await look(desktop, 'transcribe-error');
});
