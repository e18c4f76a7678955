import type { ErrorInfo } from '../../contract/errors.ts';
import type { SoundPiece } from '../../contract/speech.ts';
import { MonoConverter } from './audio/mono-16k.ts';
import { SPEECH_RATE_HZ } from './audio/pcm.ts';
import type { SoundToHear } from './transcriber.ts';

/** Sound that comes in pieces from elsewhere, as something that can be transcribed. Readable once. */
export function soundOf(
  pieces: AsyncIterable<SoundPiece>,
  totalMs: number | undefined,
  rateHz = SPEECH_RATE_HZ,
): SoundToHear {
  const converter = new MonoConverter();
  let notices: readonly ErrorInfo[] = [];
  return {
    ...(totalMs === undefined ? {} : { durationMs: totalMs }),
    get notices() {
      return notices;
    },
    async *chunks() {
      for await (const piece of pieces) {
        if (piece.type === 'end') {
          notices = piece.notices ?? [];
          break;
        }
        yield* converter.push({ channels: [piece.samples], rateHz });
      }
      yield* converter.flush();
    },
  };
}
