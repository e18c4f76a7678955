/** More at once is nearly always a folder that was meant to go elsewhere, and would fill the page for hours. */
export const MOST_FILES = 500;

export interface TakenFiles {
  files: File[];
  /** There were more than there is room for. */
  isCut: boolean;
}

/** The first of the files that were chosen, dropped or pasted; the others are not even looked at. */
export function takeFiles(files: Iterable<File>, room = MOST_FILES): TakenFiles {
  const taken: File[] = [];
  for (const file of files) {
    if (taken.length >= room) return { files: taken, isCut: true };
    taken.push(file);
  }
  return { files: taken, isCut: false };
}

/** What is said of those that were left out. */
export const TOO_MANY_FILES = {
  code: 'FILES_TOO_MANY',
  message: `Only ${MOST_FILES} files can be added at once.`,
} as const;
