import type { ChatMessage } from '../../../../contract/chat.ts';
import type { SkippedMessages } from '../../../../contract/history.ts';
import type { MediaInput } from '../../../../contract/media.ts';
import { withThought } from './said.ts';

/** What only Sotto's own export says of a message. */
export type OwnFacts = Partial<Pick<ChatMessage, 'state' | 'limit' | 'error' | 'stats' | 'summary'>>;

/** A message of another program's export. */
export interface ImportedMessage {
  /** Unique in its chat. */
  key: string;
  /** What it follows; null for a first one. */
  parentKey: string | null;
  role: 'user' | 'assistant';
  text: string;
  /** Milliseconds since 1970; undefined where the export does not say. */
  createdAt: number | undefined;
  media?: readonly MediaInput[];
  own?: OwnFacts;
}

/** A chat of another program's export, as a tree of messages in any order. */
export interface ImportedChat {
  title: string;
  createdAt: number | undefined;
  updatedAt?: number | undefined;
  isPinned?: boolean;
  isArchived?: boolean;
  folder?: string | undefined;
  messages: ImportedMessage[];
  /** The last message of the branch that was shown. */
  headKey: string | undefined;
  skipped: SkippedMessages;
}

/** A message as an export has it, before what Sotto does not keep is left out. */
export interface RawMessage extends Omit<ImportedMessage, 'role'> {
  role: string;
  /** What was thought before it. */
  thought?: string;
  /** It is only what was thought before the message that follows it. */
  isThoughtOnly?: boolean;
  /** Why it is no question and no answer, where something is lost with it. */
  skip?: Exclude<keyof SkippedMessages, 'tooMany'> | undefined;
}

export const MOST_MESSAGES = 200_000;

/**
 * Keeps questions and answers with text; what is left out (system, tools, empty ones) hands its place to what follows it.
 * A circle, which only a damaged file has, begins a branch of its own. Parents come before what follows them.
 */
export function keepTalk(
  raw: readonly RawMessage[],
  headKey: string | undefined,
): Pick<ImportedChat, 'messages' | 'headKey' | 'skipped'> {
  const byKey = new Map(raw.slice(0, MOST_MESSAGES).map((message) => [message.key, message]));
  const keptAt = createKeptAt(byKey);
  const kept = [...byKey.values()].filter(isKept);
  const followers = new Map<string | null, RawMessage[]>();
  for (const message of kept) {
    const parent = keptAt(message.parentKey);
    const siblings = followers.get(parent);
    if (siblings === undefined) followers.set(parent, [message]);
    else siblings.push(message);
  }
  const taken = new Set<string>();
  const thoughtBefore = createThoughtBefore(byKey, taken);
  const messages: ImportedMessage[] = [];
  const placed = new Set<string>();
  const place = (roots: readonly RawMessage[]) => {
    const waiting = roots.map((message) => ({ message, parentKey: null as string | null }));
    for (const { message, parentKey } of waiting) {
      if (placed.has(message.key)) continue;
      placed.add(message.key);
      messages.push(toImported(message, parentKey, thoughtBefore(message)));
      for (const next of followers.get(message.key) ?? [])
        waiting.push({ message: next, parentKey: message.key });
    }
  };
  place(followers.get(null) ?? []);
  for (const message of kept) if (!placed.has(message.key)) place([message]);
  return {
    messages: inOrderOf(kept, messages),
    headKey: headKey === undefined ? undefined : (keptAt(headKey) ?? undefined),
    skipped: countSkipped(raw, taken),
  };
}

/** As the file has them, where there, too, parents come before what follows them. */
function inOrderOf(kept: readonly RawMessage[], messages: ImportedMessage[]): ImportedMessage[] {
  const byKey = new Map(messages.map((message) => [message.key, message]));
  const ordered = kept.flatMap(({ key }) => byKey.get(key) ?? []);
  const seen = new Set<string>();
  for (const { key, parentKey } of ordered) {
    if (parentKey !== null && !seen.has(parentKey)) return messages;
    seen.add(key);
  }
  return ordered;
}

function toImported(message: RawMessage, parentKey: string | null, before: string): ImportedMessage {
  const { thought = '', skip: _skip, isThoughtOnly: _only, ...kept } = message;
  const role = message.role as ImportedMessage['role'];
  const thoughts = [before, thought].filter((one) => one.trim() !== '').join('\n\n');
  return { ...kept, role, parentKey, text: role === 'user' ? kept.text : withThought(thoughts, kept.text) };
}

function isKept({ role, text, thought = '', isThoughtOnly, skip, media = [], own }: RawMessage): boolean {
  if (skip !== undefined || isThoughtOnly === true || (role !== 'user' && role !== 'assistant')) return false;
  if (role === 'assistant' && thought.trim() !== '') return true;
  return text.trim() !== '' || media.length > 0 || (own?.state !== undefined && own.state !== 'complete');
}

function countSkipped(raw: readonly RawMessage[], taken: ReadonlySet<string>): SkippedMessages {
  const skipped: SkippedMessages = {
    unreadable: 0,
    withoutText: 0,
    tools: 0,
    tooMany: Math.max(0, raw.length - MOST_MESSAGES),
  };
  for (const message of raw.slice(0, MOST_MESSAGES)) {
    const { skip, thought, key } = message;
    if (skip !== undefined) skipped[skip] += 1;
    // What was thought and never said.
    else if (thought !== undefined && !isKept(message) && !taken.has(key)) skipped.withoutText += 1;
  }
  return skipped;
}

/** Gathers what was thought in messages of their own, up to the one that is kept. Each thought goes to one answer. */
function createThoughtBefore(
  byKey: ReadonlyMap<string, RawMessage>,
  taken: Set<string>,
): (message: RawMessage) => string {
  return (message) => {
    if (message.role !== 'assistant') return '';
    const thoughts: string[] = [];
    for (let key = message.parentKey; key !== null && !taken.has(key); ) {
      const before = byKey.get(key);
      if (before === undefined || isKept(before) || before.role === 'user') break;
      taken.add(key);
      if (before.thought !== undefined) thoughts.push(before.thought);
      key = before.parentKey;
    }
    return thoughts.reverse().join('\n\n');
  };
}

/** Finds the message itself, or the nearest above it, that is kept. Each message is looked at once, whatever is asked. */
function createKeptAt(byKey: ReadonlyMap<string, RawMessage>): (key: string | null) => string | null {
  const known = new Map<string, string | null>();
  return (key) => {
    const path: string[] = [];
    let found: string | null = null;
    for (let at = key; at !== null; ) {
      const before = known.get(at);
      if (before !== undefined) {
        found = before;
        break;
      }
      const message = byKey.get(at);
      if (message === undefined) break;
      path.push(at);
      if (isKept(message)) {
        found = at;
        break;
      }
      // Seen from here on: a circle ends where it closes.
      known.set(at, null);
      at = message.parentKey;
    }
    for (const one of path) known.set(one, found);
    return found;
  };
}

/** A list of messages, each after the one before. */
export function inLine(messages: ReadonlyArray<Omit<RawMessage, 'key' | 'parentKey'>>): RawMessage[] {
  return messages.map((message, index) => ({
    ...message,
    key: String(index),
    parentKey: index === 0 ? null : String(index - 1),
  }));
}
