import i18next from 'i18next';
import { create } from 'zustand';
import { MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import { MEDIA_LIMITS, type MediaInput } from '../../../contract/media.ts';
import { bridge } from '../../api/bridge.ts';
import { useChat } from './chat-state.ts';
import { refuse } from './chat-store.ts';
import { isPictureFile, isSoundFile, preparePicture, prepareSound } from './prepare-media.ts';

/** A text that goes along with the next message. */
export interface Attachment {
  id: string;
  name: string;
  text: string;
}

/** A picture or a sound that does. */
export interface AttachedMedia {
  id: string;
  media: MediaInput;
  /** For the eye. */
  url: string;
}

interface Attachments {
  all: Attachment[];
  media: AttachedMedia[];
}

export const useAttachments = create<Attachments>()(() => ({ all: [], media: [] }));

/** A pasted text longer than this goes along as a file, so that what is written stays in sight. */
export const LONG_PASTE_CHARS = 8_000;
/** Files that are read as text whatever the system says of them. */
const TEXT_NAMES =
  /\.(txt|md|markdown|csv|tsv|json|jsonl|xml|html?|css|[cm]?[jt]sx?|py|rb|go|rs|java|kt|swift|c|h|cc|cpp|hpp|cs|php|sh|ps1|sql|ya?ml|toml|ini|cfg|log|tex|r|lua|pl)$/i;

export const isTextFile = ({ name, type }: File): boolean =>
  type.startsWith('text/') || TEXT_NAMES.test(name);

/** Reads files: pictures, sounds where the model hears them, and text; what is none of these is refused, and the others are taken. */
export async function attachFiles(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    if (await attachMedia(file)) continue;
    const text = file.size > 4 * MESSAGE_LIMIT_CHARS ? undefined : await readText(file);
    if (file.size > 4 * MESSAGE_LIMIT_CHARS) refuseLength(file.size);
    else if (text === undefined) refuse({ code: 'FILE_TEXT', message: file.name });
    else attach(file.name, text);
  }
}

/** True where nothing more is to be tried: it was taken, or refused for what it is. */
async function attachMedia(file: File): Promise<boolean> {
  if (!isPictureFile(file) && !isSoundFile(file)) return false;
  const { chatId } = useChat.getState();
  // Before the page has read which chat there is, core knows.
  const takes = await bridge().calls['chat.takes'](chatId === undefined ? {} : { chatId });
  const kind = isPictureFile(file) ? 'image' : 'audio';
  if (!takes.ok || !takes.value.kinds.includes(kind)) {
    // Sound that no model hears is what Transcribe is for, which the words for other files say.
    if (kind === 'audio') return false;
    refuse(
      takes.ok
        ? {
            code: 'MEDIA_UNSUPPORTED',
            message: i18next.t('composer.noPictures', { model: takes.value.model }),
          }
        : takes.error,
    );
    return true;
  }
  if (useAttachments.getState().media.length >= MEDIA_LIMITS.count) {
    refuse({
      code: 'TEXT_TOO_LONG',
      message: i18next.t('composer.mostMedia', { count: MEDIA_LIMITS.count }),
    });
    return true;
  }
  const media = await (kind === 'image' ? preparePicture : prepareSound)(file).catch(() => undefined);
  if (media === undefined || media.bytes.byteLength > MEDIA_LIMITS.bytes) {
    refuse({ code: 'MEDIA_UNREADABLE', message: file.name });
    return true;
  }
  const url = URL.createObjectURL(new Blob([new Uint8Array(media.bytes)], { type: media.type }));
  useAttachments.setState(({ media: others }) => ({
    media: [...others, { id: crypto.randomUUID(), media, url }],
  }));
  return true;
}

/** True when it was taken: all of the message together has a limit. */
export function attach(name: string, text: string): boolean {
  const { all } = useAttachments.getState();
  const one = { id: crypto.randomUUID(), name, text };
  const count = withAttachments(useChat.getState().draft, [...all, one]).length;
  if (count > MESSAGE_LIMIT_CHARS) {
    refuseLength(count);
    return false;
  }
  useAttachments.setState({ all: [...all, one] });
  return true;
}

export function detach(...ids: string[]): void {
  const { all, media } = useAttachments.getState();
  for (const { id, url } of media) if (ids.includes(id)) URL.revokeObjectURL(url);
  useAttachments.setState({
    all: all.filter(({ id }) => !ids.includes(id)),
    media: media.filter(({ id }) => !ids.includes(id)),
  });
}

export function detachAll(): void {
  const { all, media } = useAttachments.getState();
  detach(...[...all, ...media].map(({ id }) => id));
}

/** The message as it is sent: what was written, then every text in a fence that nothing in it can close. */
export function withAttachments(draft: string, all: readonly Attachment[]): string {
  const parts = all.map(({ name, text }) => {
    const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
    const fence = '`'.repeat(Math.max(3, longest + 1));
    return `${name}:\n${fence}\n${text.trimEnd()}\n${fence}`;
  });
  return [draft.trim(), ...parts].filter((part) => part !== '').join('\n\n');
}

function refuseLength(count: number): void {
  const message = i18next.t('composer.tooLong', { count, limit: MESSAGE_LIMIT_CHARS });
  refuse({ code: 'TEXT_TOO_LONG', message });
}

/** Undefined: it is none. UTF-8, or UTF-16 with its mark. */
async function readText(file: File): Promise<string | undefined> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const encoding = !isWide ? 'utf-8' : bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
