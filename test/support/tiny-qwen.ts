import { join } from 'node:path';
import { ROOT } from './run-cli.ts';

/** A chat model of Qwen3's shape with random weights, as `npm run models -- convert` makes them: models/recipes/README.md. */
export const TINY_QWEN = join(ROOT, 'test', 'fixtures', 'models', 'tiny-qwen3-int8.litertlm');
