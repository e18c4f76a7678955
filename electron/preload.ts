/** The page's only bridge, derived from the contract's names; carries no schema and no generic channel. */
import { contextBridge, ipcRenderer } from 'electron';
import type { OpenStream } from '../contract/client.ts';
import { broadcastNames, callNames, streamNames } from '../contract/names.ts';

type Listener = (value: unknown) => void;

const call = (name: string) => (input: unknown) => ipcRenderer.invoke(`call:${name}`, input);

const stream =
  (name: string) =>
  (input: unknown, onEvent: Listener): OpenStream<unknown> => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (message) => onEvent(message.data);
    ipcRenderer.postMessage(`open:${name}`, input, [port2]);
    return { close: () => port1.close(), send: (part) => port1.postMessage(part) };
  };

const broadcast = (name: string) => (listener: Listener) => {
  const receive = (_event: unknown, value: unknown) => listener(value);
  ipcRenderer.on(`broadcast:${name}`, receive);
  return () => {
    ipcRenderer.off(`broadcast:${name}`, receive);
  };
};

const table = <T>(names: readonly string[], make: (name: string) => T) =>
  Object.fromEntries(names.map((name) => [name, make(name)]));

contextBridge.exposeInMainWorld('sotto', {
  calls: table(callNames, call),
  streams: table(streamNames, stream),
  broadcasts: table(broadcastNames, broadcast),
});
