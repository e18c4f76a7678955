import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Frees what is no longer used. Sound arrives in arrays outside of the heap, of which the collector sees a few
 * bytes: left to itself it lets tens of megabytes wait. Takes some milliseconds, so once a window.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
