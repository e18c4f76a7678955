/** Types of findings.mjs, for the tests. */
export function findingsOf(result: object): Array<{ kind: string; sentence: string }>;
