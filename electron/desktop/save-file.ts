import { basename, extname } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import type { Reply } from '../../contract/client.ts';
import type { ReadRecording, RecordingBytes } from '../../contract/recording.ts';
import { type CallOutput, calls } from '../../contract/tables.ts';
import { fromInfo } from '../../core/errors.ts';
import { wavPieces } from '../../core/speech/recording/wav-pieces.ts';
import { toWriteError } from '../../core/system/file-errors.ts';
import { safeFileName } from '../../core/system/file-name.ts';
import { exportWhole } from '../../core/system/whole-file.ts';
import type { CoreHost } from './core-host.ts';
import { printPdf } from './print-pdf.ts';

type Saved = Reply<{ saved: boolean }>;

const REFUSED: Saved = { ok: false, error: { code: 'REQUEST_INVALID', message: 'The file was refused.' } };
const NOT_DRAWN: Saved = {
  ok: false,
  error: { code: 'INTERNAL', message: 'The PDF could not be made.', hint: 'Export it as HTML instead.' },
};
/** Writes a file where the user says, and nowhere else: the page only suggests a name. */
export async function saveFile(window: BrowserWindow | null, input: unknown): Promise<Saved> {
  const parsed = calls['files.save'].input.safeParse(input);
  if (!parsed.success || window === null) return REFUSED;
  const path = await askWhere(window, parsed.data.name);
  if (path === undefined) return { ok: true, value: { saved: false } };
  return write(path, [parsed.data.bytes]);
}

/** The same for a chat as a PDF. */
export async function saveChatPdf(
  window: BrowserWindow | null,
  input: unknown,
  core: Pick<CoreHost, 'call'>,
): Promise<Saved> {
  const parsed = calls['chats.savePdf'].input.safeParse(input);
  if (!parsed.success || window === null) return REFUSED;
  const page = (await core.call('chats.export', { ...parsed.data, format: 'html' })) as Reply<
    CallOutput<'chats.export'>
  >;
  if (!page.ok) return page;
  const path = await askWhere(window, page.value.name.replace(/\.html$/, '.pdf'));
  if (path === undefined) return { ok: true, value: { saved: false } };
  const pdf = await printPdf(page.value.bytes).catch(() => undefined);
  return pdf === undefined ? NOT_DRAWN : write(path, [pdf]);
}

/** The same for a recording, as a WAV file, piece by piece: it may be longer than memory is large. */
export async function saveRecording(
  window: BrowserWindow | null,
  input: unknown,
  core: Pick<CoreHost, 'call'>,
): Promise<Saved> {
  const parsed = calls['recordings.save'].input.safeParse(input);
  if (!parsed.success || window === null) return REFUSED;
  const { id, name } = parsed.data;
  const path = await askWhere(window, safeFileName(name, 'recording', 'wav'));
  if (path === undefined) return { ok: true, value: { saved: false } };
  const read = async (wish: ReadRecording) => {
    const reply = (await core.call('recordings.read', wish)) as Reply<RecordingBytes>;
    if (!reply.ok) throw fromInfo(reply.error);
    return reply.value;
  };
  return write(path, wavPieces(id, read));
}

/** Whole or not at all: half a file would pass for the whole, and one that was there before is not lost. */
async function write(path: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Saved> {
  try {
    await exportWhole(path, pieces);
    return { ok: true, value: { saved: true } };
  } catch (error) {
    return { ok: false, error: toWriteError(error).toInfo() };
  }
}

/** Undefined: nowhere. */
async function askWhere(window: BrowserWindow, suggested: string): Promise<string | undefined> {
  const name = basename(suggested);
  const extension = extname(name).slice(1);
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: name,
    filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
  });
  return canceled || filePath === '' ? undefined : filePath;
}
