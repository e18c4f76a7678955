import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { SystemInfo } from '../../contract/system.ts';

const pinsSchema = z.object({
  version: z.string(),
  platforms: z.record(
    z.string(),
    z.object({ library: z.object({ path: z.string(), sha256: z.string().length(64) }) }),
  ),
});

/** Which LiteRT-LM library lies here and whether it is the pinned one; loads nothing. */
export async function describeRuntime(nativeDir: string): Promise<SystemInfo['runtime']> {
  const platform = `${process.platform}-${process.arch}`;
  const base = { name: 'LiteRT-LM', platform };
  try {
    const text = await readFile(join(nativeDir, 'runtime', 'platforms.json'), 'utf8');
    const pins = pinsSchema.parse(JSON.parse(text));
    const pin = pins.platforms[platform];
    if (pin === undefined)
      return { ...base, version: pins.version, ok: false, problem: 'Not available for this system.' };
    const sha256 = await hash(join(nativeDir, 'runtime', 'dist', platform, basename(pin.library.path))).catch(
      () => undefined,
    );
    if (sha256 === undefined) return { ...base, version: pins.version, ok: false, problem: 'Not installed.' };
    const ok = sha256 === pin.library.sha256;
    return {
      ...base,
      version: pins.version,
      sha256,
      ok,
      ...(ok ? {} : { problem: 'Not the pinned library.' }),
    };
  } catch {
    return { ...base, version: '', ok: false, problem: 'The table of runtime libraries is missing.' };
  }
}

async function hash(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    digest.update(chunk as Buffer);
  return digest.digest('hex');
}
