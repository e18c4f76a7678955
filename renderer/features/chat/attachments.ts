import i18next from 'i18next';
import type { DraftAttachment } from '../../../contract/drafts.ts';
import { MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import { MEDIA_LIMITS } from '../../../contract/media.ts';
import { bridge } from '../../api/bridge.ts';
import { TOO_MANY_FILES, takeFiles } from '../../ui/take-files.ts';
import { type Attachment, addAttachment, removeAttachments, useAttachments } from './attachment-store.ts';
import { useChat } from './chat-state.ts';
import { refuse } from './chat-store.ts';
import { change } from './drafts.ts';
import { isPictureFile, isSoundFile, preparePicture, prepareSound } from './prepare-media.ts';

/** A pasted text longer than this goes along as a file, so that what is written stays in sight. */
export const LONG_PASTE_CHARS = 8_000;
/** Files that are read as text whatever the system says of them. */
const TEXT_NAMES =
  /\.(txt|md|markdown|csv|tsv|json|jsonl|xml|html?|css|[cm]?[jt]sx?|py|rb|go|rs|java|kt|swift|c|h|cc|cpp|hpp|cs|php|sh|ps1|sql|ya?ml|toml|ini|cfg|log|tex|r|lua|pl)$/i;

export const isTextFile = ({ name, type }: File): boolean =>
  type.startsWith('text/') || TEXT_NAMES.test(name);

/** Reads files: pictures, sounds where the model hears them, and text; what is none of these is refused, and the others are taken. */
export async function attachFiles(files: Iterable<File>): Promise<void> {
  // Whoever looks at another chat by the time that a file is read meant this one.
  const { chatId } = useChat.getState();
  const { files: taken, isCut } = takeFiles(files);
  for (const file of taken) {
    if (await attachMedia(file, chatId)) continue;
    const text = file.size > 4 * MESSAGE_LIMIT_CHARS ? undefined : await readText(file);
    if (file.size > 4 * MESSAGE_LIMIT_CHARS) refuseLength(file.size);
    else if (text === undefined) refuseFile('FILE_TEXT', file.name);
    else attach(file.name, text, chatId);
  }
  if (isCut) refuse(TOO_MANY_FILES);
}

/** True where nothing more is to be tried: it was taken, or refused for what it is. */
async function attachMedia(file: File, chatId: string | undefined): Promise<boolean> {
  if (!isPictureFile(file) && !isSoundFile(file)) return false;
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
    refuseFile('MEDIA_UNREADABLE', file.name);
    return true;
  }
  place({ kind: 'media', id: crypto.randomUUID(), media: { ...media, name: cut(media.name) } }, chatId);
  return true;
}

/** True when it was taken: all of the message together has a limit. */
export function attach(name: string, text: string, chatId = useChat.getState().chatId): boolean {
  const { all } = useAttachments.getState();
  const one = { id: crypto.randomUUID(), name: cut(name), text };
  const isShown = isHere(chatId);
  const others = isShown ? withAttachments(useChat.getState().draft, [...all, one]) : text;
  if (others.length > MESSAGE_LIMIT_CHARS) {
    refuseLength(others.length);
    return false;
  }
  place({ kind: 'text', ...one }, chatId);
  return true;
}

export function detach(...ids: string[]): void {
  removeAttachments(ids);
  const { chatId } = useChat.getState();
  if (chatId !== undefined) void change({ chatId, remove: ids });
}

/** Into the chat that it was meant for, and with it into what core keeps. */
function place(one: DraftAttachment, chatId: string | undefined): void {
  const shown = useChat.getState().chatId;
  if (isHere(chatId)) addAttachment(one);
  const id = chatId ?? shown;
  if (id !== undefined) void change({ chatId: id, add: one });
}

/** Meant before the page knew of any chat: for the one that it shows first. */
const isHere = (chatId: string | undefined): boolean =>
  chatId === undefined || chatId === useChat.getState().chatId;

const cut = (name: string): string => name.slice(0, 255);

/** The message as it is sent: what was written, then every text in a fence that nothing in it can close. */
export function withAttachments(draft: string, all: readonly Attachment[]): string {
  const parts = all.map(({ name, text }) => {
    const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
    const fence = '`'.repeat(Math.max(3, longest + 1));
    return `${name}:\n${fence}\n${text.trimEnd()}\n${fence}`;
  });
  return [draft.trim(), ...parts].filter((part) => part !== '').join('\n\n');
}

/** By name: among many, it is asked which. */
export function refuseFile(code: 'FILE_TEXT' | 'MEDIA_UNREADABLE', name: string): void {
  refuse({ code, message: i18next.t('composer.unreadable', { name }) });
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
