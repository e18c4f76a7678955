import type { ErrorInfo } from '../../../contract/errors.ts';
import type { Transcript } from '../../../contract/speech.ts';
import { bridge } from '../../api/bridge.ts';

/** Long enough to not save at every letter. */
const SAVE_AFTER_MS = 400;

let tellRefused: (error: ErrorInfo) => void = () => undefined;

/** Who is told when a transcript could not be saved. */
export function onSavingRefused(tell: (error: ErrorInfo) => void): void {
  tellRefused = tell;
}

const waiting = new Map<
  string,
  { timer: ReturnType<typeof setTimeout>; read: () => Transcript | undefined }
>();

/** Has core keep a transcript as it is in a moment. */
export function saveSoon(transcriptId: string, read: () => Transcript | undefined): void {
  forgetSaving(transcriptId);
  const timer = setTimeout(() => save(transcriptId), SAVE_AFTER_MS);
  waiting.set(transcriptId, { timer, read });
}

export function forgetSaving(transcriptId: string): void {
  clearTimeout(waiting.get(transcriptId)?.timer);
  waiting.delete(transcriptId);
}

/** Before the page goes: what waits is saved now. */
export function saveAll(): void {
  for (const transcriptId of [...waiting.keys()]) save(transcriptId);
}

function save(transcriptId: string): void {
  const transcript = waiting.get(transcriptId)?.read();
  forgetSaving(transcriptId);
  if (transcript === undefined) return;
  void bridge()
    .calls['speech.save'](transcript)
    .then((reply) => {
      // Locked, core keeps it and writes it down when it can.
      if (!reply.ok && reply.error.code !== 'STORAGE_LOCKED') tellRefused(reply.error);
    });
}
