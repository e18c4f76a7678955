import {
  ALL_FORMATS,
  type AudioSample,
  AudioSampleSink,
  BlobSource,
  CustomSource,
  Input,
  type InputAudioTrack,
  Logging,
  LogLevel,
  type Source,
} from 'mediabunny';
import { ChannelMixer } from '../../../../contract/mix-channels.ts';
import { withUsableEnd } from './cut-end.ts';
import { readFileMarks } from './file-marks.ts';
import { flacOfOgg } from './ogg-flac.ts';
import { PieceGatherer } from './piece-gatherer.ts';
import type { SoundBytes } from './sound-bytes.ts';
import { SoundError } from './sound-error.ts';
import { wavSeconds } from './wav-length.ts';

/** Sound of a file that the page decodes as a stream, with whatever Chromium can decode. Readable once. */
export interface OpenSound {
  /** As the file tells it; for progress, not for times. */
  totalMs: number | undefined;
  rateHz: number;
  /** Mono pieces of a second. Reads on only as they are taken; returns how the sound ended. */
  pieces(): AsyncGenerator<Float32Array, Ending, void>;
  close(): void;
}

export interface Ending {
  /** The file ended, or its rest is damaged, before its time. */
  isCut: boolean;
  usableMs: number;
  /** The channels were not simply mixed, see ChannelMixer. */
  isRemixed: boolean;
}

/** What mediabunny may keep of the file in memory. */
const CACHE_BYTES = 4 * 1024 * 1024;
/** The last packet's place is known to a frame's length only. */
const END_TOLERANCE_S = 0.5;

/** @throws SoundError AUDIO_*; whatever reading the file throws. */
export async function openSound(file: SoundBytes): Promise<OpenSound> {
  if (file.size === 0) throw new SoundError('AUDIO_EMPTY');
  // Its warnings are about features of files that say nothing to a user.
  Logging.level = LogLevel.Silent;
  const { file: usable, isCut } = await withUsableEnd(file);
  const source = sourceOf((await flacOfOgg(usable)) ?? usable);
  const input = new Input({ formats: ALL_FORMATS, source });
  try {
    const track = await openTrack(input, file, isCut);
    const metadata = (await track.getDurationFromMetadata().catch(() => null)) ?? undefined;
    const seconds = (await wavSeconds(file)) ?? metadata;
    const samples = new AudioSampleSink(track).samples();
    // The rate is the decoder's: that of a container may be half of it (HE-AAC).
    const first = await samples.next().catch(() => undefined);
    if (first === undefined) throw new SoundError(isCut ? 'AUDIO_CUT' : 'AUDIO_FORMAT');
    if (first.done === true) throw new SoundError(isCut ? 'AUDIO_CUT' : 'AUDIO_EMPTY');
    const rateHz = first.value.sampleRate;
    return {
      totalMs: seconds === undefined ? undefined : Math.round(seconds * 1000),
      rateHz,
      pieces: () => decode(first.value, samples, rateHz, { seconds, isCut }),
      close: () => input.dispose(),
    };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

function sourceOf(file: SoundBytes): Source {
  if (file instanceof Blob) return new BlobSource(file, { maxCacheSize: CACHE_BYTES });
  return new CustomSource({
    getSize: () => file.size,
    read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
    prefetchProfile: 'fileSystem',
    maxCacheSize: CACHE_BYTES,
  });
}

async function openTrack(input: Input, file: SoundBytes, isCut: boolean): Promise<InputAudioTrack> {
  const tracks = await input.getTracks().catch(() => undefined);
  const track = tracks === undefined ? null : await input.getPrimaryAudioTrack();
  if (track !== null && (await track.canDecode())) {
    const config = await track.getDecoderConfig();
    if (config !== null && config.numberOfChannels > 0) return track;
  }
  // Reading the file itself tells whether it is there at all.
  const marks = await readFileMarks(file);
  if (marks.isProtected) throw new SoundError('AUDIO_PROTECTED');
  if (tracks === undefined || tracks.length === 0) {
    throw new SoundError(marks.isMp4 || isCut ? 'AUDIO_CUT' : 'AUDIO_FORMAT');
  }
  throw new SoundError(track === null ? 'AUDIO_NO_SOUND' : 'AUDIO_FORMAT');
}

async function* decode(
  first: AudioSample,
  rest: AsyncGenerator<AudioSample, void>,
  rateHz: number,
  told: { seconds: number | undefined; isCut: boolean },
): AsyncGenerator<Float32Array, Ending, void> {
  const gatherer = new PieceGatherer(rateHz);
  const mixer = new ChannelMixer(rateHz);
  let isDamaged = false;
  try {
    for (let sample: AudioSample | undefined = first; sample !== undefined; ) {
      yield* gatherer.push(monoOf(sample, rateHz, mixer));
      sample = (await rest.next()).value ?? undefined;
    }
  } catch {
    // What came before the damage is of use.
    isDamaged = true;
  } finally {
    await rest.return();
  }
  yield* gatherer.flush();
  const isShort = told.seconds !== undefined && gatherer.seconds < told.seconds - END_TOLERANCE_S;
  return {
    isCut: told.isCut || isDamaged || isShort,
    usableMs: gatherer.seconds * 1000,
    isRemixed: mixer.found !== undefined,
  };
}

/** One channel of all. Closes the sample. */
function monoOf(sample: AudioSample, rateHz: number, mixer: ChannelMixer) {
  try {
    if (sample.sampleRate !== rateHz) throw new RangeError('the rate of the file changes');
    const channels = Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
      const channel = new Float32Array(sample.numberOfFrames);
      sample.copyTo(channel, { planeIndex, format: 'f32-planar' });
      return channel;
    });
    return { samples: mixer.push(channels), timestamp: sample.timestamp };
  } finally {
    sample.close();
  }
}
