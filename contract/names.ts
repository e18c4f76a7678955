/**
 * Every name that crosses a process border, once. The tables in calls.ts, streams.ts and
 * broadcasts.ts must have exactly these keys (the compiler checks), so that the preload script,
 * which runs in a sandbox and must stay small, can be derived without carrying the schemas.
 */
export const callNames = [
  'system.info',
  'system.stayAwake',
  'models.list',
  'models.verify',
  'models.overview',
  'models.download',
  'models.pause',
  'models.cancel',
  'models.remove',
  'models.repair',
  'models.addRepo',
  'models.choose',
  'models.import',
  'models.moveFolder',
  'models.setNetwork',
  'models.setPreferences',
  'models.forgetRepo',
  'models.settings',
  'models.set',
  'models.savePreset',
  'models.removePreset',
  'models.trials',
  'models.bench',
  'models.setToken',
  'engine.status',
  'engine.warm',
  'chat.open',
  'chat.clear',
  'chat.show',
  'chats.list',
  'chats.search',
  'chats.change',
  'chats.delete',
  'chats.undelete',
  'chats.export',
  'chats.import',
  'storage.status',
  'storage.unlock',
  'storage.lock',
  'storage.setPassphrase',
  'storage.restore',
  'speech.models',
  'speech.transcripts',
  'speech.save',
  'speech.remove',
  'speech.export',
  'recordings.list',
  'recordings.read',
  'recordings.outline',
  'recordings.save',
  'recordings.rename',
  'recordings.delete',
  'files.save',
  'links.open',
] as const;

export const streamNames = [
  'chat.send',
  'speech.transcribe',
  'speech.record',
  'speech.dictate',
  'recordings.transcribe',
] as const;

export const broadcastNames = ['engine.status', 'models.changed', 'storage.status'] as const;

export type CallName = (typeof callNames)[number];
export type StreamName = (typeof streamNames)[number];
export type BroadcastName = (typeof broadcastNames)[number];
