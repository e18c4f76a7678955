import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { kindOf, type Media } from '../../../contract/media.ts';
import { bridge } from '../../api/bridge.ts';
import { useChat } from './chat-state.ts';
import styles from './media-list.module.css';

/** The pictures and sounds of a message. */
export function MediaList({ media }: { media: readonly Media[] }) {
  return (
    <ul className={styles.list}>
      {media.map((one) => (
        <li key={one.id}>
          <Shown media={one} />
        </li>
      ))}
    </ul>
  );
}

function Shown({ media }: { media: Media }) {
  const { t } = useTranslation();
  const url = useMediaUrl(media);
  if (kindOf(media) === 'audio') {
    // biome-ignore lint/a11y/useMediaCaption: what is said in it is not known
    return <audio className={styles.sound} controls src={url} aria-label={media.name} />;
  }
  if (url === undefined) return <span className={styles.waiting} role="img" aria-label={media.name} />;
  return (
    <img
      className={styles.picture}
      src={url}
      alt={t('chat.picture', { name: media.name })}
      title={media.name}
      data-testid="message-picture"
    />
  );
}

/** Its bytes are with core; the page has them as long as they are shown. */
function useMediaUrl({ id }: Media): string | undefined {
  const chatId = useChat((state) => state.chatId);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let isGone = false;
    const read = async () => {
      if (chatId === undefined) return;
      const reply = await bridge().calls['chat.media']({ chatId, id });
      if (!reply.ok || isGone) return;
      const { bytes, type } = reply.value;
      made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
      setUrl(made);
    };
    void read();
    return () => {
      isGone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [chatId, id]);
  return url;
}
