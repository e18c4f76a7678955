import type { AudioFile } from '../audio-file.ts';
import type { Ending, PcmBlock, SoundDecoder } from '../pcm.ts';
import { readWavHeader } from './wav-header.ts';
import { SAMPLE_BYTES, unpackSamples } from './wav-samples.ts';

/** Large enough that the disk is not the limit, small beside everything else in memory. */
const READ_BYTES = 256 * 1024;

/** @throws AppError AUDIO_FORMAT when the header cannot be read. */
export async function openWav(file: AudioFile): Promise<SoundDecoder> {
  const wav = await readWavHeader(file);
  const frameBytes = SAMPLE_BYTES[wav.layout] * wav.channelCount;
  const blockBytes = Math.max(1, Math.floor(READ_BYTES / frameBytes)) * frameBytes;
  async function* blocks(): AsyncGenerator<PcmBlock, Ending, void> {
    const end = wav.dataOffset + wav.dataBytes;
    for (let offset = wav.dataOffset; offset < end; offset += blockBytes) {
      const bytes = await file.read(offset, Math.min(blockBytes, end - offset));
      yield { channels: unpackSamples(bytes, wav.layout, wav.channelCount), rateHz: wav.rateHz };
      if (bytes.length < Math.min(blockBytes, end - offset)) return 'cut';
    }
    return wav.isCut ? 'cut' : 'whole';
  }
  return { durationMs: (Math.floor(wav.dataBytes / frameBytes) / wav.rateHz) * 1000, blocks };
}
