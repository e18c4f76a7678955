import { lstatSync, type Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Thrown for a symbolic link in the place of a folder or a file of Sotto's own: somebody else has put it there. */
export class LinkedPathError extends Error {
  readonly code = 'ELOOP';

  constructor() {
    super('a symbolic link is in the way');
    this.name = 'LinkedPathError';
  }
}

const roots = new Set<string>();

/**
 * Names a folder in which everything is Sotto's own. The folder itself may be a link of the user's, who has chosen it;
 * nothing below it may be one.
 */
export function nameOwnFolder(folder: string): void {
  roots.add(resolve(folder));
}

/**
 * Looks at every folder between the own one and a path; a path in no folder of Sotto's own is the user's affair.
 *
 * @param isWhole the last part of the path is looked at as well
 * @throws LinkedPathError
 */
export async function refuseLinks(path: string, isWhole = false): Promise<void> {
  for (const part of partsOf(path, isWhole)) refuseLink(await lstat(part).catch(() => undefined));
}

/** The same where nothing can be waited for. */
export function refuseLinksSync(path: string, isWhole = false): void {
  for (const part of partsOf(path, isWhole)) refuseLink(lstatSync(part, { throwIfNoEntry: false }));
}

function refuseLink(stats: Stats | undefined): void {
  if (stats?.isSymbolicLink() === true) throw new LinkedPathError();
}

function partsOf(path: string, isWhole: boolean): string[] {
  const whole = resolve(path);
  const last = isWhole ? whole : dirname(whole);
  const root = [...roots]
    .filter((one) => last === one || last.startsWith(one.endsWith(sep) ? one : `${one}${sep}`))
    .sort((one, other) => other.length - one.length)[0];
  if (root === undefined) return [];
  const names = relative(root, last).split(sep).filter(Boolean);
  return names.map((_, index) => join(root, ...names.slice(0, index + 1)));
}
