import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './run-cli.ts';

export const RECIPES = join(ROOT, 'models', 'recipes');

export interface RecipeOutcome {
  status: number;
  /** The lines of JSON on standard output. */
  rows: Array<Record<string, unknown> & { failures?: string[] }>;
}

/** Runs a module of models/recipes with what `npm test` has installed: LiteRT's interpreter and NumPy, no PyTorch. */
export function recipe(name: string, ...given: string[]): Promise<RecipeOutcome> {
  return python('-m', name, ...given);
}

/** The same for lines of Python that use those modules. */
export function recipeLines(lines: string, ...given: string[]): Promise<RecipeOutcome> {
  return python('-c', lines, ...given);
}

function python(...args: string[]): Promise<RecipeOutcome> {
  const { SOTTO_PYTHON = '', SOTTO_ACCURACY_TOOLS = '' } = process.env;
  if (SOTTO_PYTHON === '') throw new Error('run these tests with npm test');
  const env = {
    ...process.env,
    PYTHONPATH: `${SOTTO_ACCURACY_TOOLS}${process.platform === 'win32' ? ';' : ':'}${RECIPES}`,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return new Promise((resolve) => {
    execFile(SOTTO_PYTHON, args, { env, maxBuffer: 1 << 24 }, (error, stdout) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({ status: Number(error?.code ?? 0), rows: lines.map((line) => JSON.parse(line)) });
    });
  });
}
