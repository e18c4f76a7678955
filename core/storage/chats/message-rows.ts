import { type ChatMessage, chatMessageSchema } from '../../../contract/chat.ts';
import type { Media } from '../../../contract/media.ts';
import type { MessageRow } from '../database/schema.ts';

type Change = Partial<Omit<ChatMessage, 'id' | 'role' | 'versions' | 'media'>>;
type RowChange = Pick<MessageRow, 'text' | 'state' | 'limit_kind' | 'error_json' | 'stats_json' | 'summary'>;

/** What is given, as columns; what is left out is not touched, except in a new row, where it is null. */
export function toRow(message: Omit<ChatMessage, 'id' | 'role'>): RowChange;
export function toRow(change: Change): Partial<RowChange>;
export function toRow({ text, state, limit, error, stats, summary }: Change): Partial<RowChange> {
  return {
    ...(text === undefined ? {} : { text }),
    ...(state === undefined ? {} : { state }),
    ...(limit === undefined ? {} : { limit_kind: limit }),
    ...(error === undefined ? {} : { error_json: JSON.stringify(error) }),
    ...(stats === undefined ? {} : { stats_json: JSON.stringify(stats) }),
    ...(summary === undefined ? {} : { summary }),
  };
}

export function fromRow(
  { id, role, text, state, limit_kind, error_json, stats_json, summary }: MessageRow,
  mediaByMessage: ReadonlyMap<string, Media[]>,
): ChatMessage {
  const media = mediaByMessage.get(id);
  return {
    id,
    role,
    text,
    state,
    ...(limit_kind === null ? {} : { limit: limit_kind }),
    ...parsed('error', error_json),
    ...parsed('stats', stats_json),
    ...(summary === null ? {} : { summary }),
    ...(media === undefined ? {} : { media }),
  };
}

/** Figures of an older version of Sotto that make no sense any more are left out; the text is what counts. */
function parsed<K extends 'error' | 'stats'>(name: K, json: string | null): Partial<Pick<ChatMessage, K>> {
  if (json === null) return {};
  const value = chatMessageSchema.shape[name].safeParse(JSON.parse(json));
  return value.success ? ({ [name]: value.data } as Partial<Pick<ChatMessage, K>>) : {};
}
