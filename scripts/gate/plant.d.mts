/** Types of plant.mjs, for the tests. */
export function withDrift(bytes: Buffer): Buffer;
