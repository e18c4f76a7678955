import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { withLock } from '../system/lock-file.ts';
import { readOwnText } from '../system/regular-file.ts';
import { makeFolder, writeWhole } from '../system/whole-file.ts';

const fileSchema = z.object({
  version: z.literal(1),
  hashes: z.record(
    z.string(),
    z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), sizeBytes: z.int().positive() }),
  ),
});

/** What a file must be. */
export interface KnownHash {
  sha256: string;
  sizeBytes: number;
}

/** Where a file came from: the hub itself does not count, so that a mirror must give the same one. */
export type FileOrigin = { repo: string; revision: string; file: string } | { pack: string };

/**
 * Files for which no catalogue has a hash, as they were when the user first took them: from then on nothing else is taken
 * from the same place. Removing a model forgets nothing.
 */
export interface KnownHashes {
  find(origin: FileOrigin): Promise<KnownHash | undefined>;
  /** @throws AppError FILE_UNWRITABLE, or what the disk throws */
  keep(origin: FileOrigin, hash: KnownHash): Promise<void>;
}

const busy = () =>
  new AppError('FILE_UNWRITABLE', 'Another Sotto is keeping the hash of a model.', {
    hint: 'Try again in a moment.',
  });

export function createKnownHashes(path: string): KnownHashes {
  const read = async () => {
    const text = await readOwnText(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    });
    if (text === undefined) return {};
    try {
      return fileSchema.parse(JSON.parse(text)).hashes;
    } catch (cause) {
      // Taken for empty, it would let anything in.
      throw new AppError('HASH_UNKNOWN', 'The list of known hashes is damaged, so nothing was fetched.', {
        hint: 'Remove model-hashes.json in Sotto’s data folder: hashes are then kept anew.',
        cause,
      });
    }
  };
  return {
    find: async (origin) => (await read())[keyOf(origin)],
    keep: async (origin, { sha256, sizeBytes }) => {
      await makeFolder(dirname(path));
      await withLock(`${path}.lock`, busy, async () => {
        const hashes = { ...(await read()), [keyOf(origin)]: { sha256, sizeBytes } };
        await writeWhole(path, `${JSON.stringify({ version: 1, hashes }, null, 2)}\n`);
      });
    },
  };
}

function keyOf(origin: FileOrigin): string {
  return 'pack' in origin ? `pack ${origin.pack}` : `${origin.repo} ${origin.revision} ${origin.file}`;
}

/** @throws AppError HASH_CHANGED where a file is not the one that is known. */
export function refuseOther(
  known: KnownHash | undefined,
  found: { sha256: string | undefined; sizeBytes?: number },
): void {
  if (known === undefined) return;
  const isSame =
    (found.sha256 === undefined || found.sha256 === known.sha256) &&
    (found.sizeBytes === undefined || found.sizeBytes === known.sizeBytes);
  if (!isSame) throw hashChanged();
}

export function hashChanged(): AppError {
  return new AppError('HASH_CHANGED', 'This is not the file that was first downloaded or imported.', {
    hint: 'If its makers have published a new version, take it: in the terminal with --replace-hash.',
  });
}

export function hashUnknown(): AppError {
  return new AppError(
    'HASH_UNKNOWN',
    'The hub gives no hash for this file, so nothing shows that it is the one its makers published.',
    {
      hint: 'If you trust the hub, say so: in the terminal with --accept-unknown-hash. The hash is then kept.',
    },
  );
}
