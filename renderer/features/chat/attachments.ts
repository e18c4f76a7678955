import i18next from 'i18next';
import { create } from 'zustand';
import { MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import { useChat } from './chat-state.ts';
import { refuse } from './chat-store.ts';

/** A text that goes along with the next message. */
export interface Attachment {
  id: string;
  name: string;
  text: string;
}

export const useAttachments = create<{ all: Attachment[] }>()(() => ({ all: [] }));

/** A pasted text longer than this goes along as a file, so that what is written stays in sight. */
export const LONG_PASTE_CHARS = 8_000;
/** Files that are read as text whatever the system says of them. */
const TEXT_NAMES =
  /\.(txt|md|markdown|csv|tsv|json|jsonl|xml|html?|css|[cm]?[jt]sx?|py|rb|go|rs|java|kt|swift|c|h|cc|cpp|hpp|cs|php|sh|ps1|sql|ya?ml|toml|ini|cfg|log|tex|r|lua|pl)$/i;

export const isTextFile = ({ name, type }: File): boolean =>
  type.startsWith('text/') || TEXT_NAMES.test(name);

/** Reads files as text; what is none is refused, and the others are taken. */
export async function attachFiles(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    const text = file.size > 4 * MESSAGE_LIMIT_CHARS ? undefined : await readText(file);
    if (file.size > 4 * MESSAGE_LIMIT_CHARS) refuseLength(file.size);
    else if (text === undefined) refuse({ code: 'FILE_TEXT', message: file.name });
    else attach(file.name, text);
  }
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

export function detach(id: string): void {
  useAttachments.setState(({ all }) => ({ all: all.filter((one) => one.id !== id) }));
}

export function detachAll(): void {
  useAttachments.setState({ all: [] });
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
