import i18next from 'i18next';
import { create } from 'zustand';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { bridge } from '../../api/bridge.ts';
import { useStorage } from '../history/storage-store.ts';
import { addRecordings, refuse, select, useTranscribe } from '../transcribe/transcribe-store.ts';
import { listMicrophones, type MicrophoneChoice, MicrophoneError, openMicrophone } from './microphone.ts';
import { RecordingSession } from './recording-session.ts';
import { NEW_VIEW, type SessionEnd, type SessionView } from './session-view.ts';

/** What stands for the recording under way in the list of recordings. */
export const RECORDING_ID = 'recording';

interface RecordState {
  /** The recording under way. */
  view: SessionView | undefined;
  title: string;
  microphones: MicrophoneChoice[];
  /** Undefined: the system's own choice. */
  deviceId: string | undefined;
}

export const useRecord = create<RecordState>()(() => ({
  view: undefined,
  title: '',
  microphones: [],
  deviceId: undefined,
}));

let session: RecordingSession | undefined;

/** Keeps the list of microphones true while the page lives. Returns the function that stops it. */
export function watchMicrophones(): () => void {
  const { mediaDevices } = navigator;
  if (mediaDevices === undefined) return () => undefined;
  const read = async () => {
    const microphones = await listMicrophones().catch(() => []);
    useRecord.setState(({ deviceId }) => ({
      microphones,
      // The chosen one may be gone.
      deviceId: microphones.some(({ id }) => id === deviceId) ? deviceId : undefined,
    }));
  };
  void read();
  mediaDevices.addEventListener('devicechange', read);
  return () => mediaDevices.removeEventListener('devicechange', read);
}

export function chooseMicrophone(deviceId: string | undefined): void {
  useRecord.setState({ deviceId });
}

export async function startRecording(): Promise<void> {
  const { view, deviceId } = useRecord.getState();
  if (view !== undefined) return;
  const storage = useStorage.getState().status;
  if (storage?.state === 'memory' && storage.problem === undefined) {
    // Before the microphone is asked for, and before a word is said in vain.
    select(undefined);
    refuse({ code: 'PASSPHRASE_NEEDED', message: 'A passphrase is needed.' });
    return;
  }
  const when = new Intl.DateTimeFormat(i18next.language, {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  });
  const title = i18next.t('record.titleAt', { time: when.format(new Date()) });
  useRecord.setState({ view: NEW_VIEW, title });
  select(RECORDING_ID);
  try {
    const settings = useTranscribe.getState().wishes;
    session = await RecordingSession.start(
      { title, deviceId, settings },
      { openMicrophone, openStream: bridge().streams['speech.record'], tell, ended },
    );
    void bridge().calls['system.stayAwake']({ on: true });
  } catch (error) {
    useRecord.setState({ view: undefined });
    select(undefined);
    refuse(errorOf(error));
  }
}

export function pauseRecording(): void {
  session?.pause();
}

export function resumeRecording(): void {
  session?.resume();
}

export function stopRecording(): void {
  void session?.stop();
}

/** A session that has ended does not come back into sight by what it still tells. */
function tell(change: Partial<SessionView>): void {
  useRecord.setState(({ view }) => (view === undefined ? {} : { view: { ...view, ...change } }));
}

async function ended({ recordingIds, savedMs, captions, error }: SessionEnd): Promise<void> {
  session = undefined;
  void bridge().calls['system.stayAwake']({ on: false });
  const isShown = useTranscribe.getState().selectedId === RECORDING_ID;
  // Stopped at once: nothing is there to be kept.
  const ids = savedMs > 0 || error !== undefined ? recordingIds : [];
  // What was recorded takes the place of the recording, with nothing in between.
  if (ids.length > 0) await addRecordings(ids, captions, isShown, error);
  else if (isShown) select(undefined);
  if (ids.length === 0 && error !== undefined) refuse(error);
  useRecord.setState({ view: undefined });
}

function errorOf(error: unknown): ErrorInfo {
  if (error instanceof MicrophoneError) return error.info;
  return { code: 'INTERNAL', message: 'The microphone could not be opened.' };
}
