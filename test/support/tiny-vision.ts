import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** A model of the tests' own that tells shapes and colours; see models/recipes/tiny_vision. */
export const TINY_VISION = join(FIXTURES, 'models', 'tiny-vision.litertlm');

export const imagePath = (name: string): string => join(FIXTURES, 'images', name);

/** What it says of each picture of the tests. */
export const SEEN: Record<string, Array<{ question: string; answer: string }>> = JSON.parse(
  readFileSync(imagePath('expected.json'), 'utf8'),
);
