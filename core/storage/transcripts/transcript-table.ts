import { type KeptTranscript, keptTranscriptSchema } from '../../../contract/speech.ts';
import type { Logger } from '../../logger.ts';
import type { OpenDatabase } from '../database/open-database.ts';
import { type SavedSoundFile, savedSoundFileSchema } from './saved-sound-file.ts';

/** Transcripts as they are kept. */
export interface TranscriptTable {
  /** Oldest first. What cannot be read is named in the log, and left alone. */
  read(): KeptTranscript[];
  /** In the place of an earlier state of it, if there is one. @throws what SQLite throws. */
  write(kept: KeptTranscript): void;
  /** Where its file lies, where that is known. */
  sound(id: string): SavedSoundFile | undefined;
  /** Of a transcript that was written; without effect otherwise. @throws what SQLite throws. */
  writeSound(id: string, sound: SavedSoundFile): void;
  /** Out of sight; final with the next clean-up. */
  remove(id: string): void;
}

export function createTranscriptTable(db: OpenDatabase, log: Logger): TranscriptTable {
  return {
    read: () => {
      const rows = db.all(
        db.query
          .selectFrom('transcripts')
          .select(['id', 'kept_json'])
          .where('deleted_at', 'is', null)
          .orderBy('created_at'),
      );
      return rows.flatMap(({ id, kept_json }) => {
        const parsed = keptTranscriptSchema.safeParse(JSON.parse(kept_json));
        if (parsed.success) return [parsed.data];
        log.warn(`the transcript ${id} cannot be read`);
        return [];
      });
    },
    write: (kept) => {
      const { transcript, state } = kept;
      const now = {
        title: transcript.title,
        text: transcript.segments.map(({ text }) => text.trim()).join('\n'),
        is_running: Number(state === 'running'),
        kept_json: JSON.stringify(kept),
        // One whose deletion was taken back is written anew.
        deleted_at: null,
      };
      db.run(
        db.query
          .insertInto('transcripts')
          .values({
            id: transcript.id,
            created_at: Date.parse(transcript.createdAt),
            sound_json: null,
            ...now,
          })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(now)),
      );
    },
    sound: (id) => {
      const row = db.get(
        db.query
          .selectFrom('transcripts')
          .select('sound_json')
          .where('id', '=', id)
          .where('deleted_at', 'is', null),
      );
      if (row === undefined || row.sound_json === null) return undefined;
      return savedSoundFileSchema.safeParse(JSON.parse(row.sound_json)).data;
    },
    writeSound: (id, sound) => {
      db.run(
        db.query
          .updateTable('transcripts')
          .set({ sound_json: JSON.stringify(sound) })
          .where('id', '=', id),
      );
    },
    remove: (id) => {
      db.run(db.query.updateTable('transcripts').set({ deleted_at: Date.now() }).where('id', '=', id));
    },
  };
}
