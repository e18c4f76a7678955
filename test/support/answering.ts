import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ENGINE = join(import.meta.dirname, '..', 'fixtures', 'scripted-engine.cjs');

/** The environment in which the real app gets answer N, word for word, to the question "N". */
export async function answeringWith(profile: string, ...answers: string[]): Promise<Record<string, string>> {
  const file = join(profile, 'answers.json');
  await writeFile(file, JSON.stringify(answers));
  return { SOTTO_TEST_ENGINE: ENGINE, SOTTO_TEST_ANSWERS: file };
}
