import { toOneLine } from '../../../../contract/control-characters.ts';
import { MEDIA_LIMITS, type MediaInput, mediaInputSchema } from '../../../../contract/media.ts';
import { fieldsOf, textOf } from './fields.ts';

const SIGNATURES: Readonly<Record<MediaInput['type'], string>> = {
  'image/png': '89504e470d0a1a0a',
  'image/jpeg': 'ffd8ff',
  'audio/wav': '52494646',
};
const MOST_NAME_CHARS = 255;
/** Base64 of the largest that is taken. */
const MOST_CHARS = Math.ceil(MEDIA_LIMITS.bytes / 3) * 4 + 4;

/** Pictures and sounds of Sotto's own export. */
export function readMedia(list: readonly unknown[]): MediaInput[] {
  return list
    .map((value) => {
      const one = fieldsOf(value);
      return toMedia(textOf(one?.name), textOf(one?.type), textOf(one?.base64));
    })
    .filter((one) => one !== undefined)
    .slice(0, MEDIA_LIMITS.count);
}

/** Pictures that Open WebUI has in its export; others lie on its server. */
export function readPictures(files: readonly unknown[]): MediaInput[] {
  return files
    .map((value) => {
      const file = fieldsOf(value);
      const [, type, base64] = /^data:([\w/]+);base64,(.*)$/s.exec(textOf(file?.url) ?? '') ?? [];
      return toMedia(textOf(file?.name), type, base64);
    })
    .filter((one) => one !== undefined)
    .slice(0, MEDIA_LIMITS.count);
}

/** Undefined: it is nothing that Sotto keeps, or not what it says it is. */
function toMedia(
  name: string | undefined,
  type: string | undefined,
  base64: string | undefined,
): MediaInput | undefined {
  if (base64 === undefined || base64.length > MOST_CHARS) return undefined;
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  const title = [...toOneLine(name ?? '')].slice(0, MOST_NAME_CHARS).join('');
  const media = mediaInputSchema.safeParse({ name: title || (type ?? ''), type, bytes });
  if (!media.success) return undefined;
  const head = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  return head.startsWith(SIGNATURES[media.data.type]) ? media.data : undefined;
}
