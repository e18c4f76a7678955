import { copyFile, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readContainer } from '../../core/models/container/container.ts';
import type { LoadableModel } from '../../core/models/model-library.ts';

export const BUILT_IN_DIR = join(import.meta.dirname, '..', '..', 'models', 'builtin');
const BUILT_IN_ID = 'smollm2-135m-instruct';
export const BUILT_IN_MODEL = join(BUILT_IN_DIR, BUILT_IN_ID, `${BUILT_IN_ID}.litertlm`);

/** A folder of its own that is gone after `use`. */
export async function withTempDir<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-test-'));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * A file with the built-in model's true header, metadata and section starts, and nothing between them: as
 * good as the model for whoever reads no weights, and made in no time (it is sparse).
 */
export async function makeHollowModel(path: string): Promise<void> {
  const container = await readContainer(BUILT_IN_MODEL);
  const source = await open(BUILT_IN_MODEL, 'r');
  await writeFile(path, '');
  await truncate(path, container.sizeBytes);
  const target = await open(path, 'r+');
  const copy = async (at: number, length: number) => {
    const { buffer, bytesRead } = await source.read(Buffer.alloc(length), 0, length, at);
    await target.write(buffer, 0, bytesRead, at);
  };
  const [first] = container.sections;
  await copy(0, first?.begin ?? 0);
  for (const section of container.sections) {
    const whole = section.kind === 'llm-metadata';
    await copy(section.begin, whole ? section.end - section.begin : 64);
  }
  await source.close();
  await target.close();
}

/** A whole copy of the built-in model that a test may damage. */
export async function copyModel(path: string): Promise<void> {
  await copyFile(BUILT_IN_MODEL, path);
}

/** A model as the library would give it, for tests whose engine is scripted. */
export function fakeLoadable(id = 'fake'): LoadableModel {
  return {
    path: `/models/${id}.litertlm`,
    container: { version: '1.0.0', sizeBytes: 1, sections: [], media: [], metadata: { hasTemplate: true } },
    defaultMaxTokens: 256,
    model: {
      id,
      name: 'Fake',
      quantization: 'INT8',
      licence: 'MIT',
      sizeBytes: 1,
      contextTokens: 2048,
      builtIn: true,
      defaultSampling: { temperature: 0, topK: 1, topP: 1, repetitionPenalty: 1 },
    },
  };
}
