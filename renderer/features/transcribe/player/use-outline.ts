import { useEffect } from 'react';
import { Peaks } from '../../../../contract/peaks.ts';
import { bridge } from '../../../api/bridge.ts';
import { hasSound, isActive, type Job } from '../job.ts';
import { openSound } from '../sound/open-sound.ts';
import type { SoundBytes } from '../sound/sound-bytes.ts';
import { SoundFileReader } from '../sound/sound-file-reader.ts';
import { changeJob } from '../transcribe-store.ts';

/**
 * Finds the outline of a sound that does not pass by on its way to core: that of a recording of Sotto's own, which core
 * reads itself, and that of a file which was heard before a restart or chosen again. Without one, a plain line is drawn.
 */
export function useOutline(job: Job): void {
  const { id, file, soundFile, recording, peaks } = job;
  // A file that waits is decoded when its turn comes; one that the page decodes for core passes by then.
  const isComing =
    recording === undefined && (job.state === 'waiting' || (job.isDecodedHere && isActive(job)));
  const isMissing = peaks === undefined && hasSound(job) && !isComing;
  const recordingId = file === undefined ? recording?.id : undefined;
  const of = soundFile?.of;
  const sizeBytes = soundFile?.sizeBytes ?? 0;
  useEffect(() => {
    if (!isMissing) return;
    const abort = new AbortController();
    const show = (found: Peaks) => {
      if (!abort.signal.aborted) changeJob(id, () => ({ peaks: found }));
    };
    if (recordingId !== undefined) void ofRecording(recordingId, show);
    else if (file !== undefined) void ofFile(file, show, abort.signal);
    else if (of !== undefined) void ofFile(new SoundFileReader({ of, sizeBytes }), show, abort.signal);
    return () => abort.abort();
  }, [id, file, of, sizeBytes, recordingId, isMissing]);
}

async function ofRecording(id: string, show: (peaks: Peaks) => void): Promise<void> {
  const reply = await bridge().calls['recordings.outline']({ id });
  if (reply.ok) show(Peaks.of(reply.value));
}

async function ofFile(file: SoundBytes, show: (peaks: Peaks) => void, signal: AbortSignal): Promise<void> {
  try {
    const sound = await openSound(file);
    const peaks = new Peaks(sound.rateHz);
    try {
      for await (const piece of sound.pieces()) {
        if (signal.aborted) return;
        peaks.add(piece);
      }
    } finally {
      sound.close();
    }
    peaks.finish();
    show(peaks);
  } catch {
    // What cannot be decoded cannot be played either, which the player says.
  }
}
