import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
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
      const files = event.dataTransfer?.files ?? [];
      if (files.length === 0) return;
      addFiles(files);
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
