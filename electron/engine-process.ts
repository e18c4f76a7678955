/** The door of an engine process: one model, killable at any time, holds nothing that core does not have. */
import { type EnginePort, runEngineHost } from '../core/engine/engine-host.ts';
import { loadRuntime } from '../core/engine/load-native.ts';

const parentPort: Electron.ParentPort | undefined = process.parentPort;

if (parentPort !== undefined) {
  parentPort.once('message', ({ ports }) => {
    const [line] = ports;
    if (line === undefined) return;
    const port: EnginePort = {
      post: (message) => line.postMessage(message),
      onMessage: (listener) => {
        line.on('message', (event) => listener(event.data));
      },
    };
    runEngineHost(port, loadRuntime, __dirname);
    line.on('close', () => process.exit(0));
    line.start();
  });
} else {
  process.on('disconnect', () => process.exit(0));
  runEngineHost(
    {
      post: (message) => {
        process.send?.(message, undefined, undefined, () => undefined);
      },
      onMessage: (listener) => {
        process.on('message', listener);
      },
    },
    loadRuntime,
    __dirname,
  );
}
