import { useTranslation } from 'react-i18next';
import styles from './markdown.module.css';

/** A picture in an answer is never fetched: its address could carry the conversation away. */
export function PictureNote({ alt }: { alt?: string | undefined }) {
  const { t } = useTranslation();
  return (
    <span className={styles.host} dir="auto">
      [{t('markdown.image', { alt: alt || t('markdown.imageUnnamed') })}]
    </span>
  );
}
