import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withDrift } from '../../scripts/gate/plant.mjs';
import { ROOT } from '../support/run-cli.ts';
import { TINY_GEMMA } from '../support/tiny-gemma.ts';

/** `npm run gate` as CI runs it, but for what takes long: speed comes from figures that are given. */
const RUN = join(ROOT, 'scripts', 'gate', 'run.mjs');
const BASELINE = join(ROOT, 'models', 'recipes', 'baseline.json');
const HERE = 'linux-x64-test-2t';
const RATIOS = { prefill: 2, decode: 1.5, firstToken: 3, load: 4, memory: 1.2 };

let dir: string;
let baselinePath: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sotto-gate-'));
  const { accuracy } = JSON.parse(await readFile(BASELINE, 'utf8'));
  baselinePath = await write('baseline.json', {
    accuracy,
    speed: { [HERE]: { yardstick: 'a', ratios: { 'tiny-gemma': RATIOS } } },
  });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function write(name: string, value: unknown): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

interface Outcome {
  status: number;
  stderr: string;
  told: { passed?: boolean; code?: string; findings?: Array<{ kind: string; sentence: string }> };
}

function gate(...args: string[]): Promise<Outcome> {
  const command = ['--no-warnings', RUN, '--json', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: dir, maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
      resolve({ status: Number(error?.code ?? 0), stderr, told: JSON.parse(stdout) }),
    );
  });
}

const measured = (ratios: object, machineClass = HERE) => ({
  machine: { class: machineClass },
  models: { 'tiny-gemma': { ratios: { ...RATIOS, ...ratios }, figures: {} } },
});

it('passes what is as accurate as its baseline', async () => {
  const { status, told } = await gate('--accuracy', '--models', 'tiny-gemma');
  expect(told).toMatchObject({ passed: true, findings: [] });
  expect(status).toBe(0);
});

it('refuses a file whose weights are a little off, and says which figure has drifted', async () => {
  const drifted = join(dir, 'drifted.litertlm');
  await writeFile(drifted, withDrift(await readFile(TINY_GEMMA)));
  const given = ['--models', 'tiny-gemma', '--file', `tiny-gemma=${drifted}`];
  const { status, told, stderr } = await gate('--accuracy', ...given);
  expect(told.findings).toContainEqual(expect.objectContaining({ kind: 'drift', figure: 'klDivergence' }));
  expect(stderr).toMatch(/tiny-gemma: klDivergence has drifted to 0\.\d+; the baseline is 0\.02368/);
  expect(status).toBe(1);
});

it('refuses figures that are more than a tenth down, and passes others', async () => {
  const same = await write('same.json', measured({ decode: 1.4 }));
  expect(await gate('--figures', same, '--baseline', baselinePath)).toMatchObject({ status: 0 });
  const slow = await write('slow.json', measured({ decode: 0.8 }));
  const { status, told, stderr } = await gate('--figures', slow, '--baseline', baselinePath);
  expect(told).toMatchObject({ passed: false, findings: [{ kind: 'slower', figure: 'decode' }] });
  expect(stderr).toContain('tiny-gemma: decode speed is down by 46.7 %');
  expect(status).toBe(1);
});

it('says on a machine whose like was never measured how to measure one', async () => {
  const figures = await write('elsewhere.json', measured({}, 'plan9-mips-plain-1t'));
  const { status, told, stderr } = await gate('--figures', figures, '--baseline', baselinePath);
  expect(told).toMatchObject({ code: 'BASELINE_MISSING' });
  expect(stderr).toMatch(/no baseline of speed .* plan9-mips-plain-1t .* npm run gate -- --record/);
  expect(status).toBe(3);
});

it('refuses what it cannot judge, before any long work, with a code, and leaves nothing', async () => {
  const damaged = await write('damaged.json', '{"accuracy": {"a": 1}}');
  const none = await write('none.litertlm', 'no model');
  const cases: Array<[string[], string]> = [
    [['--models', 'nobody'], 'MODEL_UNKNOWN'],
    [['--file', `nobody=${none}`], 'MODEL_UNKNOWN'],
    [['--file', `tiny-gemma=${join(dir, 'nothing')}`], 'FILE_MISSING'],
    [['--file', 'tiny-gemma'], 'OPTION_UNKNOWN'],
    [['--quick'], 'OPTION_UNKNOWN'],
    [['--plant', 'weeds'], 'OPTION_UNKNOWN'],
    [['--plant', 'drift', '--record'], 'OPTION_UNKNOWN'],
    [['--baseline', damaged], 'BASELINE_DAMAGED'],
    [['--baseline', join(dir, 'nothing')], 'BASELINE_DAMAGED'],
    [['--figures', damaged], 'FIGURES_DAMAGED'],
    [['--accuracy', '--models', 'tiny-gemma', '--file', `tiny-gemma=${none}`], 'FILE_DAMAGED'],
  ];
  const before = await readdir(dir);
  for (const [args, code] of cases) {
    const { status, told } = await gate(...args);
    expect(told, code).toMatchObject({ type: 'failed', code });
    expect(status, code).toBe(2);
  }
  expect(await readdir(dir)).toEqual(before);
});
