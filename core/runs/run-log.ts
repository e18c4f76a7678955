interface AnyEvent {
  type: string;
}

interface Entry<Event> {
  /** Numbers of the events that are in it. */
  first: number;
  last: number;
  event: Event;
  /** Of joined text: its length after each delta. */
  ends: number[];
}

export interface Numbered<Event> {
  sequence: number;
  event: Event;
}

/** A late watcher needs only the newest of these. */
const REPLACED: ReadonlySet<string> = new Set(['progress', 'partial']);

/**
 * The events of a run so far, to be read from any of them on. No larger than what the run produces: consecutive text deltas are
 * joined, and only the newest progress is held.
 */
export class RunLog<Event extends AnyEvent> {
  readonly #entries: Entry<Event>[] = [];
  #count = 0;

  /** How many events were added: the number of the next one. */
  get count(): number {
    return this.#count;
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#entries.length;
  }

  add(event: Event): void {
    const sequence = this.#count;
    this.#count += 1;
    const before = this.#entries.at(-1);
    const text = textOf(event);
    const textBefore = before === undefined ? undefined : textOf(before.event);
    if (before !== undefined && text !== undefined && textBefore !== undefined) {
      before.event = { ...before.event, text: textBefore + text };
      before.last = sequence;
      before.ends.push(textBefore.length + text.length);
      return;
    }
    if (REPLACED.has(event.type)) {
      const at = this.#entries.findLastIndex((entry) => entry.event.type === event.type);
      if (at !== -1) this.#entries.splice(at, 1);
    }
    this.#entries.push({
      first: sequence,
      last: sequence,
      event,
      ends: text === undefined ? [] : [text.length],
    });
  }

  /** From that event on. Of joined text that the reader has in part, the rest. */
  from(sequence: number): Numbered<Event>[] {
    const events: Numbered<Event>[] = [];
    for (let at = this.#firstFrom(sequence); at < this.#entries.length; at += 1) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      const known = entry.ends[sequence - entry.first - 1];
      const text = textOf(entry.event);
      const event =
        known === undefined || text === undefined ? entry.event : { ...entry.event, text: text.slice(known) };
      events.push({ sequence: entry.last, event });
    }
    return events;
  }

  /** The first entry with an event of that number or a later one; they are in order. */
  #firstFrom(sequence: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.last ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The text of an event that extends the text before it. */
function textOf(event: AnyEvent): string | undefined {
  return event.type === 'delta' && 'text' in event && typeof event.text === 'string' ? event.text : undefined;
}
