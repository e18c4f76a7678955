import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** How LiteRT-LM 0.18.1 ends the name of the file in which it keeps weights as the GPU wants them. */
const SUFFIX = '_mldrift_weight_cache.bin';

/** The runtime names its files after the model's, and would write through a link of such a name. */
export async function dropLinks(cacheDir: string, modelPath: string): Promise<void> {
  const entries = await readdir(cacheDir, { withFileTypes: true }).catch(() => []);
  const links = entries.filter(
    (entry) => entry.isSymbolicLink() && entry.name.startsWith(`${basename(modelPath)}_`),
  );
  for (const { name } of links) await rm(join(cacheDir, name), { force: true });
}

/**
 * Removes what an earlier GPU engine left of a model's weights. LiteRT-LM 0.18.1 reads that file back wrongly: with it
 * the tiny Gemma of the tests answers 0 of 24 questions, without it all of them. The compiled programs beside it are
 * sound and stay (docs/platforms.md).
 */
export async function dropGpuWeights(cacheDir: string, modelPath: string): Promise<void> {
  const prefix = `${basename(modelPath)}_`;
  const names = await readdir(cacheDir).catch(() => []);
  const stale = names.filter((name) => name.startsWith(prefix) && name.endsWith(SUFFIX));
  for (const name of stale) await rm(join(cacheDir, name), { force: true });
}
