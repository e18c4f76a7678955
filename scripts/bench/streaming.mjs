/**
 * How the page keeps up with an answer of 20,000 characters: frames a second, and the time that the page's main thread
 * takes for each, at the pace of a fast model (800 characters a second), at the end of a long chat or of a new one.
 *
 *   npm run bench -- streaming [--json] [--chars 20000]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { log } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { launch } from './contenders.mjs';
import { median, percentile } from './statistics.mjs';
import { fixed, table } from './table.mjs';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, chars: { type: 'string', default: '20000' } },
});
const chars = Number(values.chars);

/** As models write: paragraphs, lists, code, a table now and then. */
function answerOf(length) {
  const parts = [
    '## A heading\n\nSome words that make **a sentence** of usual length, with `code` in it, and one more.\n\n',
    '- one thing\n- another thing with a few more words\n- the last one\n\n',
    '```js\nfunction add(a, b) {\n  return a + b;\n}\n```\n\n',
    '| a | b |\n|---|---|\n| one | two |\n| three | four |\n\n',
  ];
  let text = '';
  for (let i = 0; text.length < length; i += 1) text += parts[i % parts.length];
  return text.slice(0, length);
}

/** In the page: when each frame came. */
function watchFrames() {
  const at = [];
  const tick = (now) => {
    at.push(now);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  window.sottoFrames = at;
}

const SAMPLE_MS = 100;

const dir = await mkdtemp(join(tmpdir(), 'sotto-streaming-'));
const answers = join(dir, 'answers.json');
await writeFile(answers, JSON.stringify([answerOf(chars)]));
const { app, page } = await launch(root, {
  SOTTO_TEST_ENGINE: join(root, 'test', 'fixtures', 'scripted-engine.cjs'),
  SOTTO_TEST_ANSWERS: answers,
  SOTTO_TEST_PIECE_CHARS: '4',
  SOTTO_TEST_PIECE_MS: '4',
});
await page.evaluate(() => window.sotto.calls['settings.change']({ hasStarted: true }));
await page.getByTestId('composer-input').fill('0');
await page.evaluate(watchFrames);
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable');
/** Seconds that the main thread has worked: scripts, styles, layout, painting. */
const workedSeconds = async () => {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
};
await page.getByTestId('send').click();
const ended = page.getByTestId('regenerate').waitFor({ timeout: 600_000 });
let isRunning = true;
void ended.then(() => {
  isRunning = false;
});
const busy = [];
let [before, framesBefore] = [await workedSeconds(), await page.evaluate(() => window.sottoFrames.length)];
while (isRunning) {
  await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  const [after, framesAfter] = [await workedSeconds(), await page.evaluate(() => window.sottoFrames.length)];
  if (framesAfter > framesBefore) busy.push((1000 * (after - before)) / (framesAfter - framesBefore));
  [before, framesBefore] = [after, framesAfter];
}
const at = await page.evaluate(() => window.sottoFrames);
await app.close();
await rm(dir, { recursive: true, force: true });

const frames = at.slice(1).map((now, i) => now - at[i]);
const seconds = frames.reduce((sum, one) => sum + one, 0) / 1000;
const result = {
  chars,
  seconds,
  framesPerSecond: frames.length / seconds,
  frameMs: { p50: median(frames), p95: percentile(frames, 0.95) },
  mainThreadMs: { p50: median(busy), p95: percentile(busy, 0.95), most: Math.max(...busy) },
};
if (values.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
log(
  table(
    ['an answer of 20,000 characters', 'value', 'goal'],
    [
      ['frames a second', fixed(result.framesPerSecond, 1), '60'],
      [
        'from frame to frame, P50 / P95 ms',
        `${fixed(result.frameMs.p50, 1)} / ${fixed(result.frameMs.p95, 1)}`,
        '',
      ],
      [
        'main thread a frame, in tenths of a second, P50 / P95 ms',
        `${fixed(result.mainThreadMs.p50, 1)} / ${fixed(result.mainThreadMs.p95, 1)}`,
        '8',
      ],
      ['longest, ms', fixed(result.mainThreadMs.most, 1), ''],
    ],
  ),
);
