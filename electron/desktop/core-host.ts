import type { MessagePortMain } from 'electron';
import type { Reply } from '../../contract/client.ts';
import type { FromCore, ToCore } from '../../core/channel.ts';
import type { HostQuestion } from '../../core/host-questions.ts';
import { isPlainMessage } from '../../core/message-check.ts';
import type { ProcessHandle } from '../../core/process/process-handle.ts';
import { createRestartBudget } from '../../core/process/restart-budget.ts';

/** The main process's view of core: requests go in, and core's death is a reply, never an exception. */
export interface CoreHost {
  call(name: string, input: unknown): Promise<Reply<unknown>>;
  /** Runs a stream into the port; closing the other end cancels it. */
  open(name: string, input: unknown, port: MessagePortMain): void;
  onBroadcast(listener: (name: string, value: unknown) => void): void;
  dispose(): void;
}

/** How a core process is had: the process, and whether stream ports can be handed to it. */
export interface CoreProcess extends ProcessHandle {
  transfer?: (message: unknown, port: MessagePortMain) => void;
}

const GONE = {
  code: 'CORE_CRASHED',
  message: 'A part of Sotto ended unexpectedly and was restarted.',
  hint: 'Try again.',
} as const;

/** Starts core, restarts it when it dies (within a budget) and relays between it and the pages. */
export function createCoreHost(
  start: () => CoreProcess,
  answer: (question: HostQuestion) => Promise<string | undefined>,
): CoreHost {
  const budget = createRestartBudget();
  const replies = new Map<number, { message: ToCore; resolve: (reply: Reply<unknown>) => void }>();
  const ports = new Map<number, MessagePortMain>();
  const listeners: Array<(name: string, value: unknown) => void> = [];
  let nextId = 1;
  let disposed = false;
  /** For the next core, while this one makes room for it. */
  let held: Array<() => void> | undefined;
  let current: CoreProcess | undefined;

  const receive = (message: FromCore) => {
    switch (message.type) {
      case 'reply':
        replies.get(message.id)?.resolve(message.reply);
        replies.delete(message.id);
        return;
      case 'event':
        ports.get(message.id)?.postMessage(message.event);
        return;
      case 'ended':
        ports.get(message.id)?.close();
        ports.delete(message.id);
        return;
      case 'broadcast':
        for (const listener of listeners) listener(message.name, message.value);
        return;
      case 'ask':
        void reply(message.id, message.question);
        return;
      case 'ready':
        return;
      case 'leaving':
        held ??= [];
        return;
    }
  };
  const reply = async (id: number, question: HostQuestion) => {
    const value = await answer(question).catch(() => undefined);
    post({ type: 'answer', id, ...(value === undefined ? {} : { value }) });
  };
  const ended = () => {
    current = undefined;
    if (held !== undefined && !disposed) {
      renew(held);
      return;
    }
    for (const { resolve } of replies.values()) resolve({ ok: false, error: GONE });
    replies.clear();
    for (const port of ports.values()) {
      port.postMessage({ type: 'failed', error: GONE });
      port.close();
    }
    ports.clear();
    if (disposed) return;
    budget.died();
    if (budget.left) launch();
  };
  /** It was idle when it left: whatever has no reply yet has reached nobody. */
  const renew = (waiting: Array<() => void>) => {
    held = undefined;
    launch();
    for (const { message } of replies.values()) post(message);
    for (const send of waiting) send();
  };
  const launch = () => {
    const started = start();
    current = started;
    started.onMessage((message) => receive(message as FromCore));
    started.onStderr((text) => process.stderr.write(text));
    started.onExit(ended);
  };
  const post = (message: ToCore) => current?.post(message);
  const postOrHold = (message: ToCore) => {
    if (held === undefined) post(message);
    else held.push(() => post(message));
  };
  launch();

  return {
    call: (name, input) => {
      if (current === undefined) return Promise.resolve({ ok: false, error: GONE });
      const message: ToCore = { type: 'call', id: nextId++, name, input };
      return new Promise((resolve) => {
        replies.set(message.id, { message, resolve });
        // Those that are held are among the replies that are still due.
        if (held === undefined) post(message);
      });
    },
    open: (name, input, port) => {
      if (current === undefined) {
        port.postMessage({ type: 'failed', error: GONE });
        port.close();
      } else if (current.transfer !== undefined) {
        const transfer = () => current?.transfer?.({ type: 'port', name, input }, port);
        if (held === undefined) transfer();
        else held.push(transfer);
      } else {
        const id = nextId++;
        ports.set(id, port);
        port.on('message', ({ data }) => {
          // A value that cannot be sent on would end this process; without a part the run ends with a sentence.
          postOrHold({ type: 'send', id, part: isPlainMessage(data) ? data : null });
        });
        port.on('close', () => {
          if (ports.delete(id)) postOrHold({ type: 'close', id });
        });
        port.start();
        postOrHold({ type: 'open', id, name, input });
      }
    },
    onBroadcast: (listener) => {
      listeners.push(listener);
    },
    dispose: () => {
      disposed = true;
      post({ type: 'quit' });
      const last = current;
      // Core ends its engines first; one that does not answer is ended anyway.
      setTimeout(() => last?.kill(), 3000).unref?.();
    },
  };
}
