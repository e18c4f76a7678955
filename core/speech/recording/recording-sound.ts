import type { ErrorInfo } from '../../../contract/errors.ts';
import type { SoundToHear } from '../transcriber.ts';
import { fromPcm } from './journal-format.ts';
import { type KeyOpener, readJournal } from './journal-reader.ts';

/** A recording as sound to be transcribed, read from its journal while it is heard. May be read again. */
export function soundOfJournal(
  path: string,
  openKey: KeyOpener,
  durationMs: number,
  notice: ErrorInfo | undefined,
): SoundToHear {
  return {
    durationMs,
    notices: notice === undefined ? [] : [notice],
    async *chunks() {
      for await (const { samples } of readJournal(path, openKey)) {
        if (samples.length > 0) yield fromPcm(samples);
      }
    },
  };
}
