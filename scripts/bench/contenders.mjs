import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright';
import { createCore } from '../../core/create-core.ts';
import { PREFILL_CHUNK_TOKENS } from '../../core/engine/engine-host.ts';
import { forkEngine } from '../../core/engine/fork-engine.ts';
import { silentLogger } from '../../core/logger.ts';
import { cacheDir, root } from '../lib/paths.mjs';
import { createChildContender } from './child.mjs';
import { ensureGguf, ensureLlama } from './peers.mjs';
import { figuresOf } from './statistics.mjs';

export const modelDir = join(root, 'models', 'builtin', 'smollm2-135m-instruct');
const engineCache = join(cacheDir, 'engine');

/** Temperature 0 and the model's own repetition penalty, as the app would answer. */
const settings = (tokens, threads) => ({ temperature: 0, maxTokens: tokens, threads });

/** The addon alone on the built-in model, in a process of its own. */
export async function addonContender(threads) {
  const manifest = JSON.parse(await readFile(join(modelDir, 'manifest.json'), 'utf8'));
  const path = join(modelDir, manifest.file);
  const penalty = manifest.defaultSampling.repetitionPenalty;
  return fileContender('addon alone', path, threads, manifest.contextTokens, penalty);
}

/** The addon alone on a file. */
export function fileContender(name, modelPath, threads, contextTokens, penalty) {
  return createChildContender(name, join(import.meta.dirname, 'addon-child.mjs'), async () => ({
    nativeDir: join(root, 'native'),
    engineOptions: {
      modelPath,
      backend: 'cpu',
      threads,
      maxTokens: contextTokens,
      cacheDir: engineCache,
      activationType: 'f32',
      prefillChunkTokens: PREFILL_CHUNK_TOKENS,
    },
    penalty,
  }));
}

/** Core and a real engine process, as the terminal has them. */
export function engineContender(threads) {
  const core = createCore({
    version: '0',
    electron: undefined,
    nativeDir: join(root, 'native'),
    builtInModelsDir: join(root, 'models', 'builtin'),
    cacheDir: engineCache,
    // Nothing is kept by what is measured here; core wants the folder all the same.
    dataDir: join(engineCache, 'data'),
    hashWorker: join(root, 'out', 'main', 'hash-worker.cjs'),
    launchEngine: () => forkEngine(join(root, 'out', 'main', 'engine-process.cjs')),
    log: silentLogger,
    broadcast: () => undefined,
  });
  return {
    name: 'engine process',
    start: async () => {
      const startedAt = performance.now();
      await core.chat.warm();
      return { loadMs: performance.now() - startedAt };
    },
    run: async (prompt, tokens) => {
      const chatId = (await core.chat.clear()).id;
      const input = { chatId, action: { type: 'ask', text: prompt }, settings: settings(tokens, threads) };
      const pieces = [];
      let stats;
      const startedAt = performance.now();
      for await (const event of core.chat.send(input, new AbortController().signal)) {
        if (event.type === 'delta') pieces.push(performance.now());
        if (event.type === 'failed') throw new Error(event.error.code);
        if (event.type === 'done') stats = event.stats;
      }
      return withStats(figuresOf({ startedAt, pieces, ...tokensOf(stats) }), stats);
    },
    stop: () => core.dispose(),
  };
}

/** The built app in Electron; times are taken in the page, where a user would see the text. */
export function pageContender(threads) {
  let app;
  let page;
  return {
    name: 'page',
    start: async () => {
      const startedAt = performance.now();
      ({ app, page } = await launch(root, { SOTTO_CACHE_DIR: cacheDir }));
      await page.waitForFunction(async () => {
        const status = await window.sotto.calls['engine.status'](undefined);
        return status.ok && status.value.state === 'ready';
      });
      return { loadMs: performance.now() - startedAt };
    },
    run: async (prompt, tokens) => {
      const measured = await page.evaluate(askInPage, { prompt, settings: settings(tokens, threads) });
      return withStats(figuresOf({ ...measured, ...tokensOf(measured.stats) }), measured.stats);
    },
    stop: () => app?.close(),
  };
}

/** Runs in the page. */
async function askInPage({ prompt, settings }) {
  const chat = await window.sotto.calls['chat.clear'](undefined);
  const pieces = [];
  const startedAt = performance.now();
  const stats = await new Promise((resolve, reject) => {
    const input = { chatId: chat.value.id, action: { type: 'ask', text: prompt }, settings };
    window.sotto.streams['chat.send'](input, (event) => {
      if (event.type === 'delta') pieces.push(performance.now());
      if (event.type === 'done') resolve(event.stats);
      if (event.type === 'failed') reject(new Error(event.error.code));
    });
  });
  return { startedAt, pieces, stats };
}

/**
 * llama.cpp on the same weights, threads and context. Its binding computes a repetition penalty in
 * JavaScript, over the whole history: with a penalty of 1 it shows what it can do, with ours how it answers.
 */
export function llamaContender(name, threads, contextTokens, penalty, gguf) {
  return createChildContender(name, join(import.meta.dirname, 'llama-child.mjs'), async () => ({
    packageEntry: await ensureLlama(),
    gguf: gguf ?? (await ensureGguf()),
    threads,
    contextTokens,
    penalty,
  }));
}

/** Starts an app folder on the Electron in use, with a profile of its own. */
export async function launch(folder, env = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'sotto-bench-'));
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const app = await _electron.launch({
    executablePath: process.env.SOTTO_BENCH_ELECTRON,
    args: [...(asRoot ? ['--no-sandbox'] : []), `--user-data-dir=${profile}`, folder],
    env: {
      ...process.env,
      SOTTO_USER_DATA: profile,
      SOTTO_DATA_DIR: join(profile, 'data'),
      ...env,
    },
  });
  // It ends with chats in memory, and nobody is there to be asked whether to keep them.
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false });
  });
  return { app, page: await app.firstWindow() };
}

function tokensOf(stats) {
  return { tokens: stats.completionTokens, promptTokens: stats.promptTokens };
}

function withStats(figures, stats) {
  return { ...figures, engineTtftMs: stats.ttftMs, peakRssBytes: stats.peakRssBytes };
}
