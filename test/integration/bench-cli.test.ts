import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileEventSchema, profileFileSchema } from '../../contract/profile.ts';
import { BUILT_IN_DIR } from '../support/models.ts';
import { runCli } from '../support/run-cli.ts';
import { TINY_GEMMA } from '../support/tiny-gemma.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sotto-bench-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const bench = (data: string, ...args: string[]) =>
  runCli(['bench', ...args], { env: { SOTTO_DATA_DIR: join(dir, data) } });
const QUICK = ['--prompts', '32,64', '--tokens', '8', '--rounds', '2'];

describe('sotto bench', () => {
  it('measures with the real engine, keeps the run, and takes it to another machine', async () => {
    const { status, stdout } = await bench('here', TINY_GEMMA, ...QUICK, '--threads', '1,2', '--json');
    expect(status).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => profileEventSchema.parse(JSON.parse(line)));
    const done = events.at(-1);
    if (done?.type !== 'done') throw new Error(stdout);
    const { rows, isWhole } = done.run;
    expect(isWhole).toBe(true);
    expect(rows.map((row) => [row.threads, row.task === 'chat' && row.promptTokens])).toEqual([
      [1, 32],
      [1, 64],
      [2, 32],
      [2, 64],
    ]);
    for (const { figures, error, name } of rows) {
      expect([name, error]).toEqual(['tiny-gemma-int4', undefined]);
      expect(figures).toMatchObject({ rounds: 2, answerTokens: 8 });
      for (const value of [figures?.decodeTokensPerSecond, figures?.firstTextMs.p50, figures?.loadMs])
        expect(value).toBeGreaterThan(0);
      expect(figures?.firstTextMs.p95).toBeGreaterThanOrEqual(figures?.firstTextMs.p50 ?? 0);
      // A process with a runtime in it, and nothing of another size.
      expect(figures?.peakRssBytes).toBeGreaterThan(20e6);
    }
    expect(events.filter(({ type }) => type === 'row')).toHaveLength(4);

    const file = join(dir, 'speed.json');
    expect((await bench('here', 'export', file)).status).toBe(0);
    const text = await readFile(file, 'utf8');
    expect(profileFileSchema.parse(JSON.parse(text)).runs).toEqual([done.run]);
    // Where the file lies is nobody's business.
    expect(text).not.toContain(TINY_GEMMA);
    expect((await bench('there', 'import', file)).status).toBe(0);
    const shown = await bench('there', 'show');
    expect(shown.stdout).toMatch(/\| tiny-gemma-int4 +\| .* \| CPU, 1 threads \|/);
    expect((await bench('there', 'list')).stdout).toContain(done.run.id);
    expect((await bench('there', 'rm', done.run.id)).status).toBe(0);
    expect((await bench('there', 'list', '--json')).stdout.trim()).toBe('[]');
  });

  it('measures what hears beside what answers, on speech that comes with it', async () => {
    // By its folder here; by its id in the window's tests.
    const args = [
      join(BUILT_IN_DIR, 'whisper-base'),
      TINY_GEMMA,
      '--seconds',
      '5,30',
      '--rounds',
      '2',
      '--prompts',
      '32',
    ];
    const { status, stdout } = await bench('hearing', ...args, '--tokens', '8', '--json');
    expect(status).toBe(0);
    const done = profileEventSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    if (done.type !== 'done') throw new Error(stdout);
    const hearing = done.run.rows.filter((row) => row.task === 'speech');
    expect(hearing.map(({ soundSeconds, error }) => [soundSeconds, error])).toEqual([
      [5, undefined],
      [30, undefined],
    ]);
    const [short, long] = hearing.map(({ figures }) => figures);
    for (const figures of [short, long]) {
      const { firstTextMs, encodeMs, wholeTextMs } = figures ?? {};
      expect(encodeMs?.p50).toBeGreaterThan(0);
      expect(firstTextMs?.p50).toBeGreaterThan(encodeMs?.p50 ?? Number.POSITIVE_INFINITY);
      expect(wholeTextMs?.p50).toBeGreaterThan(firstTextMs?.p50 ?? Number.POSITIVE_INFINITY);
      expect(figures?.timesRealtime).toBeGreaterThan(0);
    }
    // It is speech, and heard: some three words a second, of a token or two each.
    expect(short?.answerTokens).toBeGreaterThan(10);
    expect(long?.answerTokens).toBeGreaterThan(70);
    expect(long?.answerTokens).toBeLessThan(150);
    expect(done.run.rows.at(-1)).toMatchObject({ task: 'chat', name: 'tiny-gemma-int4' });
    const shown = await bench('hearing', 'show');
    expect(shown.stdout).toMatch(/Times real time.*\n.*\n\| Whisper base, INT8/);
  });

  it('says what is wrong before any measuring, and what could not be measured', async () => {
    const other = join(dir, 'other.json');
    await writeFile(other, '{"chats":[]}');
    const cases: Array<[string[], number, string]> = [
      [['--prompts', '5'], 2, 'PARAM_RANGE'],
      [['--threads', ''], 2, 'PARAM_RANGE'],
      [['whisper-base', '--seconds', '31'], 2, 'PARAM_RANGE'],
      [['--devices', 'tpu'], 2, 'PARAM_RANGE'],
      [['--output', 'speed.xls'], 2, 'PARAM_RANGE'],
      [['nobody'], 4, 'MODEL_MISSING'],
      [['import', other], 10, 'IMPORT_FORMAT'],
      [['import', join(dir, 'none.json')], 10, 'IMPORT_FORMAT'],
      [['rm', 'none'], 2, 'PROFILE_UNKNOWN'],
      [['show'], 2, 'PROFILE_UNKNOWN'],
    ];
    for (const [args, status, code] of cases) {
      const result = await bench('empty', ...args);
      expect([args.join(' '), result.status]).toEqual([args.join(' '), status]);
      expect(result.stderr).toContain(`(${code})`);
    }
    const output = join(dir, 'long.md');
    const long = ['--prompts', '32,5000', '--tokens', '8', '--rounds', '1', '--output', output];
    const { status, stderr } = await bench('long', TINY_GEMMA, ...long);
    expect(status).toBe(0);
    expect(stderr).toContain('5000 tokens: This model holds');
    expect(await readFile(output, 'utf8')).toMatch(/- tiny-gemma-int4, CPU, 5000 tokens: This model holds/);
  });
});
