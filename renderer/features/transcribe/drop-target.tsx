import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attachFiles, isTextFile } from '../chat/attachments.ts';
import { isPictureFile } from '../chat/prepare-media.ts';
import { goTo } from '../places/places-store.ts';
import styles from './drop-target.module.css';
import { addFiles } from './transcribe-store.ts';

/** The whole window takes files, and says what will become of them. */
export function DropTarget() {
  const { t } = useTranslation();
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types?.includes('Files') === true;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      const texts = files.filter((file) => isTextFile(file) || isPictureFile(file));
      const sounds = files.filter((file) => !texts.includes(file));
      if (texts.length > 0) {
        goTo('chat');
        void attachFiles(texts);
      }
      if (sounds.length === 0) return;
      addFiles(sounds);
      goTo('transcribe');
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return isOver ? <div className={styles.target}>{t('speech.drop')}</div> : null;
}
