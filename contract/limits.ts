/** Fewer characters than this are no passphrase. */
export const SHORTEST_PASSPHRASE = 8;

/** Longest text that one message may hold, in UTF-16 units: far above any context, far below a paste bomb. */
export const MESSAGE_LIMIT_CHARS = 400_000;

/** Longest text that a field of one line takes at once: a name, a search, a passphrase, a line of a transcript. */
export const LINE_LIMIT_CHARS = 10_000;
