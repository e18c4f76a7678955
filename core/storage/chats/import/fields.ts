/** What a file of another program holds may be anything: these read a value as what it should be, or not at all. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function keyOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** Milliseconds since 1970, of a number of seconds with a fraction or of milliseconds, or of a date as ISO 8601 has it. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) / 1000 : value;
  if (typeof time !== 'number' || !Number.isFinite(time) || time <= 0) return undefined;
  return Math.round(time > 1e11 ? time : time * 1000);
}

/** Finds what a message follows by the list of what follows each: one whose own entry is broken keeps its place. */
export function parentsByChildren(
  nodes: ReadonlyArray<readonly [string, unknown]>,
): (key: string) => string | null {
  const parents = new Map<string, string>();
  for (const [key, node] of nodes) {
    const fields = fieldsOf(node);
    for (const child of [...listOf(fields?.children), ...listOf(fields?.childrenIds)]) {
      const childKey = keyOf(child);
      if (childKey !== null) parents.set(childKey, key);
    }
  }
  return (key) => parents.get(key) ?? null;
}
