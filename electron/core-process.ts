/** The door of the core process: as a utility process or as a forked Node process. */

import type { StorageStatus } from '../contract/history.ts';
import { type FromCore, serveChannel, servePort } from '../core/channel.ts';
import { createCore } from '../core/create-core.ts';
import { forkEngine } from '../core/engine/fork-engine.ts';
import { createHostQuestions } from '../core/host-questions.ts';
import { serveLine } from '../core/line/serve-line.ts';
import { createStderrLogger } from '../core/logger.ts';
import { proxyFromEnvironment } from '../core/models/download/proxy.ts';
import { tokenOfEnvironment } from '../core/models/hub/access-token.ts';
import { leaveWhenLocked } from '../core/process/leave-when-locked.ts';
import { watchRouter } from '../core/process/watched-router.ts';
import { readCoreProcessOptions } from '../core/process-options.ts';
import { createRouter } from '../core/router.ts';
import { connectToMain, fromElectronPort } from './desktop/parent-line.ts';

/** Of what a terminal does: what the page shows otherwise from now on. */
const CHANGES = new Set([
  'runs.attach',
  'chats.import',
  'chats.delete',
  'recordings.delete',
  'speech.remove',
  'storage.restore',
]);

const options = readCoreProcessOptions(process.env);
const main = connectToMain();
const post = (message: FromCore) => main.post(message);

const log = createStderrLogger('core', options.verbose);
const questions = createHostQuestions((id, question) => post({ type: 'ask', id, question }));
const core = createCore({
  ...options,
  electron: options.electron,
  resumesDownloads: true,
  proxyFor: async (url) => proxyFromEnvironment(url) ?? (await questions.ask({ kind: 'proxy', url })),
  hubToken: async (origin) =>
    tokenOfEnvironment(origin) ?? (await questions.ask({ kind: 'hub-token', origin })),
  hasHubToken: async (origin) =>
    tokenOfEnvironment(origin) !== undefined ||
    (await questions.ask({ kind: 'has-hub-token', origin })) === 'yes',
  keepsChats: true,
  secrets: {
    wrap: (secret) => questions.ask({ kind: 'wrap-secret', secret }),
    unwrap: (data) => questions.ask({ kind: 'unwrap-secret', data }),
  },
  log,
  launchEngine: main.launchEngine ?? (() => forkEngine(options.engineEntry)),
  broadcast: (name, value) => {
    post({ type: 'broadcast', name, value });
    if (name === 'storage.status') followLock(value as StorageStatus);
  },
});
const router = watchRouter(createRouter(core));
let isLeaving = false;
const followLock = leaveWhenLocked({
  isIdle: () => router.isIdle && core.runs.list().length === 0,
  isSafe: () => core.storage.isSafeToEnd(),
  leave: () => {
    isLeaving = true;
    post({ type: 'leaving' });
    void quit();
  },
});
const { dataDir, version } = options;
const line = serveLine({
  dataDir,
  version,
  router,
  log,
  onUsed: (name) => {
    if (CHANGES.has(name)) post({ type: 'broadcast', name: 'saved.changed', value: undefined });
  },
});
const quit = async () => {
  // Side by side: whatever becomes of the line, what is kept is closed properly.
  await Promise.allSettled([line.then((served) => served.close()), core.dispose()]);
  process.exit(0);
};
const { receive } = serveChannel(router, post, () => void quit(), questions);

main.onMessage((message, port) => {
  // Whoever asks now is answered by the next core.
  if (isLeaving) return;
  const request = message as { type?: string; name?: unknown; input?: unknown };
  if (request.type === 'port' && port !== undefined) {
    void servePort(router, fromElectronPort(port), String(request.name), request.input);
  } else receive(message);
});
main.onClose(() => void quit());
post({ type: 'ready' });
core.followSettings().catch((cause) => log.warn(`settings: ${cause}`));
// A core that was started anew is locked again: the page must know.
core.storage.status().then(
  (value) => post({ type: 'broadcast', name: 'storage.status', value }),
  (cause) => log.warn(`saved chats: ${cause}`),
);
