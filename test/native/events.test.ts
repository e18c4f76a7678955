import { expect, test } from 'vitest';
import { eventsOfChunk, terminalEvent } from '../../native/events.ts';
import { NativeError } from '../../native/native-error.ts';

test('a chunk is its text, thinking first', () => {
  const chunk = { role: 'assistant', content: [{ type: 'text', text: ' sea' }], channels: { thought: 'hm' } };
  expect(eventsOfChunk(JSON.stringify(chunk))).toEqual([
    { type: 'thinking', text: 'hm' },
    { type: 'text', text: ' sea' },
  ]);
  expect(eventsOfChunk('{"role":"assistant","content":"plain"}')).toEqual([{ type: 'text', text: 'plain' }]);
  const parts = { content: [{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }] };
  expect(eventsOfChunk(JSON.stringify(parts))).toEqual([{ type: 'text', text: 'ab' }]);
});

test.each(['{}', 'null', '7', '"x"', '{"content":[null,7,{}]}', '{"content":null,"channels":[]}'])(
  'a chunk %s without text is nothing',
  (json) => {
    expect(eventsOfChunk(json)).toEqual([]);
  },
);

test('an answer ends, is cancelled, or fails with its reason', () => {
  expect(terminalEvent({ kind: 'end' }, false)).toEqual({ type: 'end' });
  expect(terminalEvent({ kind: 'cancelled' }, false)).toEqual({ type: 'cancelled' });
  const error = new NativeError('SEND', 'INTERNAL: the constraint cannot be met');
  expect(terminalEvent({ kind: 'error', error }, false)).toEqual({ type: 'error', error });
  expect(terminalEvent({ kind: 'error', error }, true)).toMatchObject({ error: { code: 'CONSTRAINT' } });
});
