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
}

/** A chat of another program's export, as a tree of messages in any order. */
export interface ImportedChat {
  title: string;
  createdAt: number | undefined;
  messages: ImportedMessage[];
  /** The last message of the branch that was shown. */
  headKey: string | undefined;
}

/** A message as an export has it, before roles that Sotto does not keep are left out. */
export interface RawMessage extends Omit<ImportedMessage, 'role'> {
  role: string;
}

const MOST_MESSAGES = 200_000;

/**
 * Keeps questions and answers with text; what is left out (system, tools, empty ones) hands its place to what follows it.
 * A circle, which only a damaged file has, begins a branch of its own. Parents come before what follows them.
 */
export function keepTalk(
  raw: readonly RawMessage[],
  headKey: string | undefined,
): Pick<ImportedChat, 'messages' | 'headKey'> {
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
  const messages: ImportedMessage[] = [];
  const placed = new Set<string>();
  const place = (roots: readonly RawMessage[]) => {
    const waiting = roots.map((message) => ({ message, parentKey: null as string | null }));
    for (const { message, parentKey } of waiting) {
      if (placed.has(message.key)) continue;
      placed.add(message.key);
      messages.push({ ...message, role: message.role as ImportedMessage['role'], parentKey });
      for (const next of followers.get(message.key) ?? [])
        waiting.push({ message: next, parentKey: message.key });
    }
  };
  place(followers.get(null) ?? []);
  for (const message of kept) if (!placed.has(message.key)) place([message]);
  return { messages, headKey: headKey === undefined ? undefined : (keptAt(headKey) ?? undefined) };
}

function isKept({ role, text }: RawMessage): boolean {
  return (role === 'user' || role === 'assistant') && text.trim() !== '';
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
