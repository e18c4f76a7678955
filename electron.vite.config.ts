import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** Node of the compatibility runtime: the oldest that any of these bundles must start on. */
const NODE_TARGET = 'node16';
const at = (path: string) => resolve(import.meta.dirname, path);

/** An engine loads no other addon than the one that was built with it. */
function pinnedAddon(): Record<string, string> {
  const addon = at('native/build/Release/sotto.node');
  if (!existsSync(addon)) return {};
  const sha256 = createHash('sha256').update(readFileSync(addon)).digest('hex');
  return { SOTTO_ADDON_SHA256: JSON.stringify(sha256) };
}

/** Everything is bundled (most packages are ESM only), except Electron itself. */
function nodeBundle(entries: Record<string, string>, outDir: string) {
  return {
    define: pinnedAddon(),
    build: {
      target: NODE_TARGET,
      outDir,
      emptyOutDir: true,
      minify: false,
      externalizeDeps: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, at(path)])),
        // The recorder and the database find their libraries beside themselves.
        external: ['electron', 'better-sqlite3-multiple-ciphers', '@picovoice/pvrecorder-node', /^node:/],
        output: {
          format: 'cjs' as const,
          entryFileNames: '[name].cjs',
          chunkFileNames: 'shared/[name]-[hash].cjs',
        },
      },
    },
  };
}

export default defineConfig({
  main: nodeBundle(
    {
      main: 'electron/main.ts',
      'core-process': 'electron/core-process.ts',
      'engine-process': 'electron/engine-process.ts',
      'hash-worker': 'core/models/download/hash-worker.ts',
      'import-worker': 'core/storage/chats/import/import-worker.ts',
      cli: 'cli/main.ts',
      'microphone-process': 'cli/microphone/microphone-process.ts',
    },
    'out/main',
  ),
  preload: nodeBundle({ preload: 'electron/preload.ts' }, 'out/preload'),
  renderer: {
    root: 'renderer',
    plugins: [react()],
    resolve: {
      alias: {
        // Their forms for browsers write innerHTML, which the page's policy (Trusted Types) forbids.
        'decode-named-character-reference': at('node_modules/decode-named-character-reference/index.js'),
        'hast-util-from-html-isomorphic': at('node_modules/hast-util-from-html-isomorphic/index.js'),
      },
    },
    build: {
      target: 'chrome108',
      cssTarget: 'chrome108',
      minify: true,
      outDir: at('out/renderer'),
      emptyOutDir: true,
      // Small assets would become data: URLs, which the page's policy allows for pictures only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: at('renderer/index.html') },
    },
  },
});
