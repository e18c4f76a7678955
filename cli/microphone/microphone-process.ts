/**
 * Reads the microphone in a process of its own: the library waits for sound without letting anything else run, and a
 * sound driver that crashes must not take a recording with it.
 */
import { PvRecorder } from '@picovoice/pvrecorder-node';
import type { FromMicrophone, ToMicrophone } from './terminal-microphone.ts';

/** A tenth of a second at 16 kHz. */
const FRAME_SAMPLES = 1_600;
/** Frames on their way to the other process: ten seconds. A device that gives more than it should waits. */
const MAX_AHEAD = 100;

const post = (message: FromMicrophone) =>
  new Promise<void>((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });

let taken = 0;
let wake: (() => void) | undefined;

async function read(device: number): Promise<void> {
  let recorder: PvRecorder;
  try {
    recorder = new PvRecorder(FRAME_SAMPLES, device);
    recorder.start();
    await post({ type: 'open', name: recorder.getSelectedDevice() });
  } catch (error) {
    await post({ type: 'missing', message: String(error) });
    return;
  }
  try {
    for (let posted = 0; ; posted += 1) {
      const samples = await recorder.read();
      while (posted - taken >= MAX_AHEAD) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await post({ type: 'samples', samples });
    }
  } catch (error) {
    await post({ type: 'lost', message: String(error) });
  }
}

function listDevices(): string[] {
  try {
    return PvRecorder.getAvailableDevices();
  } catch {
    // No sound system at all, which is the same as no microphone.
    return [];
  }
}

process.on('message', (message: ToMicrophone) => {
  if (message.type === 'list') void post({ type: 'devices', names: listDevices() });
  else if (message.type === 'open') void read(message.device);
  else {
    taken = message.count;
    wake?.();
  }
});
// Whoever recorded is gone.
process.on('disconnect', () => process.exit());
