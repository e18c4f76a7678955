/**
 * The same items, with the next few asked for before they are needed, so that their making overlaps with
 * their use. Failures come where the item would have come.
 */
export async function* readAhead<T>(source: AsyncIterable<T>, count: number): AsyncGenerator<T, void, void> {
  const items = source[Symbol.asyncIterator]();
  const asked: Array<Promise<IteratorResult<T>>> = [];
  const ask = () => {
    const next = items.next();
    // Whoever stops early never looks at the rest.
    next.catch(() => undefined);
    asked.push(next);
  };
  try {
    for (let index = 0; index < count; index += 1) ask();
    for (;;) {
      const result = await asked.shift();
      if (result === undefined || result.done === true) return;
      ask();
      yield result.value;
    }
  } finally {
    void items.return?.();
  }
}
