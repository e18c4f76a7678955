import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { HashConsent } from '../../../contract/library.ts';
import { AppError } from '../../errors.ts';
import { copyRegular } from '../../system/copy-regular.ts';
import { toWriteError } from '../../system/file-errors.ts';
import { LinkedPathError } from '../../system/own-folders.ts';
import { readText } from '../../system/regular-file.ts';
import { exportWhole, refuseTaken, SHARED } from '../../system/whole-file.ts';
import type { CatalogEntry } from '../catalog/catalog-schema.ts';
import { hashChanged, type KnownHashes, refuseOther } from '../known-hashes.ts';
import { checkSpace, hashWhole } from './import-model.ts';
import { install, inWorkFolder } from './install-file.ts';
import {
  type InstalledManifest,
  type InstalledModel,
  installedModelSchema,
  MANIFEST_FILE,
} from './installed-model.ts';

/** For machines that never see a network: the model, what it is, its hash and its licence, in one folder. */
const LICENCE_FILE = 'LICENCE.txt';

/**
 * Writes a pack into a folder of its own. Checks that everything can be written there before hashing gigabytes, and hashes the
 * file before copying it: a damaged model is not exported.
 *
 * @returns the pack's folder. @throws AppError MODEL_HASH, DISK_SPACE, DISK_FULL, FILE_UNWRITABLE.
 */
export async function exportPack(model: InstalledModel, into: string, hashWorker: string): Promise<string> {
  const { manifest, path } = model;
  const dir = join(into, `${manifest.id}.sotto-pack`);
  await planPack(dir, manifest.file);
  await checkSpace(into, manifest.sizeBytes);
  const { sha256 } = await hashWhole(path, manifest.sizeBytes, hashWorker);
  if (sha256 !== manifest.sha256) {
    // Only where nothing is in it.
    await rmdir(dir).catch(() => undefined);
    throw damaged('The model is damaged, so it was not handed on.');
  }
  const { linkedPath: _path, ...shared } = manifest;
  try {
    await copyInto(path, join(dir, manifest.file));
    await exportWhole(join(dir, LICENCE_FILE), [Buffer.from(licenceOf(manifest))]);
    // Last: a folder without it is no pack.
    await exportWhole(join(dir, MANIFEST_FILE), [Buffer.from(`${JSON.stringify(shared, null, 2)}\n`)]);
  } catch (cause) {
    throw toWriteError(cause);
  }
  return dir;
}

/** Makes the folder, and looks at every file that will be written to it. @throws AppError DISK_FULL, FILE_UNWRITABLE. */
async function planPack(dir: string, file: string): Promise<void> {
  try {
    await makePackFolder(dir);
    await access(dir, constants.W_OK | constants.X_OK);
    for (const name of [file, LICENCE_FILE, MANIFEST_FILE]) await refuseTaken(join(dir, name));
  } catch (cause) {
    throw toWriteError(cause);
  }
}

/** The pack's own folder is no link: what it led to would be filled. */
async function makePackFolder(dir: string): Promise<void> {
  if ((await lstat(dir).catch(() => undefined))?.isSymbolicLink() === true) throw new LinkedPathError();
  await mkdir(dir, { recursive: true });
}

/** Takes the place of what has that name only when it is whole. */
async function copyInto(from: string, to: string): Promise<void> {
  await refuseTaken(to);
  const next = `${to}.${randomBytes(6).toString('hex')}.next`;
  try {
    await copyRegular(from, next, { mode: SHARED });
    await rename(next, to);
  } finally {
    await rm(next, { force: true });
  }
}

/** Takes a pack into the library, once its hash has been checked. @throws AppError PACK_INVALID, HASH_CHANGED, DISK_*. */
export async function importPack(
  dir: string,
  modelsDir: string,
  hashWorker: string,
  expected?: PackExpectations,
): Promise<InstalledManifest> {
  const manifest = await readPack(dir);
  if (expected !== undefined) await refuseOtherPack(manifest, expected);
  await checkSpace(modelsDir, manifest.sizeBytes);
  const installed = await inWorkFolder(modelsDir, manifest.id, (work) =>
    takePack(dir, modelsDir, work, manifest, hashWorker),
  );
  await expected?.hashes.keep({ pack: manifest.id }, manifest);
  return installed;
}

/** What is known of the model in a pack, other than by the pack itself. */
export interface PackExpectations {
  catalogue: readonly CatalogEntry[];
  hashes: KnownHashes;
  /** 'replace': the user takes another file than before. */
  hash: HashConsent | undefined;
}

/** A pack says itself what its file must be; somebody else may know better. @throws AppError HASH_CHANGED. */
async function refuseOtherPack(
  manifest: InstalledManifest,
  { catalogue, hashes, hash }: PackExpectations,
): Promise<void> {
  const listed = catalogue.find(({ id }) => id === manifest.id)?.sha256;
  if (listed !== undefined && listed !== manifest.sha256) throw hashChanged();
  if (hash === 'replace') return;
  refuseOther(await hashes.find({ pack: manifest.id }), manifest);
  if (manifest.source.kind === 'hub') refuseOther(await hashes.find(manifest.source), manifest);
}

async function takePack(
  dir: string,
  modelsDir: string,
  work: string,
  manifest: InstalledManifest,
  hashWorker: string,
): Promise<InstalledManifest> {
  const part = join(work, 'model.part');
  await copyRegular(join(dir, manifest.file), part).catch((cause) => {
    throw toWriteError(cause);
  });
  const { sha256, checkpoints } = await hashWhole(part, manifest.sizeBytes, hashWorker);
  if (sha256 !== manifest.sha256) throw damaged('The model in the pack is not the one that it describes.');
  const installed: InstalledManifest = {
    ...manifest,
    checkpoints,
    // A pack may tell where its model came from, but it cannot be fetched again from there by this machine's will.
    source: { kind: 'pack' },
    installedAt: new Date().toISOString(),
  };
  await install(modelsDir, work, 'model.part', installed);
  return installed;
}

async function readPack(dir: string): Promise<InstalledManifest> {
  const text = await readText(join(dir, MANIFEST_FILE)).catch(() => '');
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw damaged('This folder is no model pack.');
  }
  const parsed = installedModelSchema.safeParse(raw);
  if (!parsed.success) throw damaged('This folder is no model pack.');
  const { linkedPath: _path, ...manifest } = parsed.data;
  const names = await readdir(dir);
  const found = names.includes(basename(manifest.file)) ? await stat(join(dir, manifest.file)) : undefined;
  if (found?.isFile() !== true || found.size !== manifest.sizeBytes) {
    throw damaged('The pack is not complete.');
  }
  return manifest;
}

function licenceOf({ name, maker, licence, termsUrl, source }: InstalledManifest): string {
  const from = source.kind === 'hub' ? `${source.hub}/${source.repo}` : '';
  return [name, maker, licence, termsUrl ?? '', from]
    .filter((line) => line !== '')
    .join('\n')
    .concat('\n');
}

function damaged(message: string): AppError {
  return new AppError('PACK_INVALID', message, { hint: 'Make the pack once more.' });
}
