import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDrift } from '../../scripts/gate/plant.mjs';
import { BUILT_IN_DIR } from '../support/models.ts';
import { RECIPES, recipe, recipeLines } from '../support/recipe.ts';
import { TINY_GEMMA } from '../support/tiny-gemma.ts';
import { TINY_QWEN } from '../support/tiny-qwen.ts';

const REFERENCE = join(RECIPES, 'tiny_gemma', 'reference.npz');
const BUILT_IN = join(BUILT_IN_DIR, 'smollm2-135m-instruct', 'smollm2-135m-instruct.litertlm');
const BUILT_IN_REFERENCE = join(RECIPES, 'builtin_model', 'reference.npz');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sotto-accuracy-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const validate = (file: string, against: string, limits: string) =>
  recipe('chat.validate', file, '--against', against, '--limits', limits);

/** The same file with its weights a little off. */
async function drifted(bytes: Buffer): Promise<string> {
  const path = join(dir, 'drifted.litertlm');
  await writeFile(path, withDrift(bytes));
  return path;
}

describe('the accuracy of a model', () => {
  it('of the tests is within its limits', async () => {
    const { status, rows } = await validate(TINY_GEMMA, REFERENCE, 'tiny-gemma');
    expect(rows[0]).toMatchObject({ failures: [] });
    expect(status).toBe(0);
  });

  it("of Qwen3's shape is within its limits", async () => {
    const reference = join(RECIPES, 'tiny_qwen', 'reference.npz');
    const { status, rows } = await validate(TINY_QWEN, reference, 'tiny-qwen3');
    expect(rows[0]).toMatchObject({ failures: [] });
    expect(status).toBe(0);
  });

  it('that is built in is within its limits', async () => {
    const { status, rows } = await validate(BUILT_IN, BUILT_IN_REFERENCE, 'smollm2-135m-instruct');
    expect(rows[0]).toMatchObject({ failures: [] });
    expect(status).toBe(0);
    // What people are told of it beside its speed; another processor's kernels round a little otherwise.
    const { accuracy } = JSON.parse(await readFile(join(dirname(BUILT_IN), 'manifest.json'), 'utf8'));
    expect(Number(rows[0]?.perplexityRatio)).toBeCloseTo(accuracy.perplexityRatio, 1);
    expect(Number(rows[0]?.klDivergence)).toBeCloseTo(accuracy.klDivergence, 2);
    expect(Math.abs(Number(rows[0]?.top1Percent) - accuracy.top1Percent)).toBeLessThan(1.5);
  });

  it('is told in a table, in which the rows of other files stay where that is asked for', async () => {
    const page = join(dir, 'page.md');
    const before = [
      '# Accuracy\n\n<!-- tiny -->\n\nPerplexity of FP32: 1.00.\n',
      '| File | Size, MB | Perplexity | against FP32 | KL, nats | KL, P99 | Same choice, % |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| other.litertlm | 9.9 | 1.00 | 1.000 | 0.0000 | 0.00 | 100.0 |',
      '| cut.litertlm | not run | | | | | |\n\ncut.litertlm: It is too short: by half.\n',
      '<!-- /tiny -->\n\nThe end.\n',
    ].join('\n');
    await writeFile(page, before);
    const table = async (...more: string[]) => {
      const args = [TINY_GEMMA, '--against', REFERENCE, '--table', page, '--table-name', 'tiny', ...more];
      const { status, rows } = await recipe('chat.validate', ...args);
      const text = await readFile(page, 'utf8');
      return {
        status,
        rows,
        text,
        files: [...text.matchAll(/^\| (\S+\.litertlm) /gm)].map(([, name]) => name),
      };
    };
    const added = await table('--add');
    expect(added.files).toEqual(['other.litertlm', 'cut.litertlm', 'tiny-gemma-int4.litertlm']);
    expect(added.text).toMatch(/Perplexity of FP32: 223\.\d\d\.\n\n\| File/);
    expect(added.text).toMatch(/^\| other\.litertlm +\| 9\.9 +\| 1\.00 /m);
    expect(added.text).toContain('cut.litertlm: It is too short: by half.');
    expect(added.text).toMatch(/<!-- \/tiny -->\n\nThe end\.\n$/);
    // The same once more changes nothing; without it the file's own row is all.
    expect((await table('--add')).text).toBe(added.text);
    expect((await table()).files).toEqual(['tiny-gemma-int4.litertlm']);
    await writeFile(page, before.replace('KL, nats', 'Another'));
    const refused = await table('--add');
    expect([refused.status, refused.rows.at(-1)?.code]).toEqual([2, 'TABLE_MISSING']);
    expect(refused.text).toContain('Another');
  });

  it('that has drifted is refused, with the limits that it misses', async () => {
    const bytes = await readFile(TINY_GEMMA);
    const { status, rows } = await validate(await drifted(bytes), REFERENCE, 'tiny-gemma');
    expect(rows[0]?.failures).toContainEqual(
      expect.stringMatching(/^klDivergence is 0\.\d+, at most 0\.03$/),
    );
    expect(status).toBe(1);
  });

  it('cannot be told of what is no model, no reference, or of another one; that says so', async () => {
    const none = join(dir, 'none.litertlm');
    await writeFile(none, 'no model');
    const bytes = await readFile(TINY_GEMMA);
    const cut = join(dir, 'cut.litertlm');
    await writeFile(cut, bytes.subarray(0, 300_000));
    const cases: Array<[string, string, string, string]> = [
      [none, REFERENCE, 'tiny-gemma', 'FILE_DAMAGED'],
      [join(dir, 'nothing'), REFERENCE, 'tiny-gemma', 'FILE_DAMAGED'],
      [cut, REFERENCE, 'tiny-gemma', 'FILE_DAMAGED'],
      [TINY_GEMMA, none, 'tiny-gemma', 'REFERENCE_DAMAGED'],
      [TINY_GEMMA, REFERENCE, 'nobody', 'LIMITS_UNKNOWN'],
    ];
    for (const [file, against, limits, code] of cases) {
      const { status, rows } = await validate(file, against, limits);
      expect(rows, code).toMatchObject([{ type: 'failed', code }]);
      expect(status, code).toBe(2);
    }
  });
});

describe('what a model is converted from', () => {
  /** A folder as Hugging Face has them, with one tensor of six numbers. */
  async function folder(
    name: string,
    change: Record<string, string | Buffer | undefined> = {},
  ): Promise<string> {
    const header = JSON.stringify({ w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const files: Record<string, string | Buffer | undefined> = {
      'config.json': '{"model_type":"llama"}',
      'tokenizer.json': '{}',
      'model.safetensors': Buffer.concat([length, Buffer.from(header), Buffer.alloc(24)]),
      ...change,
    };
    const path = join(dir, name);
    await mkdir(path);
    for (const [file, content] of Object.entries(files)) {
      if (content !== undefined) await writeFile(join(path, file), content);
    }
    return path;
  }

  it('is looked at before any long work', async () => {
    const whole = await recipe('chat.sources', await folder('whole'));
    expect(whole).toMatchObject({ status: 0, rows: [{ type: 'source', architecture: 'Llama', weights: 6 }] });
    const gguf = join(dir, 'a.gguf');
    await writeFile(gguf, 'GGML and more');
    const weights = Buffer.alloc(20, 1);
    const bad: Array<[string, string]> = [
      [join(dir, 'nowhere'), 'SOURCE_MISSING'],
      [await folder('no config', { 'config.json': undefined }), 'SOURCE_DAMAGED'],
      [await folder('odd config', { 'config.json': '[]' }), 'SOURCE_DAMAGED'],
      [await folder('bert', { 'config.json': '{"model_type":"bert"}' }), 'ARCHITECTURE_UNKNOWN'],
      [await folder('no tokenizer', { 'tokenizer.json': undefined }), 'SOURCE_DAMAGED'],
      [await folder('no weights', { 'model.safetensors': undefined }), 'SOURCE_DAMAGED'],
      [await folder('odd weights', { 'model.safetensors': weights }), 'SOURCE_DAMAGED'],
      [gguf, 'SOURCE_DAMAGED'],
    ];
    for (const [path, code] of bad) {
      const { status, rows } = await recipe('chat.sources', path);
      expect(rows, path).toMatchObject([{ type: 'failed', code }]);
      expect(status, path).toBe(2);
    }
    const cut = await folder('cut');
    await truncate(join(cut, 'model.safetensors'), (await stat(join(cut, 'model.safetensors'))).size - 4);
    expect((await recipe('chat.sources', cut)).rows).toMatchObject([{ code: 'SOURCE_DAMAGED' }]);
  });
});

/** The graph of a file, written with its weights behind the FlatBuffer, where large ones are, then once more in place. */
const WITH_WEIGHTS_BEHIND = `
import json, sys
from pathlib import Path
from ai_edge_litert.schema_py_generated import Model
from chat.container import extract_graph
from chat.tflite_file import read_graph, write_graph
graph = Path(sys.argv[2])
extract_graph(Path(sys.argv[1]), graph)
model = read_graph(graph)
for buffer in model.buffers:
    buffer.data = None if buffer.data is None else bytes(buffer.data)
write_graph(model, graph)
write_graph(read_graph(graph), graph)
written = Model.GetRootAs(graph.read_bytes())
buffers = [written.Buffers(at) for at in range(written.BuffersLength())]
print(json.dumps({"inside": sum(each.DataLength() for each in buffers), "behind": sum(each.Size() for each in buffers)}))
`;

describe('a large graph', () => {
  it('keeps its weights where they were when it is rewritten, and says the same', async () => {
    const graph = join(dir, 'behind.tflite');
    const { status, rows } = await recipeLines(WITH_WEIGHTS_BEHIND, TINY_QWEN, graph);
    expect(rows).toMatchObject([{ inside: 0, behind: expect.any(Number) }]);
    expect(Number(rows[0]?.behind)).toBeGreaterThan(100_000);
    expect(status).toBe(0);
    const reference = join(RECIPES, 'tiny_qwen', 'reference.npz');
    const [whole, behind] = await Promise.all(
      [TINY_QWEN, graph].map(async (file) => (await validate(file, reference, 'tiny-qwen3')).rows[0]),
    );
    const { perplexity, klDivergence, top1Percent } = whole ?? {};
    expect(behind).toMatchObject({ perplexity, klDivergence, top1Percent });
  });
});

describe('a model with random weights', () => {
  it('is refused before any long work where something is amiss', async () => {
    const bad: Array<[string[], string]> = [
      [['nobody', join(dir, 'new')], 'SHAPE_UNKNOWN'],
      [['gemma-3-1b', dir], 'FOLDER_TAKEN'],
      [['gemma-3-1b', join(dir, 'new'), '--tokenizer', join(dir, 'nowhere.gguf')], 'TOKENIZER_MISSING'],
    ];
    for (const [args, code] of bad) {
      const { status, rows } = await recipe('chat.random_model', ...args);
      expect(rows, code).toMatchObject([{ type: 'failed', code }]);
      expect(status, code).toBe(2);
    }
  });
});
