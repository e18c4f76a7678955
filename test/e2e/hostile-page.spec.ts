import type { SottoBridge } from '../../contract/client.ts';
import { callNames, streamNames } from '../../contract/names.ts';
import { findDescendants } from '../support/app-processes.ts';
import { expect, test } from '../support/desktop.ts';

test('a page that sends hostile values costs nothing: each is refused, and core is the one it was', async ({
  desktop: { app, page },
}) => {
  test.setTimeout(120_000);
  const pid = app.process().pid ?? 0;
  await page.evaluate(() =>
    (window as unknown as { sotto: SottoBridge }).sotto.calls['system.info'](undefined),
  );
  const before = findDescendants(pid, 'core-process');
  const refusals = await page.evaluate(
    async ({ calls, streams }) => {
      const { sotto } = window as unknown as {
        sotto: {
          calls: Record<string, (input: unknown) => Promise<{ ok: boolean; error?: { code: string } }>>;
          streams: Record<
            string,
            (input: unknown, listen: (event: unknown) => void) => { send(part: unknown): void; close(): void }
          >;
        };
      };
      const hostile: Record<string, () => unknown> = {
        bigint: () => ({ id: 10n }),
        tagged: () => ({ id: { $binary: 'constructor', base64: '' } }),
        taggedSamples: () => ({ id: { $binary: 'Float32Array', base64: 'AA==' } }),
        map: () => new Map([['id', 'x']]),
        holes: () => ({ id: Object.assign([], { length: 2 ** 32 - 1 }) }),
        proto: () => JSON.parse('{"__proto__":{"id":"x"},"constructor":{"prototype":{"x":1}}}'),
        circle: () => {
          const one: Record<string, unknown> = {};
          one.id = one;
          return one;
        },
        deep: () => {
          let one: unknown = 'x';
          for (let i = 0; i < 500; i += 1) one = { id: one };
          return one;
        },
        many: () => ({ id: Array(5_000_001).fill(0) }),
      };
      const told: string[] = [];
      const kinds = Object.entries(hostile);
      // Every call and stream meets one kind, and one call every kind: the next one's turn is as good as any.
      const pairs = [
        ...calls.map((name, i) => ({ name, ...pick(i) })),
        ...kinds.map(([kind, make]) => ({ name: 'chat.open', kind, make })),
      ];
      function pick(i: number) {
        const cheap = kinds.filter(([kind]) => !['holes', 'many'].includes(kind));
        const [kind, make] = cheap[i % cheap.length] ?? ['', () => undefined];
        return { kind, make };
      }
      for (const { name, kind, make } of pairs) {
        const call = async () => sotto.calls[name]?.(make());
        // The bridge itself may refuse: then nothing left the page.
        const reply = await call().catch(() => ({ ok: false, error: { code: 'BRIDGE' } }));
        if (reply?.ok === false && reply.error?.code === 'INTERNAL') told.push(`${kind} ${name}`);
      }
      for (const name of streams) {
        for (const [kind, make] of kinds) {
          if (kind === 'holes' || kind === 'many') continue;
          try {
            const stream = sotto.streams[name]?.(make(), () => undefined);
            stream?.send(make());
            stream?.close();
          } catch {
            // As above.
          }
        }
      }
      return told;
    },
    // Calls that open a window of the system's would wait for somebody to answer it.
    {
      calls: callNames.filter(
        (name) => !/import|save|moveFolder|links|stayAwake|lock|restore|engine/i.test(name),
      ),
      streams: [...streamNames],
    },
  );
  expect(refusals).toEqual([]);
  const info = await page.evaluate(() =>
    (window as unknown as { sotto: SottoBridge }).sotto.calls['system.info'](undefined),
  );
  expect(info).toMatchObject({ ok: true });
  expect(before).toHaveLength(1);
  const after = new Set(findDescendants(pid, 'core-process'));
  expect(before.filter((one) => !after.has(one))).toEqual([]);
});

test('an address that stands for no text is answered', async ({ desktop: { page } }) => {
  for (const path of ['%', '%E0%A4', 'a%2', 'recordings/%.wav']) {
    const status = await page.evaluate(
      (one) => fetch(`app://sotto/${one}`).then((reply) => reply.status),
      path,
    );
    expect([400, 404]).toContain(status);
  }
});
