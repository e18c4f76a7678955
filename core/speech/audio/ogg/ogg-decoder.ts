import { audioFormat, audioNeedsWindow, audioNoSound } from '../audio-errors.ts';
import type { AudioFile } from '../audio-file.ts';
import { type FlacInfo, readStreamInfo } from '../flac/flac-frame.ts';
import { decodeFlacPacket } from '../flac/flac-packets.ts';
import { OPUS_RATE_HZ, type OpusHead, OpusPackets, readOpusHead } from '../opus-packets.ts';
import type { Ending, PcmBlock, SoundDecoder } from '../pcm.ts';
import { type OggPage, readLastGranule, readOggPages } from './ogg-packets.ts';

type Codec = { name: 'opus'; head: OpusHead } | { name: 'flac'; info: FlacInfo };

/** Where a STREAMINFO body lies in the first packet of FLAC in Ogg (RFC 9639, 10.1). */
const OGG_FLAC_INFO_OFFSET = 17;

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

/** The codec that a logical stream's first packet names; undefined for pictures, subtitles and the like. */
function codecOf(packet: Uint8Array): Codec | undefined {
  if (textAt(packet, 0, 8) === 'OpusHead') return { name: 'opus', head: readOpusHead(packet) };
  if (textAt(packet, 1, 4) === 'FLAC') {
    return { name: 'flac', info: readStreamInfo(packet.subarray(OGG_FLAC_INFO_OFFSET)) };
  }
  if (textAt(packet, 1, 6) === 'vorbis') throw audioNeedsWindow('Vorbis');
  if (textAt(packet, 0, 5) === 'Speex')
    throw audioFormat("The file's sound is Speex, which Sotto cannot read.");
  return undefined;
}

async function findSound(file: AudioFile): Promise<{ serial: number; codec: Codec }> {
  let pageCount = 0;
  for await (const page of readOggPages(file)) {
    pageCount += 1;
    // All logical streams begin before the first one goes on.
    if (!page.isFirst) break;
    const codec = codecOf(page.packets[0] ?? new Uint8Array(0));
    if (codec !== undefined) return { serial: page.serial, codec };
  }
  throw pageCount > 0 ? audioNoSound() : audioFormat('The Ogg file is damaged.');
}

/** Decodes one logical stream; chained streams (radio, joined files) get one each. */
class LogicalStream {
  readonly serial: number;
  readonly #codec: Codec;
  readonly #opus: OpusPackets | undefined;

  constructor(serial: number, codec: Codec) {
    this.serial = serial;
    this.#codec = codec;
    this.#opus = codec.name === 'opus' ? new OpusPackets(codec.head) : undefined;
  }

  async *decode(page: OggPage): AsyncGenerator<PcmBlock> {
    const packets = page.packets.filter((packet) => this.#isSound(packet));
    if (this.#opus !== undefined && packets.length > 0) yield await this.#opus.decode(packets);
    if (this.#codec.name === 'flac') {
      for (const packet of packets) yield decodeFlacPacket(packet, this.#codec.info);
    }
  }

  #isSound(packet: Uint8Array): boolean {
    if (this.#codec.name === 'flac') return packet[0] === 0xff;
    const name = textAt(packet, 0, 8);
    return packet.length > 0 && name !== 'OpusHead' && name !== 'OpusTags';
  }

  async free(): Promise<void> {
    await this.#opus?.free();
  }
}

/** @throws AppError AUDIO_FORMAT or AUDIO_NO_SOUND when there is no sound that can be decoded here. */
export async function openOgg(file: AudioFile): Promise<SoundDecoder> {
  const { serial, codec } = await findSound(file);
  const lastGranule = await readLastGranule(file, serial);
  const rateHz = codec.name === 'opus' ? OPUS_RATE_HZ : codec.info.rateHz;
  const preSkip = codec.name === 'opus' ? codec.head.preSkip : 0;
  async function* blocks(): AsyncGenerator<PcmBlock, Ending, void> {
    const pages = readOggPages(file);
    let current: LogicalStream | undefined;
    try {
      for (;;) {
        const { value: page, done } = await pages.next();
        if (done) return page;
        const next = page.isFirst && page.packets[0] !== undefined ? codecOf(page.packets[0]) : undefined;
        if (next !== undefined && page.serial !== current?.serial) {
          await current?.free();
          current = new LogicalStream(page.serial, next);
        }
        if (page.serial === current?.serial) yield* current.decode(page);
      }
    } finally {
      await current?.free();
    }
  }
  const durationMs = lastGranule === undefined ? 0 : ((lastGranule - preSkip) / rateHz) * 1000;
  return { ...(durationMs > 0 && { durationMs }), blocks };
}
