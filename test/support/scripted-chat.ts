import type { ChatEvent } from '../../contract/chat.ts';
import type { ModelSettings } from '../../contract/model-settings.ts';
import type { Persona } from '../../contract/personas.ts';
import { createChatService } from '../../core/chat/chat-service.ts';
import { createModelChooser } from '../../core/chat/model-choice.ts';
import { createEngineSupervisor } from '../../core/engine/engine-supervisor.ts';
import { silentLogger } from '../../core/logger.ts';
import type { LoadableModel, ModelLibrary } from '../../core/models/model-library.ts';
import { createStorage } from '../../core/storage/storage.ts';
import { type Behaviour, scriptedLauncher } from './scripted-engine.ts';

interface ScriptedChat {
  find: (id?: string) => Promise<LoadableModel>;
  modelSettings?: ModelSettings;
  persona?: (id: string) => Promise<Persona | undefined>;
}

/** The chat service with engines that a test writes, and chats in memory. */
export function createScriptedChat(behaviours: Behaviour | Behaviour[], wishes: ScriptedChat) {
  const { find, modelSettings = {}, persona = async () => undefined } = wishes;
  const { launch, engines } = scriptedLauncher(behaviours);
  const storage = createStorage({
    dataDir: '/nowhere',
    isKept: false,
    onChange: () => undefined,
    log: silentLogger,
  });
  const chooser = createModelChooser({
    models: { find } as ModelLibrary,
    engines: createEngineSupervisor({
      launch,
      nativeDir: '/n',
      cacheDir: '/c',
      onStatus: () => undefined,
      log: silentLogger,
    }),
    defaultThreads: () => 2,
    modelSettings: async () => modelSettings,
    persona,
  });
  return { chat: createChatService({ chats: storage.chats, chooser }), engines, storage };
}

export async function eventsOf(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const all = [];
  for await (const event of events) all.push(event);
  return all;
}
