import type { MediaInput } from '../../../contract/media.ts';
import { isPictureSizeFit, PICTURE_HEAD_BYTES, readPictureSize } from '../../../contract/picture-size.ts';

/** More detail than any model looks at; the sides keep their ratio. */
const MOST_SIDE = 1024;
const JPEG_QUALITY = 0.92;
/** What models of speech and sound hear. */
const SAMPLE_RATE = 16_000;
const WAV_HEADER_BYTES = 44;
const MOST_SAMPLE = 0x7fff;
/** A file is read as a whole. */
const MOST_FILE_BYTES = 200_000_000;

export const isPictureFile = ({ type }: File): boolean => type.startsWith('image/');
export const isSoundFile = ({ type }: File): boolean => type.startsWith('audio/');

/**
 * A picture as models take it: decoded here, behind the page's own walls, turned upright, on white, and written anew, so that
 * nothing else that its file holds (where it was taken, by whom) goes along.
 *
 * @throws for a file that is too large to be opened, and what the browser throws for one that is no picture that it knows
 */
export async function preparePicture(file: File): Promise<MediaInput> {
  const size = readPictureSize(new Uint8Array(await file.slice(0, PICTURE_HEAD_BYTES).arrayBuffer()));
  if (size === undefined || !isPictureSizeFit(size)) throw new Error('It is no picture of a usual size.');
  refuseLarge(file);
  // Upright, as its file says, is what is meant without any option.
  const bitmap = await createImageBitmap(file);
  try {
    const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('There is no canvas.');
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
    return { name: file.name, type: 'image/jpeg', bytes: new Uint8Array(await blob.arrayBuffer()) };
  } finally {
    bitmap.close();
  }
}

function refuseLarge({ size }: File): void {
  if (size > MOST_FILE_BYTES) throw new Error('The file is too large.');
}

/** A sound as models take it: mono, 16 kHz, 16 bits. @throws as preparePicture */
export async function prepareSound(file: File): Promise<MediaInput> {
  refuseLarge(file);
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
  const sound = await context.decodeAudioData(await file.arrayBuffer());
  const channels = Array.from({ length: sound.numberOfChannels }, (_, index) => sound.getChannelData(index));
  const mono = Float32Array.from({ length: sound.length }, (_, at) =>
    channels.reduce((sum, channel) => sum + (channel[at] ?? 0) / channels.length, 0),
  );
  return { name: file.name, type: 'audio/wav', bytes: toWav(mono) };
}

/** RIFF WAVE, PCM: http://soundfile.sapp.org/doc/WaveFormat/ */
function toWav(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(WAV_HEADER_BYTES + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, letters: string) => bytes.set(new TextEncoder().encode(letters), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, 2 * SAMPLE_RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, at) => {
    view.setInt16(WAV_HEADER_BYTES + 2 * at, Math.max(-1, Math.min(1, sample)) * MOST_SAMPLE, true);
  });
  return bytes;
}
