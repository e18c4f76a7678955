import { isTextFile } from '../chat/attachments.ts';
import { isPictureFile } from '../chat/prepare-media.ts';

/** Files by what becomes of them. */
export interface Dropped {
  /** Goes along with the next message. */
  attached: File[];
  /** Is transcribed. */
  sounds: File[];
  /** Sotto cannot use it. */
  refused: File[];
}

/** Sound that the system has no type for. */
const SOUND_NAMES =
  /\.(wav|wave|bwf|rf64|w64|mp3|m4a|m4b|mp4|m4v|mov|aac|flac|og[gav]|opus|webm|mk[av]|avi|wma|wmv|asf|aiff?|aifc|caf|amr|3gp|3g2|au|snd|ac3|eac3|dts|ape|wv|mpe?g|mts|m2ts|ts|vob|flv)$/i;

const isSound = ({ name, type }: Pick<File, 'name' | 'type'>): boolean =>
  /^(audio|video)\//.test(type) || SOUND_NAMES.test(name);

export function sortDropped(files: Iterable<File>): Dropped {
  const dropped: Dropped = { attached: [], sounds: [], refused: [] };
  for (const file of files) {
    if (isPictureFile(file)) dropped.attached.push(file);
    else if (isSound(file) && !file.type.startsWith('text/')) dropped.sounds.push(file);
    else if (isTextFile(file)) dropped.attached.push(file);
    else dropped.refused.push(file);
  }
  return dropped;
}

/** What is known of files that are still held: their types alone, and none of some. */
export type Held = 'attached' | 'sounds' | 'refused' | 'unknown';

export function kindOfHeld(type: string): Held {
  if (type === '') return 'unknown';
  if (/^(audio|video)\//.test(type)) return 'sounds';
  if (/^(text|image)\//.test(type) || /json|xml|javascript|yaml|x-sh/.test(type)) return 'attached';
  return 'refused';
}
