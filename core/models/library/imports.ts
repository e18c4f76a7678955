import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportResult, ModelState } from '../../../contract/library.ts';
import { AppError, toErrorInfo } from '../../errors.ts';
import type { ModelEvents } from '../model-events.ts';
import { findModelFiles } from './find-model-files.ts';
import { importModel } from './import-model.ts';
import type { InstalledManifest } from './installed-model.ts';

/** A model on its way from a file of the user's. */
export interface Importing {
  manifest: InstalledManifest;
  state: ModelState;
}

/** Takes files of the user's into the library, and knows which are on their way. */
export interface Imports {
  readonly running: ReadonlyMap<string, Importing>;
  /** A file, or every model in a folder. @throws AppError for a file that cannot be taken; a folder goes on. */
  take(path: string, link: boolean): Promise<ImportResult>;
  /** True when there was something to stop. */
  cancel(id: string): boolean;
}

export interface ImportsOptions {
  modelsDir: () => Promise<string>;
  hashWorker: string;
  events: ModelEvents;
}

export function createImports({ modelsDir, hashWorker, events }: ImportsOptions): Imports {
  const running = new Map<string, Importing>();
  const aborts = new Map<string, AbortController>();

  /** Undefined when the user stopped it. */
  const takeFile = async (path: string, link: boolean): Promise<string | undefined> => {
    const abort = new AbortController();
    let id: string | undefined;
    try {
      const installed = await importModel(path, {
        modelsDir: await modelsDir(),
        hashWorker,
        link,
        signal: abort.signal,
        onProgress: (manifest, state) => {
          id = manifest.id;
          aborts.set(id, abort);
          running.set(id, { manifest, state });
          events.emit({ id, state });
        },
      });
      running.delete(installed.id);
      events.emit({ id: installed.id, state: { state: 'ready' } });
      return installed.id;
    } catch (error) {
      if (id !== undefined) running.delete(id);
      if (id !== undefined) events.emit({ id, state: { state: 'absent' } });
      if (abort.signal.aborted) return undefined;
      throw error;
    } finally {
      if (id !== undefined) aborts.delete(id);
    }
  };

  return {
    running,
    take: async (path, link) => {
      const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
      if (!isFolder) return { ids: asList(await takeFile(path, link)), problems: [] };
      const files = await findModelFiles(path);
      if (files.length === 0) {
        throw new AppError('MODEL_MISSING', 'There is no model in this folder.', {
          hint: 'Sotto takes .litertlm and .tflite files.',
        });
      }
      const result: ImportResult = { ids: [], problems: [] };
      for (const file of files) {
        try {
          result.ids.push(...asList(await takeFile(file, link)));
        } catch (error) {
          result.problems.push({ name: basename(file), error: toErrorInfo(error) });
        }
      }
      return result;
    },
    cancel: (id) => {
      const abort = aborts.get(id);
      abort?.abort();
      return abort !== undefined;
    },
  };
}

function asList(id: string | undefined): string[] {
  return id === undefined ? [] : [id];
}
