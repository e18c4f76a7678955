import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createCore } from '../../core/create-core.ts';
import { forkEngine } from '../../core/engine/fork-engine.ts';
import { silentLogger } from '../../core/logger.ts';
import { cacheDir, root } from '../lib/paths.mjs';
import { ensureFasterWhisper } from './peers.mjs';

/** Core and a real engine process, as the terminal has them. `model`: an id or the path of a folder. */
export function ourSpeech(name, model, threads) {
  const core = createCore({
    version: '0',
    electron: undefined,
    nativeDir: join(root, 'native'),
    builtInModelsDir: join(root, 'models', 'builtin'),
    cacheDir: join(cacheDir, 'engine'),
    dataDir: join(cacheDir, 'bench', 'data'),
    hashWorker: join(root, 'out', 'main', 'hash-worker.cjs'),
    launchEngine: () => forkEngine(join(root, 'out', 'main', 'engine-process.cjs')),
    log: silentLogger,
    broadcast: () => undefined,
  });
  const settings = {
    language: 'en',
    threads,
    words: false,
    ...(model === undefined ? {} : { modelId: model }),
  };
  const hear = async (path) => {
    const texts = [];
    let stats;
    for await (const event of core.speech.transcribeFile(path, settings, new AbortController().signal)) {
      if (event.type === 'segment') texts.push(event.segment.text.trim());
      if (event.type === 'done') stats = event.stats;
    }
    return { ...stats, text: texts.join(' ') };
  };
  return {
    name,
    start: async (path) => ({ loadMs: (await hear(path)).loadMs }),
    run: hear,
    stop: () => core.dispose(),
  };
}

/** faster-whisper on the weights that ours were converted from. */
export function fasterWhisper(name, modelDir, threads) {
  let child;
  let lines;
  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('faster-whisper ended');
    return JSON.parse(value);
  };
  return {
    name,
    start: async (path) => {
      const python = await ensureFasterWhisper();
      child = spawn(python, [join(import.meta.dirname, 'faster_whisper_child.py')], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const { loadMs } = await ask({ type: 'start', model: modelDir, threads });
      await ask({ type: 'run', path });
      return { loadMs };
    },
    run: (path) => ask({ type: 'run', path }),
    stop: async () => void child?.kill('SIGKILL'),
  };
}
