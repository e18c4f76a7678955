import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSoundFiles, type SoundFiles } from '../../../../core/speech/sound-files.ts';
import type { SavedSoundFile } from '../../../../core/storage/transcripts/saved-sound-file.ts';
import { soundFixture } from '../../../support/sound.ts';

const ID = '01234567-89ab-4cde-8f01-23456789abcd';
let folder: string;
let path: string;
let kept: Map<string, SavedSoundFile>;
let files: SoundFiles;
let hashed: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-sound-files-'));
  path = join(folder, 'visit.m4a');
  copyFileSync(soundFixture('tone-aac.m4a'), path);
  kept = new Map();
  hashed = 0;
  files = createSoundFiles({
    sound: async (id) => kept.get(id),
    saveSoundFile: async (id, sound) => {
      hashed += 1;
      kept.set(id, sound);
    },
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    (error: { code: string }) => error.code,
  );
const state = async () => (await files.state(ID)).state;

describe('the file of a transcript', () => {
  it('is read piece by piece, by the id of the transcript', async () => {
    expect(await state()).toBe('unknown');
    expect(await files.keep(ID, path)).toEqual({ state: 'there', sizeBytes: statSync(path).size });
    const { bytes, totalBytes } = await files.read(ID, 4, 4);
    expect(Buffer.from(bytes).toString('latin1')).toBe('ftyp');
    expect(totalBytes).toBe(statSync(path).size);
    expect((await files.read(ID, totalBytes + 5, 100)).bytes).toHaveLength(0);
    expect(await codeOf(files.read('another', 0, 4))).toBe('AUDIO_MISSING');
  });

  it('is missing where it was moved or deleted, and is taken in its new place', async () => {
    await files.keep(ID, path);
    const moved = join(folder, 'elsewhere.m4a');
    renameSync(path, moved);
    expect(await state()).toBe('missing');
    expect(await codeOf(files.read(ID, 0, 4))).toBe('AUDIO_MISSING');
    await files.keep(ID, moved);
    expect(await state()).toBe('there');
  });

  it('is changed once it has other content, also of the same size and date', async () => {
    await files.keep(ID, path);
    const { atime, mtime, size } = statSync(path);
    writeFileSync(path, Buffer.alloc(size, 'ftyp'));
    utimesSync(path, atime, mtime);
    expect(await state()).toBe('changed');
    expect(await codeOf(files.read(ID, 0, 4))).toBe('AUDIO_MISSING');
    rmSync(path);
    mkdirSync(path);
    expect(await state()).toBe('missing');
  });

  it('is the same with another date or as a copy, and is not hashed again after that', async () => {
    await files.keep(ID, path);
    utimesSync(path, 1, 1);
    for (let i = 0; i < 3; i += 1) expect((await files.read(ID, 4, 4)).bytes).toHaveLength(4);
    expect(await state()).toBe('there');
    expect(hashed).toBe(2);
  });

  it('is not exchanged for another one', async () => {
    await files.keep(ID, path);
    const other = join(folder, 'other.mp3');
    copyFileSync(soundFixture('tone.mp3'), other);
    expect(await codeOf(files.keep(ID, other))).toBe('AUDIO_OTHER');
    expect(await state()).toBe('there');
  });

  it('is a regular file that holds sound, by its whole path', async () => {
    const text = join(folder, 'secret.wav');
    writeFileSync(text, 'password: hunter2\n'.repeat(1000));
    expect(await codeOf(files.keep(ID, text))).toBe('AUDIO_FORMAT');
    for (const bad of [folder, '/dev/zero', '', 'visit.m4a', join(folder, 'nothing.m4a')])
      expect(await codeOf(files.keep(ID, bad)), bad).toBe('AUDIO_MISSING');
    expect(kept.size).toBe(0);
  });
});
