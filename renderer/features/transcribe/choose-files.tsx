import { FolderOpen } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { FileButton } from '../../ui/file-button.tsx';
import { SOUND_FILES } from '../../ui/file-kinds.ts';
import { MicrophoneSelect } from '../record/microphone-select.tsx';
import { RecordButton } from '../record/record-button.tsx';
import styles from './choose-files.module.css';
import type { Wishes } from './job.ts';
import { addFiles, setWishes, useTranscribe } from './transcribe-store.ts';

/** One array for all times: a new one each time would draw the page again for ever. */
const NONE: string[] = [];

/** More in one room are rarely told apart. */
const COUNTS = [2, 3, 4, 5, 6];

function toSpeakers(value: string): Wishes['speakers'] {
  if (value === '') return undefined;
  return value === 'auto' ? value : Number(value);
}

/** What can be said about the next recordings, and the button that chooses them. */
export function ChooseFiles() {
  const { t, i18n } = useTranslation();
  const { language, translate, prompt, speakers } = useTranscribe((state) => state.wishes);
  const languages = useTranscribe((state) => state.models[0]?.languages ?? NONE);
  const id = useId();
  const names = new Intl.DisplayNames([i18n.language], { type: 'language' });
  const choices = languages
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className={styles.form}>
      <div className={styles.actions}>
        <RecordButton />
        <FileButton
          look="quiet"
          accept={SOUND_FILES}
          isMultiple
          onFiles={addFiles}
          testId="choose-files"
          inputTestId="file-input"
        >
          <FolderOpen size={15} aria-hidden="true" />
          {t('speech.choose')}
        </FileButton>
      </div>
      <p className={styles.hint}>{t('speech.remembered')}</p>
      <div className={styles.settings}>
        <label className={styles.field} htmlFor={`${id}-microphone`}>
          {t('record.microphone')}
          <MicrophoneSelect className={styles.box} id={`${id}-microphone`} />
        </label>
        <label className={styles.field} htmlFor={`${id}-language`}>
          {t('speech.language')}
          <select
            id={`${id}-language`}
            className={styles.box}
            value={language ?? ''}
            onChange={(event) => setWishes({ language: event.target.value || undefined })}
          >
            <option value="">{t('speech.languageAuto')}</option>
            {choices.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className={styles.field} htmlFor={`${id}-speakers`}>
          {t('speech.speakers')}
          <select
            id={`${id}-speakers`}
            className={styles.box}
            value={speakers ?? ''}
            onChange={(event) => setWishes({ speakers: toSpeakers(event.target.value) })}
          >
            <option value="">{t('speech.speakersNone')}</option>
            <option value="auto">{t('speech.speakersAuto')}</option>
            {COUNTS.map((count) => (
              <option key={count} value={count}>
                {t('speech.speakersCount', { count })}
              </option>
            ))}
          </select>
        </label>
        <label className={styles.field} htmlFor={`${id}-prompt`}>
          {t('speech.prompt')}
          <input
            id={`${id}-prompt`}
            className={styles.box}
            type="text"
            maxLength={2000}
            placeholder={t('speech.promptPlaceholder')}
            value={prompt ?? ''}
            onChange={(event) => setWishes({ prompt: event.target.value || undefined })}
          />
        </label>
        {languages.length > 1 && (
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={translate === true}
              onChange={(event) => setWishes({ translate: event.target.checked })}
            />
            {t('speech.translate')}
          </label>
        )}
      </div>
    </div>
  );
}
