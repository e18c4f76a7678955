import { useEffect, useLayoutEffect, useRef } from 'react';
import styles from './app.module.css';
import { Announcer } from './features/chat/announcer.tsx';
import { emptyChat } from './features/chat/chat-store.ts';
import { ChatView } from './features/chat/chat-view.tsx';
import { connectEngine } from './features/engine/engine-store.ts';
import { emptyHistory } from './features/history/history-store.ts';
import { leavePage } from './features/history/leave-page.ts';
import { LockScreen } from './features/history/lock-screen.tsx';
import { connectStorage, useStorage } from './features/history/storage-store.ts';
import { ModelsAnnouncer } from './features/models/models-announcer.tsx';
import { ModelsView } from './features/models/models-view.tsx';
import { Palette } from './features/palette/palette.tsx';
import { emptyPersonas } from './features/personas/personas-store.ts';
import { PersonasView } from './features/personas/personas-view.tsx';
import { usePlace } from './features/places/places-store.ts';
import { Rail } from './features/places/rail.tsx';
import { FirstSteps, selectFirst } from './features/settings/first-steps.tsx';
import { connectSettings, useSettings } from './features/settings/settings-store.ts';
import { SettingsView } from './features/settings/settings-view.tsx';
import { DropTarget } from './features/transcribe/drop-target.tsx';
import { TranscribeAnnouncer } from './features/transcribe/transcribe-announcer.tsx';
import { emptyTranscribe } from './features/transcribe/transcribe-store.ts';
import { TranscribeView } from './features/transcribe/transcribe-view.tsx';
import { LongTextGuard } from './ui/long-text-guard.tsx';

/** The places, side by side; the ones that are not looked at keep what is being done in them. */
export function App() {
  const place = usePlace((state) => state.place);
  const isLocked = useStorage((state) => state.status?.state === 'locked');
  const isLeaving = useStorage((state) => state.isLeaving);
  const isOpen = useStorage((state) => state.status !== undefined && state.status.state !== 'locked');
  const wasOpen = useRef(false);
  wasOpen.current ||= isOpen;
  // Behind the first steps nothing can be reached, with the keyboard neither.
  const isFirst = useSettings(selectFirst);
  useEffect(connectEngine, []);
  useEffect(connectStorage, []);
  useEffect(connectSettings, []);
  // Before anything is drawn: a lock screen that is about to go would take what is typed with it.
  useLayoutEffect(() => {
    if (!isLocked) return;
    const chatId = emptyChat();
    emptyHistory();
    emptyTranscribe();
    emptyPersonas();
    // One that has shown nothing yet has nothing to forget.
    if (wasOpen.current) void leavePage(chatId);
  }, [isLocked]);
  // Another page altogether: nothing that was shown stays behind it.
  if (isLocked) {
    return isLeaving ? null : (
      <>
        <LockScreen />
        <LongTextGuard />
      </>
    );
  }
  return (
    <>
      <div className={styles.shell} inert={isFirst}>
        <Rail />
        <div className={styles.place} hidden={place !== 'chat'}>
          <ChatView />
        </div>
        <div className={styles.place} hidden={place !== 'transcribe'}>
          <TranscribeView />
        </div>
        <div className={styles.place} hidden={place !== 'models'}>
          <ModelsView />
        </div>
        {/* It has nothing to keep, and reads much that nobody has asked for before it is shown. */}
        {place === 'settings' && (
          <div className={styles.place}>
            <SettingsView />
          </div>
        )}
        <div className={styles.place} hidden={place !== 'personas'}>
          <PersonasView />
        </div>
        <Announcer />
        <TranscribeAnnouncer />
        <ModelsAnnouncer />
        <DropTarget />
      </div>
      {isFirst ? <FirstSteps /> : <Palette />}
      <LongTextGuard />
    </>
  );
}
