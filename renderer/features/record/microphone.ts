import type { ErrorInfo } from '../../../contract/errors.ts';
import workletUrl from './capture.worklet.ts?worker&url';
import { RATE_HZ } from './rate.ts';

/** An open microphone: mono, 16 kHz, a tenth of a second at a time. */
export interface Microphone {
  /** As the system names it. */
  readonly label: string;
  readonly deviceId: string | undefined;
  /** Ends it, after the last sound was handed on. */
  close(): Promise<void>;
}

export interface MicrophoneListener {
  samples(samples: Float32Array): void;
  /** It was unplugged, or taken away by the system. Called once at most. */
  lost(): void;
}

export type OpenMicrophone = (
  deviceId: string | undefined,
  listener: MicrophoneListener,
) => Promise<Microphone>;

/** Why there is no microphone. */
export class MicrophoneError extends Error {
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo) {
    super(info.message);
    this.name = 'MicrophoneError';
    this.info = info;
  }
}

/** How long the sound thread may take to hand on its last tenth of a second. */
const LAST_PIECE_MS = 300;

/** @throws MicrophoneError MIC_DENIED, MIC_MISSING. */
export const openMicrophone: OpenMicrophone = async (deviceId, listener) => {
  const stream = await askForStream(deviceId);
  const context = new AudioContext({ sampleRate: RATE_HZ });
  const closeAll = async () => {
    for (const track of stream.getTracks()) track.stop();
    await context.close().catch(() => undefined);
  };
  try {
    const [track] = stream.getAudioTracks();
    if (track === undefined) throw new MicrophoneError(MISSING);
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0, channelCount: 1 });
    let isOpen = true;
    let onLast: (() => void) | undefined;
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      if (data.length > 0) listener.samples(data);
      else onLast?.();
    };
    track.addEventListener('ended', () => {
      if (isOpen) listener.lost();
    });
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
    return {
      label: track.label,
      deviceId: track.getSettings().deviceId,
      close: async () => {
        isOpen = false;
        const last = new Promise<void>((resolve) => {
          onLast = resolve;
          setTimeout(resolve, LAST_PIECE_MS);
        });
        node.port.postMessage('last');
        await last;
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
};

const MISSING: ErrorInfo = { code: 'MIC_MISSING', message: 'There is no microphone that can be used.' };

async function askForStream(deviceId: string | undefined): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
        channelCount: 1,
        // Made for telephony: they change and swallow sound that a transcript needs.
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: true,
      },
    });
  } catch (error) {
    const isDenied = error instanceof DOMException && error.name === 'NotAllowedError';
    throw new MicrophoneError(
      isDenied ? { code: 'MIC_DENIED', message: 'Sotto may not use the microphone.' } : MISSING,
    );
  }
}

export interface MicrophoneChoice {
  id: string;
  label: string;
}

/** The microphones there are. Without names until the user has allowed one, in systems that ask. */
export async function listMicrophones(): Promise<MicrophoneChoice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '' && deviceId !== 'default')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}
