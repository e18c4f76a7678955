import { basename, dirname, extname } from 'node:path';
import { z } from 'zod';
import type { Task } from '../../../contract/library.ts';
import { AppError } from '../../errors.ts';
import { withLock } from '../../system/lock-file.ts';
import { readOwnText } from '../../system/regular-file.ts';
import { makeFolder, writeWhole } from '../../system/whole-file.ts';
import type { HubEntry } from '../hub/hub.ts';
import { idFor } from '../library/ids.ts';
import { type CatalogEntry, catalogEntrySchema } from './catalog-schema.ts';

/** Models that the user has added by the name of a repository. They are in no catalogue that anyone has looked at. */
export interface UserCatalog {
  entries(): Promise<CatalogEntry[]>;
  /** Adds what a repository holds, and returns it. @throws AppError HUB_MISSING when it holds no model. */
  add(repo: string, files: HubEntry[]): Promise<CatalogEntry[]>;
  removeRepo(repo: string): Promise<void>;
}

const fileSchema = z.object({ version: z.literal(1), entries: z.array(z.unknown()) });

const busy = () =>
  new AppError('FILE_UNWRITABLE', 'The list of models is being changed by another Sotto.', {
    hint: 'Try again in a moment.',
  });

export function createUserCatalog(path: string): UserCatalog {
  const entries = async (): Promise<CatalogEntry[]> => {
    try {
      const file = fileSchema.parse(JSON.parse(await readOwnText(path)));
      return file.entries.flatMap((entry) => catalogEntrySchema.safeParse(entry).data ?? []);
    } catch {
      return [];
    }
  };
  const update = async (change: (before: CatalogEntry[]) => CatalogEntry[]) => {
    await makeFolder(dirname(path));
    await withLock(`${path}.lock`, busy, async () => {
      const next = change(await entries());
      await writeWhole(path, `${JSON.stringify({ version: 1, entries: next }, null, 2)}\n`);
    });
  };
  return {
    entries,
    add: async (repo, files) => {
      const found = files.filter(isModelFile).map((file) => entryOf(repo, file));
      if (found.length === 0) {
        throw new AppError('HUB_MISSING', 'This repository holds no model that Sotto can run.', {
          hint: 'Sotto runs .litertlm files, and Whisper as .tflite.',
        });
      }
      const ids = new Set(found.map(({ id }) => id));
      await update((before) => [...before.filter(({ id }) => !ids.has(id)), ...found]);
      return found;
    },
    removeRepo: (repo) => update((before) => before.filter((entry) => entry.repo !== repo)),
  };
}

function isModelFile({ path, sizeBytes }: HubEntry): boolean {
  const isSpeech = extname(path) === '.tflite' && /whisper/i.test(path);
  return sizeBytes > 0 && (extname(path) === '.litertlm' || isSpeech);
}

function entryOf(repo: string, { path, sizeBytes, sha256 }: HubEntry): CatalogEntry {
  const name = basename(path, extname(path));
  const task: Task = extname(path) === '.tflite' ? 'speech' : 'chat';
  return {
    id: idFor(name, `${repo}/${path}`),
    name: name.slice(0, 120),
    maker: repo.split('/')[0]?.slice(0, 80) ?? '',
    summary: '',
    licence: '',
    gated: false,
    task,
    modalities: task === 'chat' ? ['text'] : ['audio'],
    languages: [],
    quality: 0,
    runnable: true,
    repo,
    revision: 'main',
    file: path,
    quantization: '',
    sizeBytes,
    ...(sha256 === undefined ? {} : { sha256 }),
    backends: ['cpu', 'gpu'],
  };
}
