import type { EngineEvent } from './protocol.ts';

/** A reader cannot tell 25 pieces a second from 100, and every piece costs each process on its way. */
const GATHER_MS = 40;

/**
 * Passes events on; pieces of text that come sooner than GATHER_MS after the last are joined to one. The first
 * piece never waits, and whatever is held back goes before the next event of another kind.
 */
export function gatherDeltas(tell: (event: EngineEvent) => void): (event: EngineEvent) => void {
  let held = '';
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (held === '') return;
    const text = held;
    held = '';
    toldAt = performance.now();
    tell({ type: 'delta', text });
  };

  return (event) => {
    if (event.type !== 'delta') {
      flush();
      tell(event);
      return;
    }
    held += event.text;
    const left = toldAt + GATHER_MS - performance.now();
    if (left <= 0) flush();
    else timer ??= setTimeout(flush, left);
  };
}
