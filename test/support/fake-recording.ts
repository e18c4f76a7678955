import type { RecordEvent, RecordPiece, StartRecording } from '../../contract/recording.ts';
import {
  MicrophoneError,
  type MicrophoneListener,
  type OpenMicrophone,
} from '../../renderer/features/record/microphone.ts';
import type { OpenRecordStream } from '../../renderer/features/record/recording-line.ts';

const PIECE_SAMPLES = 1_600;
const PIECE_MS = 100;
const SAMPLES_PER_MS = 16;

/** Whole numbers, so that each sample can be told from every other. */
const piece = (from: number) => Float32Array.from({ length: PIECE_SAMPLES }, (_, i) => from + i);

/** Microphones that say 0, 1, 2 … and can be pulled out. Needs fake timers. */
export function fakeMicrophones() {
  let next = 0;
  let isPlugged = true;
  let missing: string | undefined;
  let isFlowing = true;
  let current: { listener: MicrophoneListener; timer: ReturnType<typeof setInterval> } | undefined;
  /** What left the microphone. */
  const said: number[] = [];
  /** The half pieces that were handed on while a microphone was closed. */
  const last: number[] = [];
  const opened: Array<string | undefined> = [];
  const open: OpenMicrophone = async (deviceId, listener) => {
    opened.push(deviceId);
    if (!isPlugged || (missing !== undefined && deviceId === missing))
      throw new MicrophoneError({ code: 'MIC_MISSING', message: 'No microphone.' });
    const timer = setInterval(() => {
      if (!isFlowing) return;
      const samples = piece(next);
      next += PIECE_SAMPLES;
      said.push(...samples);
      listener.samples(samples);
    }, PIECE_MS);
    current = { listener, timer };
    return {
      label: deviceId ?? 'Built-in',
      deviceId,
      // The half piece that was gathered when it was closed.
      close: async () => {
        clearInterval(timer);
        if (!isPlugged || !isFlowing) return;
        const samples = piece(next).subarray(0, PIECE_SAMPLES / 2);
        next += samples.length;
        last.push(...samples);
        listener.samples(samples);
      },
    };
  };
  return {
    open,
    opened,
    said,
    last,
    /** Pulled out: no more sound. `tells` false: as some drivers do it, without a word. */
    unplug: (tells = true) => {
      isPlugged = false;
      clearInterval(current?.timer);
      if (tells) current?.listener.lost();
    },
    plug: () => {
      isPlugged = true;
    },
    /** That one stays away, others are there. */
    setMissing: (deviceId: string) => {
      missing = deviceId;
    },
    setFlowing: (flows: boolean) => {
      isFlowing = flows;
    },
  };
}

/** Core's side of `speech.record`, with a disk that survives it. Needs fake timers. */
export function fakeDisk({ syncMs = 500 } = {}) {
  const recordings = new Map<string, number[]>();
  const opened: StartRecording[] = [];
  let live: { tell(event: RecordEvent): void; unsaved: number[]; id: string; timer?: unknown } | undefined;
  let isUp = true;
  let isFull = false;
  let isHeld = false;
  const marks: string[] = [];
  const msOf = (samples: number[]) => samples.length / SAMPLES_PER_MS;
  const sync = () => {
    if (live === undefined || live.unsaved.length === 0) return;
    const disk = recordings.get(live.id) ?? [];
    disk.push(...live.unsaved.splice(0));
    live.tell({ type: 'saved', savedMs: msOf(disk) });
  };
  const open: OpenRecordStream = (wishes, onEvent) => {
    opened.push(wishes);
    let isOpen = true;
    const tell = (event: RecordEvent) => {
      if (isOpen) onEvent(event);
    };
    const refuse = (code: 'CORE_CRASHED' | 'DISK_FULL' | 'RECORDING_BUSY') =>
      setTimeout(() => tell({ type: 'failed', error: { code, message: code } }), 0);
    const id = wishes.continues ?? `00000000-0000-4000-8000-00000000000${recordings.size}`;
    const take = (part: RecordPiece) => {
      if (live?.id !== id || !isOpen) return;
      if (part.type === 'samples') live.unsaved.push(...part.samples);
      else if (part.type === 'end') {
        sync();
        setTimeout(() => {
          tell({ type: 'done', recordingId: id, savedMs: msOf(recordings.get(id) ?? []) });
          isOpen = false;
        }, 0);
      } else marks.push(part.type);
      if (isFull && part.type === 'samples') {
        live = undefined;
        refuse('DISK_FULL');
      }
    };
    if (!isUp) refuse('CORE_CRASHED');
    else if (isHeld && wishes.continues !== undefined) refuse('RECORDING_BUSY');
    else {
      setTimeout(() => {
        if (!recordings.has(id)) recordings.set(id, []);
        live = { tell, unsaved: [], id };
        tell({ type: 'started', recordingId: id, savedMs: msOf(recordings.get(id) ?? []) });
      }, 5);
    }
    return {
      close: () => {
        isOpen = false;
      },
      send: take,
    };
  };
  const timer = setInterval(sync, syncMs);
  return {
    open,
    opened,
    recordings,
    marks,
    /** Core dies: what was not on the disk is gone with it. `tells` false: its line falls silent. */
    kill: (tells = true) => {
      const dead = live;
      live = undefined;
      if (tells) dead?.tell({ type: 'failed', error: { code: 'CORE_CRASHED', message: 'gone' } });
    },
    setUp: (up: boolean) => {
      isUp = up;
    },
    /** Recordings that were begun are not let go of. */
    hold: () => {
      isHeld = true;
    },
    fill: () => {
      isFull = true;
    },
    tell: (event: RecordEvent) => live?.tell(event),
    stop: () => clearInterval(timer),
  };
}
