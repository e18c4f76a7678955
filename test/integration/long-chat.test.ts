import { describe, expect, it } from 'vitest';
import { withTempDir } from '../support/models.ts';
import { parseEvents, runCli } from '../support/run-cli.ts';
import { TINY_GEMMA, taughtPairs } from '../support/tiny-gemma.ts';

const QUESTIONS = 80;

describe('a chat that is longer than the model can hold', () => {
  it(`goes on through ${QUESTIONS} questions, leaving out the first and saying so`, async () => {
    await withTempDir(async (dir) => {
      const pairs = taughtPairs();
      const asked = Array.from({ length: QUESTIONS }, (_, i) => pairs[i % pairs.length]?.[0] ?? '');
      const args = ['chat', '--lines', '--json', '--temperature', '0', '--max-tokens', '40'];
      const { stdout, status } = await runCli([...args, '--model', TINY_GEMMA], {
        input: asked.join('\n'),
        env: { SOTTO_DATA_DIR: dir },
      });
      expect(status).toBe(0);
      const events = parseEvents(stdout);
      const done = events.filter((event) => event.type === 'done');
      expect(done).toHaveLength(QUESTIONS);
      const trimmed = events.filter(
        ({ notice }) => (notice as { code?: string })?.code === 'CONTEXT_TRIMMED',
      );
      expect(trimmed.length).toBeGreaterThan(0);
      for (const { stats } of done as unknown as Array<{ stats: { contextTokens: number } }>) {
        expect(stats.contextTokens).toBeLessThanOrEqual(1024);
      }
    });
  });
});
