/** What a run tells. */
interface Told {
  type: string;
}

interface Entry<Event> {
  /** Numbers of the events that are in it. */
  first: number;
  last: number;
  event: Event;
  /** Of text in several pieces: its length after each of them. */
  ends: number[];
}

export interface Numbered<Event> {
  sequence: number;
  event: Event;
}

/** Only the newest of these is worth telling to whoever comes late. */
const REPLACED: ReadonlySet<string> = new Set(['progress', 'partial']);

/**
 * What a run has told so far, to be told again from any event on. Its size is that of what the run makes: pieces of text are
 * joined, and of progress only the newest is held.
 */
export class RunLog<Event extends Told> {
  readonly #entries: Entry<Event>[] = [];
  #count = 0;

  /** How many events it was given: the number of the next one. */
  get count(): number {
    return this.#count;
  }

  /** How many it holds. */
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

  /** From that event on; of text that is known in part, the rest. */
  from(sequence: number): Numbered<Event>[] {
    const told: Numbered<Event>[] = [];
    for (let at = this.#firstFrom(sequence); at < this.#entries.length; at += 1) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      const known = entry.ends[sequence - entry.first - 1];
      const text = textOf(entry.event);
      const event =
        known === undefined || text === undefined ? entry.event : { ...entry.event, text: text.slice(known) };
      told.push({ sequence: entry.last, event });
    }
    return told;
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

/** Of an event that adds text to what came before it. */
function textOf(event: Told): string | undefined {
  return event.type === 'delta' && 'text' in event && typeof event.text === 'string' ? event.text : undefined;
}
