import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_DIR } from '../support/models.ts';
import { RECIPES, recipe } from '../support/recipe.ts';

const WHISPER = join(BUILT_IN_DIR, 'whisper-base');
const FILE = 'whisper-base.tflite';
const REFERENCE = join(RECIPES, 'speech', 'reference-whisper-base.npz');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sotto-speech-accuracy-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const validate = (...args: string[]) => recipe('speech.validate', ...args);

/** A folder with what belongs to the built-in model, and a file in place of its own. */
async function modelWith(name: string, bytes: Buffer): Promise<string> {
  const folder = join(dir, name);
  await mkdir(folder);
  for (const file of ['speech.json', 'tokenizer.json', 'mel_filters.f32']) {
    await copyFile(join(WHISPER, file), join(folder, file));
  }
  await writeFile(join(folder, FILE), bytes);
  return join(folder, FILE);
}

/** Bytes looked at together: so many of 8-bit weights have most values, but not all, as the lower bytes of floats do. */
const WINDOW = 4096;
const [LEAST_VALUES, MOST_VALUES] = [100, 235];
const GAP = Buffer.alloc(4);

/** The same file with its weights a little off: one bit of every fourth INT8 weight is turned, where there is nothing else. */
function drifted(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const isWeights = (at: number) => {
    const window = bytes.subarray(at, at + WINDOW);
    const { size } = new Set(window);
    // Between two matrices the file pads with zeros.
    return size >= LEAST_VALUES && size <= MOST_VALUES && !window.includes(GAP);
  };
  for (let at = WINDOW; at + 2 * WINDOW <= copy.length; at += WINDOW) {
    if (![-WINDOW, 0, WINDOW].every((step) => isWeights(at + step))) continue;
    for (let i = 0; i < WINDOW; i += 4) copy[at + i] = (copy[at + i] ?? 0) ^ 0x04;
  }
  return copy;
}

describe('the accuracy of speech recognition', () => {
  it('built in is within its limits; with weights a little off it is refused', async () => {
    const off = await modelWith('drifted', drifted(await readFile(join(WHISPER, FILE))));
    const args = ['--against', REFERENCE, '--limits', 'whisper-base'];
    const { status, rows } = await validate(join(WHISPER, FILE), off, ...args);
    expect(rows[0]).toMatchObject({ failures: [], words: 71 });
    expect(rows[1]?.failures).toContainEqual(expect.stringMatching(/^encoderCosine is 0\.\d+, at least/));
    expect(rows[1]?.failures).toContainEqual(expect.stringMatching(/^klDivergence is \d+\.\d+, at most/));
    expect(status).toBe(1);
  }, 120_000);

  it('cannot be told of what is no model, no reference, or has no settings; that says so', async () => {
    const text = await modelWith('text', Buffer.from('no model'));
    const cut = await modelWith('cut', (await readFile(join(WHISPER, FILE))).subarray(0, 200_000));
    const bare = join(dir, 'bare.tflite');
    await copyFile(text, bare);
    const model = join(WHISPER, FILE);
    const cases: Array<[string[], string]> = [
      [[text, '--against', REFERENCE], 'FILE_DAMAGED'],
      [[cut, '--against', REFERENCE], 'FILE_DAMAGED'],
      [[bare, '--against', REFERENCE], 'SETTINGS_MISSING'],
      [[model, '--against', text], 'REFERENCE_DAMAGED'],
      [[model, '--against', REFERENCE, '--limits', 'nobody'], 'LIMITS_UNKNOWN'],
    ];
    for (const [args, code] of cases) {
      const { status, rows } = await validate(...args);
      expect(rows, code).toMatchObject([{ type: 'failed', code }]);
      expect(status, code).toBe(2);
    }
  }, 60_000);
});

describe('what a speech model is converted from', () => {
  const text = (value: string) =>
    Buffer.concat([Buffer.from([value.length + 1, 0]), Buffer.from(`${value}\0`)]);
  const number = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const variable = (name: string, shape: number[], kind: number, width: number) => {
    const size = shape.reduce((product, length) => product * length, width);
    const head = [text(name), Buffer.from([shape.length]), ...shape.map(number), Buffer.from([kind])];
    return Buffer.concat([...head, number(size), Buffer.alloc(size)]);
  };

  /** A model.bin of CTranslate2 with Whisper's names and next to nothing in it. */
  function bin(spec = 'WhisperSpec', kind = 0): Buffer {
    const width = kind === 0 ? 4 : 1;
    const variables = [
      variable('encoder/conv1/weight', [4, 8, 3], kind, width),
      variable('encoder/layer_0/ffn/linear_0/weight', [2, 4], 0, 4),
      variable('decoder/layer_0/ffn/linear_0/weight', [2, 4], 0, 4),
      variable('decoder/embeddings/weight', [6, 4], 0, 4),
    ];
    return Buffer.concat([
      number(6),
      text(spec),
      number(3),
      number(variables.length),
      ...variables,
      number(0),
    ]);
  }

  async function folder(name: string, files: Record<string, string | Buffer>): Promise<string> {
    const path = join(dir, name);
    await mkdir(path);
    for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content);
    return path;
  }

  it('is looked at before any long work', async () => {
    const tokenizer = { 'tokenizer.json': '{}' };
    const whole = await folder('whole', { ...tokenizer, 'model.bin': bin() });
    const weights = 4 * 8 * 3 + 2 * 4 + 2 * 4 + 6 * 4;
    const facts = { type: 'source', architecture: 'Whisper', weights };
    expect(await recipe('speech.sources', whole)).toMatchObject({ status: 0, rows: [facts] });
    const bad: Array<[string, string]> = [
      [join(dir, 'nowhere'), 'SOURCE_MISSING'],
      [await folder('no tokenizer', { 'model.bin': bin() }), 'SOURCE_DAMAGED'],
      [await folder('cut bin', { ...tokenizer, 'model.bin': bin().subarray(0, -60) }), 'SOURCE_DAMAGED'],
      [await folder('no bin', { ...tokenizer, 'model.bin': 'nothing of the kind' }), 'SOURCE_DAMAGED'],
      [await folder('other', { ...tokenizer, 'model.bin': bin('TransformerSpec') }), 'ARCHITECTURE_UNKNOWN'],
      [await folder('rounded', { ...tokenizer, 'model.bin': bin('WhisperSpec', 1) }), 'SOURCE_QUANTIZED'],
      [await folder('no config', tokenizer), 'SOURCE_DAMAGED'],
      [
        await folder('bert', { ...tokenizer, 'config.json': '{"model_type":"bert"}' }),
        'ARCHITECTURE_UNKNOWN',
      ],
    ];
    for (const [path, code] of bad) {
      const { status, rows } = await recipe('speech.sources', path);
      expect(rows, path).toMatchObject([{ type: 'failed', code }]);
      expect(status, path).toBe(2);
    }
  }, 60_000);
});
