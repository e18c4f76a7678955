import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunLog } from '../../../core/runs/run-log.ts';

type Event = { type: 'delta'; text: string } | { type: 'progress' | 'segment' | 'done'; at: number };

const log = (...events: Event[]) => {
  const filled = new RunLog<Event>();
  for (const event of events) filled.add(event);
  return filled;
};
const delta = (text: string): Event => ({ type: 'delta', text });

describe('RunLog', () => {
  it('joins pieces of text', () => {
    expect(log(delta('a'), delta('b'), delta('c')).from(0)).toEqual([{ sequence: 2, event: delta('abc') }]);
  });

  it('tells the rest of a text that is known in part', () => {
    expect(log(delta('ab'), delta(''), delta('cd'), delta('e')).from(2)).toEqual([
      { sequence: 3, event: delta('cde') },
    ]);
  });

  it('holds the newest progress only', () => {
    const events: Event[] = Array.from({ length: 1000 }, (_, at) => ({ type: 'progress', at }));
    const filled = log(...events, { type: 'segment', at: 1 }, { type: 'progress', at: 1001 });
    expect(filled.size).toBe(2);
    expect(filled.from(0).map(({ sequence }) => sequence)).toEqual([1000, 1001]);
  });

  it('has no more entries than there is to tell, however many pieces a text came in', () => {
    const filled = new RunLog<Event>();
    for (let i = 0; i < 100_000; i += 1) filled.add(delta('x'));
    expect(filled.size).toBe(1);
    expect(filled.from(99_999)).toEqual([{ sequence: 99_999, event: delta('x') }]);
  });

  it('tells a watcher who comes at any time, and again at any time, the same text', () => {
    const anyEvent = fc.oneof(
      fc.string().map(delta),
      fc.constant<Event>({ type: 'progress', at: 0 }),
      fc.constant<Event>({ type: 'segment', at: 0 }),
    );
    fc.assert(
      fc.property(fc.array(anyEvent), fc.array(fc.nat(5)), (events, looks) => {
        const filled = new RunLog<Event>();
        let next = 0;
        let text = '';
        let segments = 0;
        const look = () => {
          for (const { sequence, event } of filled.from(next)) {
            if (event.type === 'delta') text += event.text;
            if (event.type === 'segment') segments += 1;
            next = sequence + 1;
          }
        };
        for (const [at, event] of events.entries()) {
          filled.add(event);
          if ((looks[at] ?? 1) === 0) look();
        }
        look();
        const deltas = events.map((event) => (event.type === 'delta' ? event.text : ''));
        expect(text).toBe(deltas.join(''));
        expect(segments).toBe(events.filter(({ type }) => type === 'segment').length);
        expect(next).toBe(events.length);
      }),
    );
  });
});
