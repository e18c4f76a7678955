import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProfileRun, profileIdSchema, profileRunSchema } from '../../contract/profile.ts';
import { readOwnText } from '../system/regular-file.ts';
import { makeFolder, writeWhole } from '../system/whole-file.ts';

/** Runs that were measured or imported, a file each: nothing in them is a user's own. */
export interface ProfileStore {
  /** The newest first. What cannot be read is left out. */
  list(): Promise<ProfileRun[]>;
  /** Replaces one of the same id. */
  keep(run: ProfileRun): Promise<void>;
  remove(id: string): Promise<void>;
}

export function createProfileStore(dir: string): ProfileStore {
  const pathOf = (id: string) => join(dir, `${profileIdSchema.parse(id)}.json`);
  return {
    list: async () => {
      const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.json'));
      const read = await Promise.all(
        names.map(async (name) => {
          const text = await readOwnText(join(dir, name)).catch(() => '');
          return parse(text);
        }),
      );
      return read
        .filter((run) => run !== undefined)
        .sort((a, b) => b.measuredAt.localeCompare(a.measuredAt) || a.id.localeCompare(b.id));
    },
    keep: async (run) => {
      await makeFolder(dir);
      await writeWhole(pathOf(run.id), `${JSON.stringify(run)}\n`);
    },
    remove: (id) => rm(pathOf(id), { force: true }),
  };
}

function parse(text: string): ProfileRun | undefined {
  try {
    return profileRunSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
