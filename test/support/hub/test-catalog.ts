import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT_IN_MODEL } from '../models.ts';
import { contentOf, type LocalHub } from './local-hub.ts';

export const OFFERED_ID = 'starter-plus-int4';

/** Puts the built-in model on the hub under another name, and writes a catalogue that offers it. Returns its path. */
export async function offerStarter(
  hub: LocalHub,
  dir: string,
): Promise<{ catalog: string; sizeBytes: number }> {
  const bytes = await readFile(BUILT_IN_MODEL);
  const repo = 'makers/starter-plus';
  hub.put(repo, 'starter-plus.litertlm', contentOf(bytes));
  const catalog = join(dir, 'catalog.json');
  const model = {
    id: 'starter-plus',
    name: 'Starter Plus',
    maker: 'Makers',
    summary: 'Better answers than the starter model.',
    licence: 'Apache-2.0',
    termsUrl: 'https://example.com/terms',
    gated: false,
    task: 'chat',
    modalities: ['text'],
    languages: ['en'],
    quality: 90,
    runnable: true,
    variants: [
      {
        id: OFFERED_ID,
        repo,
        revision: 'main',
        file: 'starter-plus.litertlm',
        quantization: 'INT4',
        contextTokens: 2048,
        sizeBytes: bytes.length,
        backends: ['cpu'],
      },
    ],
  };
  await writeFile(catalog, JSON.stringify({ version: 1, models: [model, { id: 'broken' }] }));
  return { catalog, sizeBytes: bytes.length };
}
