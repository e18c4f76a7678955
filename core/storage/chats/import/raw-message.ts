import type { RawMessage } from './imported-chat.ts';
import type { Said } from './said.ts';

type Place = Pick<RawMessage, 'key' | 'parentKey'>;

/** An entry that is no message: what follows it takes its place. */
export function unreadable(place: Place): RawMessage {
  return { ...place, role: '', text: '', createdAt: undefined, skip: 'unreadable' };
}

/** A message by its role and what it says; who reads it tells what else it is. */
export function toRaw(
  place: Place,
  role: string | undefined,
  { text, thought, hasOther }: Said,
  rest: Partial<Pick<RawMessage, 'createdAt' | 'media' | 'own' | 'skip' | 'isThoughtOnly'>> = {},
): RawMessage {
  const raw: RawMessage = { ...place, createdAt: undefined, role: role ?? '', text, ...rest };
  if (thought !== '') raw.thought = thought;
  raw.skip ??= reasonOf(raw, hasOther, role === undefined);
  return raw;
}

function reasonOf(raw: RawMessage, hasOther: boolean, hasNoRole: boolean): RawMessage['skip'] {
  if (hasNoRole) return 'unreadable';
  const isEmpty = raw.text.trim() === '';
  if (raw.role !== 'user' && raw.role !== 'assistant') return isEmpty ? undefined : 'tools';
  return isEmpty && hasOther && (raw.thought ?? '') === '' && (raw.media ?? []).length === 0
    ? 'withoutText'
    : undefined;
}
