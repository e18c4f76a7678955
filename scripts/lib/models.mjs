import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { log, SetupError } from './log.mjs';
import { root } from './paths.mjs';

const builtInDir = join(root, 'models', 'builtin');

/** Joins the parts in which built-in models lie in git, and checks the result against the manifest. */
export async function ensureModels() {
  for (const entry of await readdir(builtInDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const dir = join(builtInDir, entry.name);
    const text = await readFile(join(dir, 'manifest.json'), 'utf8').catch(() => undefined);
    // Speech models lie in git as they are.
    if (text === undefined) continue;
    const manifest = JSON.parse(text);
    if (manifest.parts?.length > 0) await joinParts(dir, manifest);
  }
}

async function joinParts(dir, manifest) {
  const target = join(dir, manifest.file);
  // The size tells a finished file from a missing one; `sotto models verify` hashes it.
  const present = await stat(target).catch(() => undefined);
  if (present?.size === manifest.sizeBytes) return;
  log(`Joining the built-in model ${manifest.name} …`);
  const temporary = `${target}.${process.pid}.tmp`;
  const hash = createHash('sha256');
  try {
    const parts = async function* () {
      for (const part of manifest.parts) {
        for await (const chunk of createReadStream(join(dir, part.file), { highWaterMark: 1 << 20 })) {
          hash.update(chunk);
          yield chunk;
        }
      }
    };
    await pipeline(parts, createWriteStream(temporary));
    if (hash.digest('hex') !== manifest.sha256) {
      throw new SetupError(`The parts of ${manifest.name} are damaged. Run: git checkout -- models/builtin`);
    }
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
