import type { EngineStatus } from '../../contract/engine.ts';
import { formatBytes } from '../../contract/format-bytes.ts';
import { AppError } from '../errors.ts';
import { type Machine, neededBytes, type Weights } from '../models/library/fit.ts';

/**
 * Looks before a model is loaded whether it can be: a machine without memory slows down for everyone, or ends some
 * program. Linux and Windows tell what can be had; macOS does not (it counts what it would give back at once as taken),
 * so there the whole memory decides.
 *
 * @throws AppError MODEL_MEMORY with both numbers.
 */
export function checkMemory(
  weights: Omit<Weights, 'task'>,
  { totalBytes, freeBytes }: Machine,
  running: EngineStatus,
  platform: NodeJS.Platform = process.platform,
): void {
  const needBytes = neededBytes({ ...weights, task: 'chat' });
  // The model that runs now is ended first; how much it gives back is not known, so nothing is refused for it.
  const isFreed = running.state === 'ready' || running.state === 'loading';
  const most = platform === 'darwin' || isFreed ? totalBytes : freeBytes;
  if (needBytes <= most) return;
  throw new AppError(
    'MODEL_MEMORY',
    `This model needs about ${formatBytes(needBytes)} of memory; ${formatBytes(freeBytes)} are free.`,
    { hint: 'Close other apps, or choose a smaller model.' },
  );
}
