import type { Reply } from '../../contract/client.ts';
import { READ_RECORDING_LIMIT_BYTES, type RecordingBytes } from '../../contract/recording.ts';
import { APP_ORIGIN, type FileReply } from './app-files.ts';

/** Where the page's player finds sound, and the call that reads it. */
const PLACES = [
  /** A recording of Sotto's own. */
  { prefix: `${APP_ORIGIN}/recordings/`, suffix: '.wav', type: 'audio/wav', call: 'recordings.read' },
  /** The file that a transcript was made from, by the transcript's id; the player tells by itself what it is. */
  {
    prefix: `${APP_ORIGIN}/sounds/`,
    suffix: '',
    type: 'application/octet-stream',
    call: 'speech.readSoundFile',
  },
] as const;

/** Asks core for a piece of a sound. */
export type SoundReader = (
  call: (typeof PLACES)[number]['call'],
  piece: { id: string; offset: number; byteLength: number },
) => Promise<Reply<RecordingBytes>>;

const ID = /^[0-9a-f-]{36}$/;
const HEADERS = {
  'accept-ranges': 'bytes',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const placeOf = (url: string) => PLACES.find(({ prefix }) => url.startsWith(prefix));

export const isSoundUrl = (url: string): boolean => placeOf(url) !== undefined;

/**
 * The sound behind app://sotto/recordings/ID.wav or app://sotto/sounds/ID, for the page's player: the asked part of it, at
 * most a mebibyte, as a player goes on asking. So no sound lies in Chromium's own files.
 */
export async function readSound(
  read: SoundReader,
  url: string,
  range: string | null | undefined,
): Promise<FileReply> {
  const place = placeOf(url);
  if (place === undefined) return refused(404);
  const { prefix, suffix, type, call } = place;
  const id = url.slice(prefix.length, suffix === '' || !url.endsWith(suffix) ? undefined : -suffix.length);
  const asked = parseRange(range);
  if (!ID.test(id) || asked === undefined) return refused(asked === undefined ? 416 : 404);
  const { offset, length } = asked;
  const byteLength = Math.min(length, READ_RECORDING_LIMIT_BYTES);
  const reply = await read(call, { id, offset, byteLength });
  if (!reply.ok) return refused(404);
  const { bytes, totalBytes } = reply.value;
  if (bytes.length === 0) return refused(416);
  return {
    status: 206,
    headers: {
      ...HEADERS,
      'content-type': type,
      'content-length': String(bytes.length),
      'content-range': `bytes ${offset}-${offset + bytes.length - 1}/${totalBytes}`,
    },
    body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
}

/** One range of bytes from a place on (RFC 9110, 14.1.2), which is all that players ask for. */
function parseRange(range: string | null | undefined): { offset: number; length: number } | undefined {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range ?? 'bytes=0-') ?? [];
  if (from === undefined) return undefined;
  const offset = Number(from);
  const end = to === undefined || to === '' ? Number.MAX_SAFE_INTEGER : Number(to);
  return end < offset ? undefined : { offset, length: end - offset + 1 };
}

function refused(status: number): FileReply {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.alloc(0) };
}
