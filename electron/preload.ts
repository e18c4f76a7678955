/** The page's only bridge, derived from the contract's names; carries no schema and no generic channel. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { OpenStream } from '../contract/client.ts';
import { broadcastNames, callNames, fileCallNames, streamNames } from '../contract/names.ts';

type Listener = (value: unknown) => void;

const call = (name: string) => (input: unknown) => ipcRenderer.invoke(`call:${name}`, input);

/** Where a file lies that the user gave the page. What is no such file lies nowhere. */
function pathOf(file: unknown): string {
  if (!(file instanceof File)) return '';
  // Electron 32 and newer; before that, files have the path themselves.
  return webUtils?.getPathForFile(file) ?? (file as File & { path?: string }).path ?? '';
}

const fileCall = (name: string) => (file: unknown, input: object) =>
  ipcRenderer.invoke(`call:${name}`, { ...input, path: pathOf(file) });

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
  calls: table(
    callNames.filter((name) => !(fileCallNames as readonly string[]).includes(name)),
    call,
  ),
  files: table(fileCallNames, fileCall),
  streams: table(streamNames, stream),
  broadcasts: table(broadcastNames, broadcast),
});
