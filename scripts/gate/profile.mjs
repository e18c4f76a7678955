import { join } from 'node:path';
import { log } from '../lib/log.mjs';
import { ALLOWED_LOSS } from './compare.mjs';
import { addonOn, yardstick } from './contestants.mjs';
import { GateError } from './problems.mjs';
import { summarise, unrest } from './ratios.mjs';
import { askInTurn, measureLoads } from './rounds.mjs';

/** How often each is loaded. */
const LOADS = 5;

/** @throws GateError MACHINE_BUSY where noise is greater than the loss that is looked for */
export function requireQuiet(samples) {
  const change = unrest(samples);
  if (change <= ALLOWED_LOSS) return;
  throw new GateError(
    'MACHINE_BUSY',
    `Speed cannot be judged: the yardstick's own changed by ${Math.round(100 * change)} % from one answer to the next.`,
    'Let the machine do nothing else, or leave speed out with --accuracy.',
  );
}

/** Those that are measured beside the same yardstick, together. */
async function measureGroup(models, files, { threads, modelThreads, work, tools, signal }) {
  log(`Speed of ${models.map(({ name }) => name).join(', ')} …`);
  const peer = yardstick(tools, models[0], { threads, cacheDir: join(work, 'yardstick') });
  const own = models.map((model) =>
    addonOn(model, { file: files.get(model.name), threads: modelThreads, cacheDir: join(work, 'engine') }),
  );
  const all = [peer, ...own];
  const stopAll = () => Promise.all(all.map(({ stop }) => stop()));
  signal.addEventListener('abort', stopAll, { once: true });
  try {
    const loads = await measureLoads(all, LOADS);
    // Once for nothing: what is made on first use is made.
    for (const { ask } of all) await ask();
    const samples = await askInTurn(peer, own, models[0].rounds);
    requireQuiet(samples);
    return own.map(({ name }) => {
      const ofModel = samples.filter((sample) => sample.name === name);
      return [name, summarise(ofModel, { own: loads.get(name), yardstick: loads.get(peer.name) })];
    });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stopAll);
    await stopAll();
  }
}

/**
 * Speed beside the yardstick, in one go.
 *
 * @param {Array<{name: string, yardstickFile: string, question: string, answerTokens: number, contextTokens: number, rounds: number}>} models
 * @param {Map<string, string>} files by name
 * @param {{threads: number, modelThreads: number, work: string, tools: {python: string, folder: string}, signal: AbortSignal}} how
 *   modelThreads: fewer, to plant a slow-down; tools: of ensureYardstick
 * @returns {Promise<Map<string, {ratios: Record<string, number>, figures: Record<string, number>}>>} by name
 * @throws GateError PROFILE_FAILED, MACHINE_BUSY
 */
export async function measureSpeed(models, files, how) {
  const measured = [];
  for (const file of new Set(models.map(({ yardstickFile }) => yardstickFile))) {
    const group = models.filter(({ yardstickFile }) => yardstickFile === file);
    measured.push(...(await measureGroup(group, files, how)));
  }
  return new Map(measured);
}
