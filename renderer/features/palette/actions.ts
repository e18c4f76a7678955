import i18next from 'i18next';
import type { ShortcutName } from '../../../contract/app-settings.ts';
import { keysText } from '../../ui/shortcut.ts';
import { stopAnswer } from '../chat/answer-run.ts';
import { useChat } from '../chat/chat-state.ts';
import { choosePersona, newChat, openChat } from '../chat/chat-store.ts';
import { exportChat, importChats, useHistory } from '../history/history-store.ts';
import { askPassphrase, lock, useStorage } from '../history/storage-store.ts';
import { show } from '../models/models-store.ts';
import { nameOf, usePersonas } from '../personas/personas-store.ts';
import { goTo, PLACES } from '../places/places-store.ts';
import { startRecording, stopRecording, useRecord } from '../record/record-store.ts';
import { changeSettings, keysFor, useSettings } from '../settings/settings-store.ts';
import { select } from '../transcribe/transcribe-store.ts';

/** Something that can be done from anywhere. */
export interface Action {
  id: string;
  name: string;
  /** As the system writes them. */
  keys?: string;
  run: () => void;
}

/** Chats that the palette offers beside what can be done. */
const MOST_CHATS = 50;

/** What can be done now. */
export function listActions(): Action[] {
  const t = i18next.t;
  const withKeys = (name: ShortcutName, run: () => void): Action => ({
    id: name,
    name: t(`palette.actions.${name}`),
    keys: keysText(keysFor(name)),
    run,
  });
  const plain = (id: string, name: string, run: () => void): Action => ({ id, name, run });
  const { chatId, messages, live } = useChat.getState();
  const { status } = useStorage.getState();
  const isRecording = useRecord.getState().view !== undefined;
  const hasText = chatId !== undefined && messages.length > 0;
  const { theme } = useSettings.getState().settings;
  return [
    {
      ...plain('newChat', t('chat.new'), () => inChat(() => void newChat())),
      keys: keysText(keysFor('newItem')),
    },
    plain('newRecording', t('palette.transcribeFiles'), () => {
      goTo('transcribe');
      select(undefined);
    }),
    isRecording
      ? plain('stopRecording', t('palette.stopRecording'), stopRecording)
      : withKeys('record', recordNow),
    ...(live === undefined ? [] : [plain('stop', t('composer.stop'), stopAnswer)]),
    plain('measureSpeed', t('palette.measureSpeed'), () => {
      goTo('models');
      show('speed');
    }),
    ...PLACES.map((place) => withKeys(place, () => goTo(place))),
    withKeys('shortcuts', showShortcuts),
    withKeys('searchAll', () => pressKeys('searchAll')),
    withKeys('dictate', () => inChat(() => pressKeys('dictate'))),
    ...(hasText
      ? (['md', 'html', 'pdf', 'json'] as const).map((format) =>
          plain(
            `export-${format}`,
            t(`history.export${format[0]?.toUpperCase()}${format.slice(1)}`),
            () => void exportChat(chatId, format),
          ),
        )
      : []),
    plain('import', t('history.import'), () => inChat(() => void importChats())),
    ...(status !== undefined && status.state !== 'locked' && status.problem === undefined
      ? [
          plain('setPassphrase', t(`history.storage.${status.hasPassphrase ? 'change' : 'set'}`), () => {
            goTo('settings');
            askPassphrase(true);
          }),
        ]
      : []),
    ...(status?.state === 'open' && status.hasPassphrase ? [withKeys('lock', () => void lock())] : []),
    ...(['system', 'light', 'dark'] as const)
      .filter((one) => one !== theme)
      .map((one) =>
        plain(
          `theme-${one}`,
          t('palette.theme', { theme: t(`settings.themes.${one}`) }),
          () => void changeSettings({ theme: one }),
        ),
      ),
    ...usePersonas
      .getState()
      .personas.map((persona) =>
        plain(`persona-${persona.id}`, t('palette.persona', { name: nameOf(persona) }), () =>
          inChat(() => void choosePersona(persona.id)),
        ),
      ),
    ...useHistory
      .getState()
      .chats.slice(0, MOST_CHATS)
      .map((chat) =>
        plain(`chat-${chat.id}`, t('palette.chat', { title: chat.title }), () =>
          inChat(() => void openChat(chat.id)),
        ),
      ),
  ];
}

/** The actions whose name has all the words, in the order of the list. */
export function findActions(actions: readonly Action[], text: string): Action[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return actions.filter(({ name }) => {
    const lower = name.toLocaleLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

export function showShortcuts(): void {
  goTo('settings');
  // Once the place is drawn.
  requestAnimationFrame(() => document.getElementById('shortcuts')?.scrollIntoView());
}

export function recordNow(): void {
  goTo('transcribe');
  void startRecording();
}

function inChat(run: () => void): void {
  goTo('chat');
  run();
}

/** As if its keys were pressed: what they do lies with what is on the screen. */
function pressKeys(name: ShortcutName): void {
  const keys = keysFor(name).split('+');
  const isMac = keysText('Mod+X').startsWith('⌘');
  // After the palette is gone and the place is drawn.
  requestAnimationFrame(() =>
    window.dispatchEvent(
      new KeyboardEvent('keydown', {
        key: keys.at(-1) ?? '',
        ctrlKey: !isMac,
        metaKey: isMac,
        shiftKey: keys.includes('Shift'),
        altKey: keys.includes('Alt'),
        cancelable: true,
      }),
    ),
  );
}
