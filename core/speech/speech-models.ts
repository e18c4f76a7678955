import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import type { Verification } from '../../contract/models.ts';
import { type SpeechSettingsFile, speechSettingsFileSchema } from '../engine/speech/speech-settings.ts';
import { AppError } from '../errors.ts';
import { hashFile } from '../models/hash-file.ts';
import { idFor } from '../models/library/ids.ts';
import { type ExpectedFile, type ModelIntegrity, TRUSTING } from '../models/model-integrity.ts';
import { openRegular, readText } from '../system/regular-file.ts';

const SETTINGS_FILE = 'speech.json';
const TOKENIZER_FILE = 'tokenizer.json';
/** A TensorFlow Lite file has this at byte 4 (the FlatBuffer's file identifier). */
const TFLITE_MARK = 'TFL3';

/** A speech model that can be loaded. */
export interface LoadableSpeechModel {
  settings: SpeechSettingsFile;
  modelPath: string;
  tokenizerPath: string;
  /** It knows more languages than English, and can translate into it. */
  multilingual: boolean;
}

export interface SpeechModelLibrary {
  list(): Promise<LoadableSpeechModel[]>;
  /**
   * By id, or by the path of a model's folder or `.tflite` file; without an argument the default.
   *
   * @throws AppError MODEL_MISSING, MODEL_FORMAT, MODEL_TRUNCATED, MODEL_HASH.
   */
  find(idOrPath?: string): Promise<LoadableSpeechModel>;
  /** Hashes a known model's file and compares. @throws AppError MODEL_MISSING. */
  verify(id: string): Promise<Verification>;
}

/** A speech model that the user has added. */
export interface AddedSpeechModel extends ExpectedFile {
  id: string;
  name: string;
  licence: string;
  path: string;
}

/** All of those, and which of all is to hear. */
export interface AddedSpeech {
  list(): Promise<AddedSpeechModel[]>;
  chosen(): Promise<string | undefined>;
}

const NOTHING_ADDED: AddedSpeech = { list: async () => [], chosen: async () => undefined };

/** The speech models that ship with the app, those that were added, and any that is named by its path. */
export function createSpeechModelLibrary(
  builtInDir: string,
  added: AddedSpeech = NOTHING_ADDED,
  integrity: ModelIntegrity = TRUSTING,
): SpeechModelLibrary {
  const list = async () => {
    const entries = await readdir(builtInDir, { withFileTypes: true }).catch(() => []);
    const found: LoadableSpeechModel[] = [];
    for (const entry of entries) {
      const dir = join(builtInDir, entry.name);
      if (entry.isDirectory() && (await isFile(join(dir, SETTINGS_FILE)))) found.push(await readModel(dir));
    }
    return found;
  };
  return {
    list,
    verify: async (id) => {
      const known = (await list()).find(({ settings }) => settings.id === id);
      if (known === undefined) throw unknownModel();
      const { sizeBytes, sha256 } = await hashFile(known.modelPath);
      const ok = sizeBytes === known.settings.sizeBytes && sha256 === known.settings.sha256;
      return { id, ok, sizeBytes, sha256 };
    },
    find: async (idOrPath) => {
      const all = await list();
      const wanted = idOrPath ?? (await added.chosen());
      const one = (await added.list()).find(({ id }) => id === wanted);
      // A choice that is gone must not keep the app from hearing.
      if (one !== undefined && (idOrPath !== undefined || (await isFile(one.path)))) {
        const { id, name, licence } = one;
        const found = await checked(await readPlain(one.path, all[0], { id, name, licence }));
        await integrity.check(one.path, one);
        return found;
      }
      const known = idOrPath === undefined ? all[0] : all.find(({ settings }) => settings.id === idOrPath);
      if (known !== undefined) {
        const found = await checked(known);
        await integrity.check(found.modelPath, found.settings);
        return found;
      }
      if (idOrPath === undefined || !looksLikePath(idOrPath)) throw unknownModel();
      const path = resolve(idOrPath);
      const isLone = extname(path) === '.tflite' && !(await isFile(join(dirname(path), SETTINGS_FILE)));
      if (isLone) return checked(await readPlain(path, all[0]));
      return checked(await readModel(extname(path) === '.tflite' ? dirname(path) : path));
    },
  };
}

async function readModel(dir: string): Promise<LoadableSpeechModel> {
  const text = await readText(join(dir, SETTINGS_FILE)).catch(() => undefined);
  if (text === undefined) {
    throw new AppError('MODEL_FORMAT', `This is no speech model: ${SETTINGS_FILE} is missing beside it.`, {
      hint: 'Choose a folder that holds a speech model of Sotto.',
    });
  }
  const settings = parseSettings(text);
  return {
    settings,
    modelPath: join(dir, basename(settings.file)),
    tokenizerPath: join(dir, TOKENIZER_FILE),
    multilingual: Object.keys(settings.languages).length > 0,
  };
}

/**
 * A Whisper file that comes alone, without a KV cache: its graph tells its sizes once it is loaded, and what it does not
 * tell (tokens, languages) is that of multilingual Whisper, as in the built-in model.
 */
async function readPlain(
  path: string,
  builtIn: LoadableSpeechModel | undefined,
  known?: { id: string; name: string; licence: string },
): Promise<LoadableSpeechModel> {
  const found = await stat(path).catch(() => undefined);
  if (builtIn === undefined || found?.isFile() !== true) throw unknownModel();
  const name = basename(path, extname(path));
  const own = join(dirname(path), TOKENIZER_FILE);
  return {
    settings: {
      ...builtIn.settings,
      licence: '',
      quantization: '',
      accuracy: undefined,
      id: known?.id ?? idFor(name, path),
      name,
      ...known,
      file: basename(path),
      sizeBytes: found.size,
      // It names the repacked weights only: another file of that path must not be taken for this one.
      sha256: createHash('sha256').update(`${path}|${found.size}|${found.mtimeMs}`).digest('hex'),
      kvCache: false,
    },
    modelPath: path,
    tokenizerPath: (await isFile(own)) ? own : builtIn.tokenizerPath,
    multilingual: true,
  };
}

function parseSettings(text: string): SpeechSettingsFile {
  try {
    return speechSettingsFileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError(
      'MODEL_FORMAT',
      `The description of this speech model (${SETTINGS_FILE}) is not valid.`,
      {
        hint: 'Install the model again.',
        cause,
      },
    );
  }
}

/** Looks at size and first bytes, which tells a cut or renamed file before the runtime meets it. */
async function checked(model: LoadableSpeechModel): Promise<LoadableSpeechModel> {
  const { sizeBytes } = model.settings;
  const present = await stat(model.modelPath).catch(() => undefined);
  if (present === undefined || !present.isFile() || !(await isFile(model.tokenizerPath)))
    throw unknownModel();
  if (present.size < sizeBytes) {
    throw new AppError('MODEL_TRUNCATED', `The speech model has ${present.size} of ${sizeBytes} bytes.`, {
      hint: 'Install the model again.',
    });
  }
  if (present.size > sizeBytes || (await markOf(model.modelPath)) !== TFLITE_MARK) {
    throw new AppError('MODEL_FORMAT', 'The speech model is not the file that its description tells of.', {
      hint: 'Install the model again.',
    });
  }
  return model;
}

async function markOf(path: string): Promise<string> {
  const file = await openRegular(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 4);
    return buffer.toString('latin1');
  } finally {
    await file.close();
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

function looksLikePath(text: string): boolean {
  return isAbsolute(text) || text.includes('/') || text.includes('\\') || text.endsWith('.tflite');
}

function unknownModel(): AppError {
  return new AppError('MODEL_MISSING', 'There is no speech model of that name.', {
    hint: 'See `sotto models list`, or give the path of a speech model.',
  });
}
