import {
  READ_RECORDING_LIMIT_BYTES,
  type ReadRecording,
  type RecordingBytes,
} from '../../../contract/recording.ts';

/** A recording as a WAV file, piece by piece: it may be longer than memory is large. @throws what `read` throws. */
export async function* wavPieces(
  id: string,
  read: (wish: ReadRecording) => Promise<RecordingBytes>,
): AsyncGenerator<Uint8Array, void, void> {
  for (let offset = 0; ; ) {
    const { bytes, totalBytes } = await read({ id, offset, byteLength: READ_RECORDING_LIMIT_BYTES });
    yield bytes;
    offset += bytes.length;
    if (bytes.length === 0 || offset >= totalBytes) return;
  }
}
