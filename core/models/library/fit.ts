import { freemem, totalmem } from 'node:os';
import type { Fit, Task } from '../../../contract/library.ts';
import type { MemoryFacts } from '../container/memory-facts.ts';

/** What an engine process takes beside the weights: measured on the built-in model, docs/performance.md. */
const ENGINE_BYTES = 300_000_000;
/**
 * Keys and values of one token of context, as a share of the weights: 53 kB for Gemma 3 1B at INT4 (26 layers, one
 * head of 256, both as FP32), which is 584 MB. An estimate for models whose own numbers are not known.
 */
const CONTEXT_SHARE = 53_000 / 584_000_000;
/** A context that is offered and not used takes little; this much is reckoned with. */
const USUAL_CONTEXT_TOKENS = 4096;

export interface Machine {
  totalBytes: number;
  /** What can be had without pushing others out. */
  freeBytes: number;
}

export function readMachine(): Machine {
  return { totalBytes: totalmem(), freeBytes: freemem() };
}

/** What is known of a model before it is loaded. Sizes in bytes, context in tokens. */
export interface Weights {
  task: Task;
  sizeBytes: number;
  contextTokens?: number | undefined;
  /** From the file itself, where it is here. */
  memory?: MemoryFacts | undefined;
  /** What its makers ask for: the whole machine's memory. */
  minMemoryBytes?: number | undefined;
}

/** Memory that running it takes, in bytes: weights, context and the engine itself. */
export function neededBytes({
  task,
  sizeBytes,
  contextTokens = USUAL_CONTEXT_TOKENS,
  memory,
}: Weights): number {
  const tokens = task === 'chat' ? Math.min(contextTokens, USUAL_CONTEXT_TOKENS) : 0;
  if (memory !== undefined) {
    const { weightsBytes, fixedCacheBytes, cacheBytesPerToken } = memory;
    return weightsBytes + fixedCacheBytes + tokens * cacheBytesPerToken + ENGINE_BYTES;
  }
  return Math.round(sizeBytes + tokens * sizeBytes * CONTEXT_SHARE + ENGINE_BYTES);
}

/** "tight": it runs once other apps are closed. The makers' own minimum counts as well. */
export function fitOf(weights: Weights, { totalBytes, freeBytes }: Machine): Fit {
  const needBytes = neededBytes(weights);
  // A machine sold with 8 GB shows a little less.
  const isSmall = (weights.minMemoryBytes ?? 0) > totalBytes * 1.1;
  const verdict =
    needBytes > totalBytes * 0.8 ? 'too-large' : isSmall || needBytes > freeBytes * 0.9 ? 'tight' : 'fits';
  return { verdict, needBytes, freeBytes };
}
