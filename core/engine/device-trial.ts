import type { Device } from '../../contract/models.ts';
import type { Trial } from '../../contract/trials.ts';
import { toErrorInfo } from '../errors.ts';
import type { LoadableModel } from '../models/model-library.ts';
import type { ProcessLauncher } from '../process/process-handle.ts';
import { askOnce, GREEDY } from './ask-once.ts';
import { ENGINE_LIMITS, type EngineLimits, startEngine } from './engine.ts';
import type { EngineStats } from './protocol.ts';

/** A driver that cannot do it in this time is of no use for answers. */
const TRIAL_LIMITS: EngineLimits = { ...ENGINE_LIMITS, load: 180_000, firstText: 90_000, nextText: 30_000 };
const QUESTION = 'Name the capital of France, and one thing that the city is known for.';
const TOKENS = 48;
/** Arithmetic differs between devices in the last digits, and text with it sooner or later; nonsense does at once. */
const SAME_CHARS = 12;

export interface TrialOptions {
  launch: ProcessLauncher;
  loadable: LoadableModel;
  threads: number;
  cacheDir: string;
  nativeDir: string;
  limits?: EngineLimits;
  /** Tests run the GPU's path on a software adapter; for people that would be slower than the processor. */
  allowSoftwareGpu?: boolean;
  signal: AbortSignal;
}

interface Attempt {
  text: string;
  loadMs: number;
  stats: EngineStats;
}

/**
 * Tries a model on the processor and then on the other devices asked for, each in a process that is thrown away: a
 * driver may end it, hang it, or write nonsense, and the app goes on.
 *
 * @param excluded why a device need not be tried, by device
 */
export async function tryDevices(
  devices: readonly Device[],
  excluded: Partial<Record<Device, string>>,
  options: TrialOptions,
): Promise<Trial[]> {
  const reference = await attempt('cpu', options);
  const trials: Trial[] = [judge('cpu', reference, reference)];
  for (const device of devices) {
    if (device === 'cpu') continue;
    const reason = excluded[device];
    if (reason === undefined) trials.push(judge(device, await attempt(device, options), reference));
    else trials.push({ device, verdict: 'refused', reason });
  }
  return trials;
}

async function attempt(device: Device, options: TrialOptions): Promise<Attempt | string> {
  const { loadable, threads, cacheDir, nativeDir, signal, limits = TRIAL_LIMITS } = options;
  const { allowSoftwareGpu } = options;
  const load = { modelPath: loadable.path, backend: device, threads, cacheDir, nativeDir, allowSoftwareGpu };
  const maxTokens = loadable.model.contextTokens;
  const engine = startEngine(options.launch(), { type: 'load', load: { ...load, maxTokens } }, 0, limits);
  try {
    const { loadMs } = await engine.loaded;
    const prompt = { history: [], question: QUESTION, sampling: GREEDY, maxTokens: TOKENS };
    return { ...(await askOnce(engine, prompt, signal)), loadMs };
  } catch (error) {
    return toErrorInfo(error).message;
  } finally {
    engine.stop();
  }
}

function judge(device: Device, tried: Attempt | string, reference: Attempt | string): Trial {
  if (typeof tried === 'string') return { device, verdict: 'refused', reason: tried };
  const { ttftMs, prefillTokensPerSecond, decodeTokensPerSecond, peakRssBytes } = tried.stats;
  const figures = {
    loadMs: tried.loadMs,
    ttftMs,
    prefillTokensPerSecond,
    decodeTokensPerSecond,
    peakRssBytes,
  };
  if (typeof reference === 'string' || device === 'cpu') return { device, verdict: 'works', ...figures };
  const isSame = tried.text.slice(0, SAME_CHARS) === reference.text.slice(0, SAME_CHARS) && tried.text !== '';
  if (!isSame) {
    const reason = 'It writes something else than the processor does, so it is not trusted.';
    return { device, verdict: 'wrong', reason, ...figures };
  }
  if (decodeTokensPerSecond < reference.stats.decodeTokensPerSecond) {
    return { device, verdict: 'slower', reason: 'The processor is quicker with this model.', ...figures };
  }
  return { device, verdict: 'works', ...figures };
}
