/** The door of the core process: as a utility process or as a forked Node process. */

import { type FromCore, serveChannel, servePort } from '../core/channel.ts';
import { createCore } from '../core/create-core.ts';
import { forkEngine } from '../core/engine/fork-engine.ts';
import { createHostQuestions } from '../core/host-questions.ts';
import { createStderrLogger } from '../core/logger.ts';
import { proxyFromEnvironment } from '../core/models/download/http-client.ts';
import { readCoreProcessOptions } from '../core/process-options.ts';
import { createRouter } from '../core/router.ts';
import { connectToMain, fromElectronPort } from './desktop/parent-line.ts';

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
  hubToken: async () => process.env.HF_TOKEN || (await questions.ask({ kind: 'hub-token' })),
  hasHubToken: async () =>
    Boolean(process.env.HF_TOKEN) || (await questions.ask({ kind: 'has-hub-token' })) === 'yes',
  keepsChats: true,
  secrets: {
    wrap: (secret) => questions.ask({ kind: 'wrap-secret', secret }),
    unwrap: (data) => questions.ask({ kind: 'unwrap-secret', data }),
  },
  log,
  launchEngine: main.launchEngine ?? (() => forkEngine(options.engineEntry)),
  broadcast: (name, value) => post({ type: 'broadcast', name, value }),
});
const router = createRouter(core);
const quit = () => void core.dispose().finally(() => process.exit(0));
const receive = serveChannel(router, post, quit, questions);

main.onMessage((message, port) => {
  const request = message as { type?: string; name?: unknown; input?: unknown };
  if (request.type === 'port' && port !== undefined) {
    void servePort(router, fromElectronPort(port), String(request.name), request.input);
  } else receive(message);
});
main.onClose(quit);
post({ type: 'ready' });
// A core that was started anew is locked again: the page must know.
core.storage.status().then(
  (value) => post({ type: 'broadcast', name: 'storage.status', value }),
  (cause) => log.warn(`saved chats: ${cause}`),
);
