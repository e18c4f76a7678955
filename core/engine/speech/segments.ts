import type { DecodeResult } from '../../../native/binding-types.ts';

/** A stretch of text between two timestamps, in tokens of the decoded window. */
export interface TokenStretch {
  startMs: number;
  endMs: number;
  /** Indices into the result's tokens, text only. */
  indices: number[];
}

const MS_PER_TIMESTAMP = 20;

/**
 * What a window's tokens say, and from when on they say nothing: a limit cut them off, or the model ended with a
 * pair of timestamps, which says that the speech goes on there.
 */
export interface Stretches {
  stretches: TokenStretch[];
  unfinishedFromMs: number | undefined;
}

/**
 * Cuts decoded tokens at their timestamps. Text after the last timestamp reaches to the end of the window,
 * or, where a limit cut it off, is left to be heard again from that timestamp on. As in the published reference
 * (whisper/transcribe.py).
 */
export function stretchesOf(result: DecodeResult, timestampBegin: number, windowMs: number): Stretches {
  const stretches: TokenStretch[] = [];
  let open: TokenStretch | undefined;
  let lastMs = 0;
  const close = (endMs: number) => {
    if (open !== undefined && open.indices.length > 0) stretches.push({ ...open, endMs });
    open = undefined;
  };
  result.tokens.forEach((token, index) => {
    if (token < timestampBegin) {
      open ??= { startMs: lastMs, endMs: lastMs, indices: [] };
      open.indices.push(index);
      return;
    }
    lastMs = Math.min(windowMs, (token - timestampBegin) * MS_PER_TIMESTAMP);
    if (open !== undefined && open.indices.length > 0) close(lastMs);
    else open = { startMs: lastMs, endMs: lastMs, indices: [] };
  });
  const cutInside = result.cut && open !== undefined && stretches.length > 0;
  if (!cutInside) close(windowMs);
  const from = stretches.at(-1)?.endMs;
  if (result.cut) return { stretches, unfinishedFromMs: cutInside ? from : windowMs };
  const [before, last] = result.tokens.slice(-2);
  const endsInPair =
    before !== undefined && last !== undefined && before >= timestampBegin && last >= timestampBegin;
  return { stretches, unfinishedFromMs: endsInPair && stretches.length > 0 ? lastMs : undefined };
}
