import {
  CustomSource,
  EncodedPacketSink,
  Input,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
} from 'mediabunny';
import { MPEGDecoder } from 'mpg123-decoder';
import type { Mending } from '../../../contract/mending.ts';
import { AppError } from '../../errors.ts';
import {
  audioCutBeforeSound,
  audioFormat,
  audioNeedsWindow,
  audioNoSound,
  audioUnreadable,
} from './audio-errors.ts';
import { type AudioFile, PADDING } from './audio-file.ts';
import { readStreamInfo, STREAM_INFO_BYTES } from './flac/flac-frame.ts';
import { decodeFlacPacket } from './flac/flac-packets.ts';
import { OpusPackets, readOpusHead } from './opus-packets.ts';
import type { Ending, PcmBlock, SoundDecoder } from './pcm.ts';
import { SAMPLE_BYTES, type SampleLayout, unpackSamples } from './wav/wav-samples.ts';
import { withoutConsole } from './without-console.ts';

/** What mediabunny may keep of the file in memory. */
const CACHE_BYTES = 2 * 1024 * 1024;
/** The last packet's place is known to a frame's length only. */
const END_TOLERANCE_MS = 500;

const PCM_LAYOUTS: Readonly<Record<string, SampleLayout>> = {
  'pcm-u8': 'u8',
  'pcm-s8': 's8',
  'pcm-s16': 's16',
  'pcm-s24': 's24',
  'pcm-s32': 's32',
  'pcm-f32': 'f32',
  'pcm-f64': 'f64',
  alaw: 'alaw',
  ulaw: 'mulaw',
};

/** What Chromium decodes and Node does not. */
const WINDOW_CODECS: Readonly<Record<string, string>> = { aac: 'AAC', vorbis: 'Vorbis' };

/** Names that a user may have met, by the codec or by the container's own word for it, in small letters. */
const CODEC_NAMES: Readonly<Record<string, string>> = {
  ac3: 'AC-3 (Dolby Digital)',
  eac3: 'E-AC-3 (Dolby Digital Plus)',
  alac: 'Apple Lossless (ALAC)',
  a_alac: 'Apple Lossless (ALAC)',
  dts: 'DTS',
  a_dts: 'DTS',
  dtsc: 'DTS',
  a_truehd: 'Dolby TrueHD',
  mlpa: 'Dolby TrueHD',
  a_wavpack4: 'WavPack',
  a_tta1: 'TTA',
  samr: 'AMR',
  sawb: 'AMR',
  ima4: 'IMA ADPCM',
  qdm2: 'QDesign Music',
  mac3: 'MACE',
  mac6: 'MACE',
  agsm: 'GSM 6.10',
  'a_ms/acm': 'in a coding of Windows’ own',
};

function codecName(codec: string | null, inContainer: string): string {
  const key = (codec ?? inContainer).trim().toLowerCase();
  return CODEC_NAMES[key] ?? `in a format that Sotto does not know (${key || 'without a name'})`;
}

interface PacketDecoder {
  decode(packet: Uint8Array): Promise<PcmBlock>;
  free(): void | Promise<void>;
}

interface Track {
  codec: string | null;
  /** The container's own word for the codec. */
  codecInContainer: string;
  rateHz: number;
  channelCount: number;
  description: Uint8Array;
}

async function mp3Packets(): Promise<PacketDecoder> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  return {
    decode: async (packet) => {
      const { channelData, sampleRate } = withoutConsole(() => decoder.decode(packet));
      return { channels: channelData, rateHz: sampleRate };
    },
    free: () => decoder.free(),
  };
}

function flacPackets(description: Uint8Array): PacketDecoder {
  // "fLaC" and a block header of four bytes stand before STREAMINFO in every container.
  const info = readStreamInfo(description.subarray(8, 8 + STREAM_INFO_BYTES));
  return { decode: async (packet) => decodeFlacPacket(packet, info), free: () => {} };
}

/** @throws AppError AUDIO_FORMAT for a codec that only Chromium decodes. */
async function packetDecoder(track: Track): Promise<PacketDecoder> {
  const { codec, rateHz, channelCount, description } = track;
  if (codec === 'opus') {
    const packets = new OpusPackets(readOpusHead(description));
    return { decode: (packet) => packets.decode([packet]), free: () => packets.free() };
  }
  if (codec === 'mp3') return mp3Packets();
  if (codec === 'flac') return flacPackets(description);
  const onlyInWindow = WINDOW_CODECS[codec ?? ''];
  if (onlyInWindow !== undefined) throw audioNeedsWindow(onlyInWindow);
  const isBigEndian = codec?.endsWith('be') === true;
  const layout = PCM_LAYOUTS[isBigEndian ? codec.slice(0, -2) : (codec ?? '')];
  if (layout === undefined) throw audioUnreadable(codecName(codec, track.codecInContainer));
  return {
    decode: async (packet) => {
      const bytes = isBigEndian ? reversed(packet, SAMPLE_BYTES[layout]) : packet;
      return { channels: unpackSamples(bytes, layout, channelCount), rateHz };
    },
    free: () => {},
  };
}

/** The bytes of every sample in the other order; what is no whole sample is left out. */
function reversed(bytes: Uint8Array, sampleBytes: number): Uint8Array {
  const result = new Uint8Array(bytes.length - (bytes.length % sampleBytes));
  for (let at = 0; at < result.length; at += 1) {
    const inSample = at % sampleBytes;
    result[at] = bytes[at - inSample + sampleBytes - 1 - inSample] ?? 0;
  }
  return result;
}

function toBytes(source: ArrayBufferView | ArrayBufferLike | undefined): Uint8Array {
  if (source === undefined) return new Uint8Array(0);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return new Uint8Array(source);
}

async function openTrack(file: AudioFile) {
  // Its warnings are about features of files that say nothing to a user.
  Logging.level = LogLevel.Silent;
  const source = new CustomSource({
    getSize: () => file.sizeBytes,
    read: (start, end) => file.read(start, end - start),
    maxCacheSize: CACHE_BYTES,
  });
  const input = new Input({ formats: [MATROSKA, WEBM, MP4, QTFF], source });
  const audio = await input.getPrimaryAudioTrack();
  if (audio === null)
    throw (await input.getTracks()).length > 0 ? audioNoSound() : audioFormat('The file is damaged.');
  const config = await audio.getDecoderConfig();
  const track: Track = {
    codec: await audio.getCodec(),
    codecInContainer: String((await audio.getInternalCodecId()) ?? ''),
    rateHz: await audio.getSampleRate(),
    channelCount: await audio.getNumberOfChannels(),
    description: toBytes(config?.description),
  };
  return { audio, track, durationMs: ((await audio.getDurationFromMetadata()) ?? 0) * 1000 };
}

/** The row of PADDING that is no sound any more. */
const LEAST_PADDING_BYTES = 16;

/** Without the padding of a mended file at its end. */
function withoutPadding(data: Uint8Array): Uint8Array {
  let length = data.length;
  while (length > 0 && data[length - 1] === PADDING) length -= 1;
  const isPadded = data.length - length >= Math.min(LEAST_PADDING_BYTES, data.length);
  return isPadded ? data.subarray(0, length) : data;
}

/**
 * Sound tracks of Matroska, WebM, MP4 and QuickTime files: mediabunny takes the container apart, Node decodes.
 *
 * @param mending what makes a file that was cut readable; undefined for a whole one.
 * @throws AppError AUDIO_FORMAT, AUDIO_NO_SOUND, AUDIO_CUT where the cut comes before any sound.
 */
export async function openContainer(file: AudioFile, mending: Mending | undefined): Promise<SoundDecoder> {
  const isCut = mending !== undefined;
  const { audio, track, durationMs } = await openTrack(isCut ? file.mended(mending) : file).catch(
    (error: unknown) => {
      throw isCut && !(error instanceof AppError && error.code === 'AUDIO_NO_SOUND')
        ? audioCutBeforeSound()
        : error;
    },
  );
  await (await packetDecoder(track)).free();
  async function* blocks(): AsyncGenerator<PcmBlock, Ending, void> {
    const decoder = await packetDecoder(track);
    let endMs = 0;
    try {
      for await (const packet of new EncodedPacketSink(audio).packets()) {
        const data = isCut ? withoutPadding(packet.data) : packet.data;
        // Of PCM a part is of use, of all other sound only a whole packet.
        const isWhole = data.length === packet.data.length;
        if (isWhole || track.codec?.startsWith('pcm') === true) yield await decoder.decode(data);
        if (!isWhole) return 'cut';
        endMs = (packet.timestamp + packet.duration) * 1000;
      }
    } finally {
      await decoder.free();
    }
    return isCut || endMs < durationMs - END_TOLERANCE_MS ? 'cut' : 'whole';
  }
  return { ...(durationMs > 0 && { durationMs }), blocks };
}
