import type { SoundBytes } from './sound-bytes.ts';

/** Where an MP4 file tells of its tracks: at one end or the other. */
const LOOKED_AT_BYTES = 1024 * 1024;
/** Sample entries of Apple's FairPlay, of Common Encryption and of Audible; brands of the same. */
const PROTECTED = ['drms', 'enca', 'aavd', 'aax ', 'aaxc', 'M4P '];

/** What the bytes of an MP4 file tell that a demuxer does not. */
export interface FileMarks {
  isMp4: boolean;
  isProtected: boolean;
}

/** Looks at both ends of a file; to be asked only once it could not be opened, as a tag might hold such letters. */
export async function readFileMarks(file: SoundBytes): Promise<FileMarks> {
  const start = await latin1(file.slice(0, LOOKED_AT_BYTES));
  if (start.slice(4, 8) !== 'ftyp') return { isMp4: false, isProtected: false };
  const end = await latin1(file.slice(Math.max(0, file.size - LOOKED_AT_BYTES)));
  return { isMp4: true, isProtected: PROTECTED.some((mark) => start.includes(mark) || end.includes(mark)) };
}

async function latin1(part: SoundBytes): Promise<string> {
  return new TextDecoder('latin1').decode(await part.arrayBuffer());
}
