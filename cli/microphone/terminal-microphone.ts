import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { createEventQueue } from '../../core/event-queue.ts';
import { childEnvironment } from '../../core/process/child-environment.ts';
import { ROOT } from '../terminal-core.ts';
import { noMicrophone } from './no-microphone.ts';

export type ToMicrophone =
  | { type: 'list' }
  /** Place in the list of devices; -1: the system's own choice. */
  | { type: 'open'; device: number }
  /** How many pieces have been used so far. */
  | { type: 'taken'; count: number };

export type FromMicrophone =
  | { type: 'devices'; names: string[] }
  | { type: 'open'; name: string }
  | { type: 'missing'; message: string }
  | { type: 'samples'; samples: Int16Array }
  | { type: 'lost'; message: string };

/** A microphone of this machine: mono, 16 kHz, -1 to 1, a tenth of a second at a time. */
export interface TerminalMicrophone {
  /** Empty where the system has no name for it. */
  name: string;
  /** Ends when it is closed. @throws AppError MIC_LOST when it gives no sound any more. */
  sound(): AsyncIterable<Float32Array>;
  close(): void;
}

/** Sound comes ten times a second; a microphone that was pulled out may just fall silent. */
const LOST_MS = 5_000;
const OPEN_MS = 10_000;
const FULL_SCALE = 32_768;

function startProcess(): ChildProcess {
  return fork(join(ROOT, 'out', 'main', 'microphone-process.cjs'), [], {
    serialization: 'advanced',
    env: childEnvironment('microphone'),
    // Sound systems write about every device that they do not find.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Ctrl-C is for whoever records; what the microphone has heard until then still comes.
    detached: true,
  });
}

/** The names of the microphones, in the system's order. */
export async function listMicrophones(): Promise<string[]> {
  const child = startProcess();
  child.send({ type: 'list' } satisfies ToMicrophone);
  const told = await firstOf(child);
  child.kill('SIGKILL');
  return told.type === 'devices' ? told.names : [];
}

/** @param device its name, a part of it, or its place in the list. @throws AppError MIC_MISSING, MIC_DENIED, PARAM_RANGE. */
export async function openTerminalMicrophone(device: string | undefined): Promise<TerminalMicrophone> {
  const place = device === undefined ? -1 : await placeOf(device);
  const child = startProcess();
  child.send({ type: 'open', device: place } satisfies ToMicrophone);
  const told = await firstOf(child);
  if (told.type !== 'open') {
    child.kill('SIGKILL');
    throw await noMicrophone(told.type === 'missing' ? told.message : undefined);
  }
  return microphoneOf(child, told.name);
}

function microphoneOf(child: ChildProcess, name: string): TerminalMicrophone {
  const queue = createEventQueue<Float32Array>();
  let failure: AppError | undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(timer);
    child.kill('SIGKILL');
    queue.end();
  };
  const lose = () => {
    if (queue.ended) return;
    failure = new AppError('MIC_LOST', 'The microphone is gone.', {
      hint: 'Connect it again, then record on.',
    });
    end();
  };
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(lose, LOST_MS);
  };
  child.on('message', (message: FromMicrophone) => {
    if (queue.ended) return;
    watch();
    if (message.type === 'samples') queue.push(toSound(message.samples));
    else if (message.type === 'lost') lose();
  });
  child.once('exit', lose);
  watch();
  return {
    name,
    close: end,
    async *sound() {
      let count = 0;
      try {
        for await (const samples of queue.iterate()) {
          yield samples;
          count += 1;
          if (child.connected) child.send({ type: 'taken', count } satisfies ToMicrophone, () => undefined);
        }
      } finally {
        end();
      }
      if (failure !== undefined) throw failure;
    },
  };
}

/** What it says first; a process that dies or says nothing has no microphone. */
function firstOf(child: ChildProcess): Promise<FromMicrophone> {
  return new Promise((resolve) => {
    const none = () => resolve({ type: 'missing', message: 'no answer' });
    const timer = setTimeout(none, OPEN_MS);
    child.once('message', (message: FromMicrophone) => {
      clearTimeout(timer);
      resolve(message);
    });
    child.once('error', none);
    child.once('exit', none);
  });
}

async function placeOf(device: string): Promise<number> {
  const names = await listMicrophones();
  if (names.length === 0) throw await noMicrophone(undefined);
  const place = /^\d+$/.test(device)
    ? Number(device)
    : names.findIndex((name) => name.toLowerCase().includes(device.toLowerCase()));
  if (names[place] === undefined) {
    throw new AppError('PARAM_RANGE', 'There is no such microphone.', {
      hint: `There are: ${names.map((name, i) => `${i} ${name}`).join(', ')}.`,
    });
  }
  return place;
}

function toSound(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / FULL_SCALE);
}
