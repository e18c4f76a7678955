import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { isAlive, thisProcess } from '../../../../core/system/process-identity.ts';

describe('the identity of a process', () => {
  it('is alive while it runs, and is not another one of the same number', () => {
    const self = thisProcess();
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ pid: self.pid })).toBe(true);
    expect(isAlive({ pid: 2 ** 22 + 1 })).toBe(false);
    if (process.platform === 'linux') expect(isAlive({ ...self, started: 'earlier' })).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is dead when nobody has buried it yet', async () => {
    // A shell that becomes a program which does not know that it has a child.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [text] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(text.toString());
      expect(isAlive({ pid })).toBe(true);
      await vi.waitFor(() => expect(isAlive({ pid })).toBe(false), { timeout: 20_000 });
      // Still there for whoever only asks for the number.
      expect(process.kill(pid, 0)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
