import { expect, it } from 'vitest';
import type { EngineOrder } from '../../../electron/desktop/engine-launch-protocol.ts';
import { createEngineLaunches } from '../../../electron/desktop/engine-launches.ts';

/** What a port of Electron's does, of what is used here. */
function fakePort() {
  const listeners: Array<(event: { data: unknown }) => void> = [];
  const sent: unknown[] = [];
  return {
    sent,
    say: (data: unknown) => {
      for (const listener of listeners) listener({ data });
    },
    port: {
      on: (_name: string, listener: (event: { data: unknown }) => void) => listeners.push(listener),
      start: () => undefined,
      postMessage: (message: unknown) => sent.push(message),
    } as never,
  };
}

it('an engine that main starts is seen as a process: what was said to it early arrives, and its end is told once', () => {
  const orders: EngineOrder[] = [];
  const launches = createEngineLaunches((order) => orders.push(order));
  const engine = launches.launch();
  const told: unknown[] = [];
  engine.onMessage((message) => told.push(message));
  engine.onStderr((text) => told.push(text));
  engine.onExit((exit) => told.push(exit));
  engine.post('early');
  const { port, sent, say } = fakePort();
  expect(launches.take({ type: 'engine-port', id: 1 }, port)).toBe(true);
  engine.post('late');
  say('hello');
  launches.take({ type: 'engine-stderr', id: 1, text: 'warning' }, undefined);
  engine.kill();
  const exit = { code: null, signal: 'SIGKILL' };
  launches.take({ type: 'engine-exit', id: 1, exit }, undefined);
  launches.take({ type: 'engine-exit', id: 1, exit }, undefined);
  expect(orders).toEqual([
    { type: 'engine-launch', id: 1 },
    { type: 'engine-kill', id: 1 },
  ]);
  expect(sent).toEqual(['early', 'late']);
  expect(told).toEqual(['hello', 'warning', exit]);
});

it('a message that is none about an engine is left to others', () => {
  const launches = createEngineLaunches(() => undefined);
  for (const message of [undefined, null, 7, {}, { type: 'call', id: 1 }, { type: 'engine-exit', id: 'x' }])
    expect(launches.take(message, undefined)).toBe(false);
});
