import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SoundFile } from '../../../../contract/speech.ts';
import { bridge } from '../../../api/bridge.ts';
import { FileButton } from '../../../ui/file-button.tsx';
import { SOUND_FILES } from '../../../ui/file-kinds.ts';
import type { Job } from '../job.ts';
import { attachFile, changeJob } from '../transcribe-store.ts';
import styles from './player-bar.module.css';

type Problem = Exclude<SoundFile['state'], 'there'> | 'other' | 'checking';

const WORDS = {
  unknown: 'speech.noFile',
  missing: 'speech.fileMissing',
  changed: 'speech.fileChanged',
  other: 'speech.otherFile',
  checking: 'speech.checkingFile',
} as const satisfies Record<Problem, string>;

/** After a restart: core looks for the file in its place; where it is not, it can be chosen. */
export function FindFile({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { id, transcriptId, source } = job;
  const [problem, setProblem] = useState<Problem>();
  // Before anybody has chosen one. Of an older transcript nothing but the name of its file is known.
  const [before, setBefore] = useState<SoundFile['state']>('unknown');
  useEffect(() => {
    let isWanted = true;
    void stateOf(transcriptId).then((found) => {
      if (!isWanted) return;
      setBefore(found.state);
      if (found.state === 'there') playKept(id, transcriptId, found);
      else setProblem(found.state);
    });
    return () => {
      isWanted = false;
    };
  }, [id, transcriptId]);
  const take = async ([file]: File[]) => {
    if (file === undefined) return;
    if (before === 'unknown' && file.name.replace(/\.[^.]+$/, '') !== source) {
      setProblem('other');
      return;
    }
    setProblem('checking');
    const isOther = transcriptId !== undefined && (await isAnother(file, transcriptId));
    if (isOther) setProblem('other');
    else attachFile(id, file);
  };
  return (
    <div className={styles.bar}>
      <p className={styles.note} role="status" data-testid="find-file">
        {problem !== undefined && t(WORDS[problem])}
      </p>
      {problem !== undefined && problem !== 'checking' && (
        <FileButton
          look="quiet"
          accept={SOUND_FILES}
          onFiles={(files) => void take(files)}
          testId="choose-again"
          inputTestId="recording-input"
        >
          {t('speech.chooseAgain')}
        </FileButton>
      )}
    </div>
  );
}

/** What stops playing may be that the file was moved, changed or deleted meanwhile: then it is looked for. */
export function useLostFile({ id, recording, transcriptId }: Job, hasFailed: boolean): void {
  useEffect(() => {
    if (!hasFailed || recording !== undefined) return;
    void stateOf(transcriptId).then(({ state }) => {
      if (state === 'changed' || state === 'missing')
        changeJob(id, () => ({ file: undefined, soundFile: undefined }));
    });
  }, [id, recording, transcriptId, hasFailed]);
}

async function stateOf(transcriptId: string | undefined): Promise<SoundFile> {
  if (transcriptId === undefined) return { state: 'unknown' };
  const reply = await bridge().calls['speech.soundFile']({ id: transcriptId });
  return reply.ok ? reply.value : { state: 'unknown' };
}

function playKept(id: string, of: string | undefined, { sizeBytes }: { sizeBytes: number }): void {
  if (of !== undefined) changeJob(id, () => ({ soundFile: { of, sizeBytes }, peaks: undefined }));
}

/** Only what is surely another file is refused: one that cannot be remembered can still be played. */
async function isAnother(file: File, id: string): Promise<boolean> {
  const reply = await bridge().files['speech.rememberSoundFile'](file, { id });
  return !reply.ok && reply.error.code === 'AUDIO_OTHER';
}
