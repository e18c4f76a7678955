import { AudioLines, FileText, Paperclip, X } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { FileButton } from '../../ui/file-button.tsx';
import { type Attachment, useAttachments } from './attachment-store.ts';
import styles from './attachments.module.css';
import { attachFiles, detach } from './attachments.ts';

/** Chooses what goes along with the message. */
export function AttachButton() {
  const { t } = useTranslation();
  return (
    <FileButton
      look="bare"
      isMultiple
      onFiles={(files) => void attachFiles(files)}
      name={t('composer.attach')}
      className={styles.button}
      testId="attach"
      inputTestId="attach-input"
    >
      <Paperclip size={16} aria-hidden="true" />
    </FileButton>
  );
}

/** What goes along, each to be taken away again. */
export function AttachmentList() {
  const all = useAttachments((state) => state.all);
  const media = useAttachments((state) => state.media);
  if (all.length + media.length === 0) return null;
  return (
    <ul className={styles.list}>
      {media.map(({ id, url, media: { name, type } }) => (
        <li key={id} className={styles.item} data-testid="attached-media">
          {type.startsWith('image/') ? (
            <img className={styles.thumbnail} src={url} alt="" />
          ) : (
            <AudioLines size={14} aria-hidden="true" />
          )}
          <span className={styles.name}>{name}</span>
          <Remove id={id} name={name} />
        </li>
      ))}
      {all.map((attachment) => (
        <AttachedText key={attachment.id} attachment={attachment} />
      ))}
    </ul>
  );
}

/** Drawn once: there may be hundreds. */
const AttachedText = memo(function AttachedText({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation();
  const { id, name, text } = attachment;
  return (
    <li className={styles.item} data-testid="attachment">
      <FileText size={14} aria-hidden="true" />
      <span className={styles.name}>{t('composer.attached', { name, count: text.length })}</span>
      <Remove id={id} name={name} />
    </li>
  );
});

function Remove({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const words = t('composer.removeAttached', { name });
  return (
    <Button look="bare" aria-label={words} title={words} onClick={() => detach(id)} testId="detach">
      <X size={14} aria-hidden="true" />
    </Button>
  );
}
