import { basename } from 'node:path';
import { MEDIA_LIMITS, type MediaInput } from '../contract/media.ts';
import { isPictureSizeFit, readPictureSize } from '../contract/picture-size.ts';
import { AppError } from '../core/errors.ts';
import { FileTooLargeError, NotAFileError, readRegular } from '../core/system/regular-file.ts';

/** How files of these kinds begin. */
const SIGNATURES = [
  { type: 'image/png', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', bytes: [0xff, 0xd8, 0xff] },
] as const;

const JPEG_END = Buffer.from([0xff, 0xd9]);

/**
 * Pictures as they lie on the disk: a terminal cannot draw them anew, as the window does.
 *
 * @throws AppError MEDIA_UNREADABLE, PARAM_RANGE
 */
export async function readPictures(paths: readonly string[]): Promise<MediaInput[]> {
  if (paths.length > MEDIA_LIMITS.count) {
    throw new AppError('PARAM_RANGE', `At most ${MEDIA_LIMITS.count} pictures go along with a message.`, {
      hint: 'Leave some out.',
    });
  }
  return Promise.all(paths.map(readPicture));
}

async function readPicture(path: string): Promise<MediaInput> {
  const name = basename(path);
  const bytes = await readRegular(path, MEDIA_LIMITS.bytes).catch((cause: unknown) => {
    if (cause instanceof NotAFileError) throw unreadable(`${name} is no file.`);
    if (cause instanceof FileTooLargeError)
      throw unreadable(`${name} is larger than ${MEDIA_LIMITS.bytes / 1e6} MB.`);
    throw unreadable(`${name} is not there, or may not be read.`);
  });
  if (bytes.length === 0) throw unreadable(`${name} is empty.`);
  const kind = SIGNATURES.find((one) => one.bytes.every((byte, at) => bytes[at] === byte));
  if (kind === undefined) throw unreadable(`${name} is neither PNG nor JPEG.`);
  // The runtime decodes what there is of a JPEG that was cut, and answers about that.
  if (kind.type === 'image/jpeg' && !bytes.includes(JPEG_END)) throw unreadable(`${name} is not whole.`);
  const size = readPictureSize(bytes);
  if (size === undefined) throw unreadable(`${name} is not whole.`);
  if (size.width === 0 || size.height === 0) throw unreadable(`${name} has no pixels.`);
  if (!isPictureSizeFit(size))
    throw unreadable(`${name} has too many pixels (${size.width} x ${size.height}).`);
  return { name, type: kind.type, bytes: new Uint8Array(bytes) };
}

function unreadable(message: string): AppError {
  return new AppError('MEDIA_UNREADABLE', message, { hint: 'Give a PNG or JPEG file of at most 8 MB.' });
}
