import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../lib/paths.mjs';
import { launch } from './contenders.mjs';
import { median, summarise } from './statistics.mjs';

/** The smallest app that is set up as safely as ours. */
async function makeHelloWorld() {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-hello-'));
  await writeFile(join(dir, 'package.json'), '{ "name": "hello", "version": "1.0.0", "main": "main.cjs" }');
  await writeFile(join(dir, 'index.html'), '<!doctype html><title>Hello</title><h1>Hello</h1>');
  await writeFile(
    join(dir, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800, webPreferences: { sandbox: true, contextIsolation: true } });
  window.loadFile(require('node:path').join(__dirname, 'index.html'));
});
app.on('window-all-closed', () => app.quit());`,
  );
  return dir;
}

/** Milliseconds from the start of the process to the first text on the screen. */
async function firstPaintMs(folder) {
  const startedAt = Date.now();
  const { app, page } = await launch(folder);
  const paintedAt = await page.evaluate(async () => {
    for (;;) {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      if (paint !== undefined) return performance.timeOrigin + paint.startTime;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  await app.close();
  return paintedAt - startedAt;
}

/** First window of ours and of a hello-world app, in turn. */
export async function benchStartup(runs) {
  const hello = await makeHelloWorld();
  const times = { sotto: [], hello: [] };
  await firstPaintMs(hello);
  await firstPaintMs(root);
  for (let i = 0; i < runs; i += 1) {
    times.hello.push(await firstPaintMs(hello));
    times.sotto.push(await firstPaintMs(root));
  }
  return {
    sottoMs: summarise(times.sotto),
    helloWorldMs: summarise(times.hello),
    ratio: median(times.sotto) / median(times.hello),
  };
}
