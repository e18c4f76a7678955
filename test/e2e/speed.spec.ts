import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { profileFileSchema } from '../../contract/profile.ts';
import { chatOf, expect, expectState, SHOTS, test } from '../support/desktop.ts';
import { expectAccessible, look } from '../support/look.ts';
import { FIGURES, hearingRow, profileRow, profileRun } from '../support/profiles.ts';

/** As another machine has exported it: two models at three lengths, with all that a system can tell. */
const ELSEWHERE = {
  kind: 'sotto-profile',
  runs: [
    profileRun({
      id: 'other-machine',
      measuredAt: '2026-11-20T09:30:00.000Z',
      rows: [
        hearingRow({ accuracy: { changedWordsPercent: 0.5, klDivergence: 0.0025, top1Percent: 99.3 } }),
        ...['Gemma 3 1B', 'SmolLM2 135M'].flatMap((name, at) =>
          [64, 256, 1024].map((promptTokens) =>
            profileRow({
              modelId: name,
              name,
              promptTokens,
              figures: {
                ...FIGURES,
                promptTokens,
                decodeTokensPerSecond: (at === 0 ? 40 : 150) - promptTokens / 50,
                joulesPerAnswer: 12.4,
                celsius: 64,
                wasThrottled: promptTokens === 1024,
              },
            }),
          ),
        ),
      ],
    }),
  ],
};

test('how fast models answer is measured, drawn, compared with another machine, saved, and kept', async ({
  launch,
  profile,
}) => {
  test.setTimeout(240_000);
  await mkdir(SHOTS, { recursive: true });
  const first = await launch();
  const { page, app } = first;
  await expect(page.getByTestId('composer-input')).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette')).toBeFocused();
  await page.keyboard.type('how fast');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('measure-form')).toBeVisible();
  await look(first, 'speed-empty');

  await page.getByTestId('speed-option-1024').uncheck();
  await page.getByTestId('speed-option-256').uncheck();
  await page.getByTestId('measure').click();
  await expect(page.getByTestId('measuring')).toContainText('64 tokens');
  await expect(page.getByTestId('speed-table-chat').locator('tbody tr')).toHaveCount(1, { timeout: 90_000 });
  await expect(page.getByTestId('speed-run')).toHaveCount(1);
  const cells = page.getByTestId('speed-table-chat').locator('tbody td');
  await expect(cells.nth(2)).toHaveText(/^[1-9][\d,.]*$/);
  await expect(page.getByTestId('speed-chart').locator('.recharts-bar-rectangle')).toHaveCount(1);

  // What hears is measured beside it, with half a minute of speech.
  await page.getByTestId('speed-option-whisper-base').check();
  await page.getByTestId('speed-option-5').uncheck();
  await look(first, 'speed-hearing-form');
  await page.getByTestId('speed-option-smollm2-135m-instruct').uncheck();
  await page.getByTestId('measure').click();
  await expect(page.getByTestId('measuring')).toContainText('30 s of speech');
  await expect(page.getByTestId('speed-table-speech').locator('tbody tr')).toHaveCount(1, {
    timeout: 90_000,
  });
  await expect(page.getByTestId('metric-hearing')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('speed-chart').locator('.recharts-bar-rectangle')).toHaveCount(1);
  await page.getByTestId('speed-run').nth(1).getByRole('checkbox').check();
  await look(first, 'speed-hearing');
  await page.getByTestId('speed-run').first().getByRole('checkbox').uncheck();
  await page.getByTestId('remove-speed').first().click();
  await expect(page.getByTestId('speed-run')).toHaveCount(1);

  // Another machine's figures beside it.
  const elsewhere = join(profile, 'elsewhere.json');
  await writeFile(elsewhere, JSON.stringify(ELSEWHERE));
  await page.getByTestId('speed-file').setInputFiles(elsewhere);
  await expect(page.getByTestId('speed-run')).toHaveCount(2);
  await page.getByTestId('speed-run').nth(1).getByRole('checkbox').check();
  await expect(page.getByTestId('speed-table-chat').locator('tbody tr')).toHaveCount(7);
  await expect(page.getByTestId('speed-table-speech').locator('tbody tr')).toHaveCount(1);
  await expect(page.getByTestId('speed-chart').locator('.recharts-bar-rectangle')).toHaveCount(7);
  await expect(page.getByTestId('speed-table-chat')).toContainText('Acme 3000');
  await page.getByTestId('measure-form').scrollIntoViewIfNeeded();
  await look(first, 'speed');
  await page.getByTestId('speed-run').last().scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(SHOTS, 'speed-runs.png') });
  await page.getByTestId('metric-memory').click();
  await expect(page.getByTestId('speed-chart')).toContainText('289');
  await page.getByTestId('speed-table-chat').scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(SHOTS, 'speed-table.png') });

  const saved = join(profile, 'speed.json');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, saved);
  await page.getByTestId('save-speed-json').click();
  await expect.poll(() => readFile(saved, 'utf8').catch(() => '')).toContain('sotto-profile');
  expect(profileFileSchema.parse(JSON.parse(await readFile(saved, 'utf8'))).runs).toHaveLength(2);

  // A file of something else is refused, and nothing is lost.
  await writeFile(elsewhere, '{"kind":"sotto-personas"}');
  await page.getByTestId('speed-file').setInputFiles(elsewhere);
  await expect(page.getByTestId('error-note')).toContainText('no file of measurements');
  await expect(page.getByTestId('speed-run')).toHaveCount(2);
  await app.close();

  const second = await launch();
  await second.page.getByTestId('place-models').click();
  await second.page.getByTestId('shelf-speed').click();
  await expect(second.page.getByTestId('speed-run')).toHaveCount(2);
  await second.page.getByTestId('remove-speed').nth(1).click();
  await expect(second.page.getByTestId('speed-run')).toHaveCount(1);
  await expectAccessible(second.page, 'speed after a restart');
});

test('a measurement is stopped: what was measured is there, and the next question is answered', async ({
  launch,
}) => {
  const { page } = await launch();
  await page.getByTestId('place-models').click();
  await page.getByTestId('shelf-speed').click();
  await page.getByTestId('measure').click();
  await expect(page.getByTestId('measuring')).toContainText('256 tokens', { timeout: 90_000 });
  await page.getByTestId('stop-measuring').click();
  await expect(page.getByTestId('speed-run')).toHaveCount(1);
  await expect(page.getByTestId('speed-run')).toContainText('stopped before its end');
  await page.getByTestId('place-chat').click();
  const chat = chatOf(page);
  await chat.ask('What is the capital of France?');
  await expectState(page, 0, 'complete');
  await expect(chat.texts.first()).toContainText('Paris');
});
