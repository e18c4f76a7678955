/**
 * Downloading, beside curl in the same run: the same file from the same hub on this machine onto the same disk, ours
 * with SHA-256 on and synced at its end, curl as it is and followed by a sync of its file.
 *
 *   npm run bench -- download [--json] [--runs 5] [--mebibytes 1024]
 */
import { execFile, fork } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { log } from '../lib/log.mjs';
import { cacheDir, root } from '../lib/paths.mjs';
import { median } from './statistics.mjs';
import { fixed, table } from './table.mjs';

const run = promisify(execFile);
const PIECE = 8 * 1024 * 1024;

async function makeFile(path, bytes) {
  const piece = Buffer.alloc(PIECE);
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  for (let at = 0; at < bytes; at += PIECE) {
    randomFillSync(piece);
    hash.update(piece);
    await file.write(piece);
  }
  await file.sync();
  await file.close();
  return hash.digest('hex');
}

async function timed(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function sync(path) {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    runs: { type: 'string', default: '5' },
    mebibytes: { type: 'string', default: '1024' },
  },
});
const bytes = Number(values.mebibytes) * 1024 * 1024;
await mkdir(cacheDir, { recursive: true });
const dir = await mkdtemp(join(cacheDir, 'bench-download-'));
const source = join(dir, 'source.bin');
log(`Making a file of ${values.mebibytes} MiB …`);
const sha256 = await makeFile(source, bytes);
const hub = fork(join(import.meta.dirname, 'hub-child.mjs'), [source, String(bytes), sha256]);
const [base] = await once(hub, 'message');
const rows = [];
try {
  for (let round = 0; round < Number(values.runs); round += 1) {
    log(`Round ${round + 1} of ${values.runs} …`);
    const target = join(dir, 'curl.bin');
    const address = `${base}/makers/model/resolve/main/model.litertlm`;
    let curlMs = 0;
    const curlSyncedMs = await timed(async () => {
      curlMs = await timed(() => run('curl', ['-sL', '-o', target, address]));
      await sync(target);
    });
    await rm(target);
    const models = join(dir, 'models');
    const child = join(root, 'test', 'fixtures', 'download-child.ts');
    const flags = ['--disable-warning=ExperimentalWarning', child, models, base];
    // From the first byte, as its start is that of Node.
    const { stdout } = await run(process.execPath, flags, { env: { ...process.env, SOTTO_TIMED: '1' } });
    if (!stdout.includes(`done ${sha256}`)) throw new Error(`The download failed: ${stdout}`);
    const sottoMs = Number(/took (\d+)/.exec(stdout)?.[1]);
    await rm(models, { recursive: true });
    rows.push({ curlMs, curlSyncedMs, sottoMs });
  }
} finally {
  hub.kill();
  await rm(dir, { recursive: true, force: true });
}
const speed = (name) => bytes / 1e3 / median(rows.map((row) => row[name]));
const result = {
  bytes,
  runs: rows.length,
  curl: speed('curlMs'),
  curlSynced: speed('curlSyncedMs'),
  sotto: speed('sottoMs'),
  ratio: median(rows.map((row) => row.curlMs / row.sottoMs)),
  ratioSynced: median(rows.map((row) => row.curlSyncedMs / row.sottoMs)),
};
log(
  `\n${table(
    ['', 'MB/s'],
    [
      ['curl', fixed(result.curl, 0)],
      ['curl, then synced', fixed(result.curlSynced, 0)],
      ['sotto, hashed and synced', fixed(result.sotto, 0)],
      ['sotto / curl', fixed(result.ratio, 2)],
      ['sotto / curl, synced (goal >= 0.9)', fixed(result.ratioSynced, 2)],
    ],
  )}`,
);
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
