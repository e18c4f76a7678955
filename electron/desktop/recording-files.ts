import type { Reply } from '../../contract/client.ts';
import { READ_RECORDING_LIMIT_BYTES, type RecordingBytes } from '../../contract/recording.ts';
import { APP_ORIGIN, type FileReply } from './app-files.ts';

/** Asks core for a piece of a recording, as a WAV file. */
export type RecordingReader = (
  id: string,
  offset: number,
  byteLength: number,
) => Promise<Reply<RecordingBytes>>;

const PREFIX = `${APP_ORIGIN}/recordings/`;
const ID = /^[0-9a-f-]{36}$/;
const HEADERS = { 'content-type': 'audio/wav', 'accept-ranges': 'bytes', 'cache-control': 'no-store' };

export const isRecordingUrl = (url: string): boolean => url.startsWith(PREFIX);

/**
 * The recording behind app://sotto/recordings/ID.wav, for the page's player: the asked part of it, at most a
 * mebibyte, as a player goes on asking. So no sound lies in Chromium's own files.
 */
export async function readRecording(
  read: RecordingReader,
  url: string,
  range: string | null | undefined,
): Promise<FileReply> {
  const id = url.slice(PREFIX.length).replace(/\.wav$/, '');
  const asked = parseRange(range);
  if (!ID.test(id) || asked === undefined) return refused(asked === undefined ? 416 : 404);
  const { offset, length } = asked;
  const reply = await read(id, offset, Math.min(length, READ_RECORDING_LIMIT_BYTES));
  if (!reply.ok) return refused(404);
  const { bytes, totalBytes } = reply.value;
  if (bytes.length === 0) return refused(416);
  return {
    status: 206,
    headers: {
      ...HEADERS,
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
