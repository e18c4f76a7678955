import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/run-cli.ts';

const CLI = join(ROOT, 'out', 'main', 'cli.cjs');
/** The client itself takes some 150 MB; what has no end would take all there is. */
const MOST_MB = 600;

/** Writes down how much memory the client had at most. */
const PROBE = `
const { writeFileSync } = require('node:fs');
const file = process.env.MEMORY_FILE;
process.on('exit', () => writeFileSync(file, String(Math.round(process.resourceUsage().maxRSS / 1024))));
`;

// Windows has neither such devices nor such pipes.
describe.runIf(process.platform !== 'win32')('input without an end', () => {
  let dir: string;
  let fifo: string;
  let writer: number;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sotto-endless-'));
    await writeFile(join(dir, 'probe.cjs'), PROBE);
    fifo = join(dir, 'pipe.wav');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    // Somebody has it open for writing, and never writes.
    writer = openSync(fifo, 'r+');
  });
  afterAll(async () => {
    closeSync(writer);
    await rm(dir, { recursive: true, force: true });
  });

  /** Runs the client to its end, which a test that hangs would not reach. */
  async function run(args: string[], stdin?: string) {
    const memoryFile = join(dir, 'memory');
    const input = stdin === undefined ? 'ignore' : openSync(stdin, 'r');
    const env = {
      ...process.env,
      MEMORY_FILE: memoryFile,
      NODE_OPTIONS: `--require ${join(dir, 'probe.cjs')}`,
      SOTTO_DATA_DIR: join(dir, 'data'),
      SOTTO_CACHE_DIR: join(dir, 'cache'),
    };
    const child = spawn(process.execPath, [CLI, ...args], { env, stdio: [input, 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    if (typeof input === 'number') closeSync(input);
    return { status, said, memoryMb: Number(await readFile(memoryFile, 'utf8')) };
  }

  function expectRefused({ status, said, memoryMb }: Awaited<ReturnType<typeof run>>): void {
    expect(said).toMatch(/\([A-Z_]+\)/);
    expect(said).not.toMatch(/\(INTERNAL\)|\n {4}at /);
    expect(status).toBeGreaterThan(1);
    expect(memoryMb).toBeLessThan(MOST_MB);
  }

  const COMMANDS: Array<(path: string) => string[]> = [
    (path) => ['transcribe', path],
    (path) => ['transcribe', '--prompt-file', path, join(ROOT, 'package.json')],
    (path) => ['transcribe', '--model', path, join(ROOT, 'package.json')],
    (path) => ['chat', '--prompt-file', path],
    (path) => ['chat', '--system-file', path, 'Hello'],
    (path) => ['chat', '--image', path, '--', 'Hello'],
    (path) => ['chat', '--model', path, 'Hello'],
    (path) => ['chats', 'import', path],
    (path) => ['models', 'import', path],
    (path) => ['models', 'import-pack', path],
    (path) => ['bench', 'import', path],
  ];

  describe.each(COMMANDS.map((command) => [command('FILE').slice(0, 2).join(' '), command] as const))(
    'as the file of %s',
    (_, command) => {
      it.each([
        ['a device that never ends', () => '/dev/zero'],
        ['a pipe that nobody writes to', () => fifo],
      ])('%s is refused', async (_kind, path) => {
        expectRefused(await run(command(path())));
      });
    },
  );

  it.each([
    [['chat'], '/dev/zero'],
    [['chat', '--lines'], '/dev/zero'],
    [['transcribe', '/dev/stdin'], '/dev/zero'],
    [['chat', '--prompt-file', '/dev/stdin'], '/dev/zero'],
    [['chats', 'import', '/dev/stdin'], '/dev/zero'],
    [['passphrase'], '/dev/zero'],
  ])('as standard input of %j it is refused', async (args, stdin) => {
    expectRefused(await run(args, stdin));
  });
});
