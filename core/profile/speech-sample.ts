import { join } from 'node:path';
import { LONGEST_SOUND_SECONDS } from '../../contract/profile.ts';
import { AppError } from '../errors.ts';
import { SPEECH_RATE_HZ } from '../speech/audio/pcm.ts';
import type { SpeechSample } from './measure-hearing.ts';

/**
 * Half a minute of an audiobook (models/builtin/README.md).
 *
 * @throws AppError AUDIO_MISSING where it was not installed.
 */
export async function readSpeechSample(builtInModelsDir: string, signal: AbortSignal): Promise<SpeechSample> {
  // Decoders are large, and only who measures needs them here.
  const { openAudio } = await import('../speech/audio/audio-source.ts');
  const samples = new Float32Array(LONGEST_SOUND_SECONDS * SPEECH_RATE_HZ);
  let length = 0;
  const source = await openAudio(join(builtInModelsDir, 'speech-sample', 'librivox.opus'), signal);
  for await (const chunk of source.chunks()) {
    const part = chunk.subarray(0, samples.length - length);
    samples.set(part, length);
    length += part.length;
  }
  if (length < samples.length) {
    throw new AppError('AUDIO_CUT', 'The sound to measure with is not whole.', {
      hint: 'Install Sotto again.',
    });
  }
  return { samples, language: 'en' };
}
