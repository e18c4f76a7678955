/**
 * Every name that crosses a process border, once. The tables in calls.ts, streams.ts and
 * broadcasts.ts must have exactly these keys (the compiler checks), so that the preload script,
 * which runs in a sandbox and must stay small, can be derived without carrying the schemas.
 */
export const callNames = [
  'system.info',
  'system.stayAwake',
  'system.renewPage',
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
  'chat.takes',
  'chat.media',
  'chat.versions',
  'chat.removeFrom',
  'chat.removeSummary',
  'chat.draft',
  'chat.changeDraft',
  'chats.list',
  'chats.search',
  'chats.change',
  'chats.delete',
  'chats.undelete',
  'chats.export',
  'chats.import',
  'chats.savePdf',
  'settings.get',
  'settings.change',
  'storage.backups',
  'storage.backUp',
  'personas.list',
  'personas.save',
  'personas.remove',
  'personas.savePrompt',
  'personas.removePrompt',
  'personas.export',
  'personas.import',
  'storage.status',
  'storage.unkept',
  'storage.unlock',
  'storage.lock',
  'storage.setPassphrase',
  'storage.restore',
  'speech.models',
  'speech.transcripts',
  'speech.save',
  'speech.remove',
  'speech.export',
  'speech.soundFile',
  'speech.readSoundFile',
  'speech.keepSoundFile',
  'recordings.list',
  'recordings.read',
  'recordings.outline',
  'recordings.save',
  'recordings.rename',
  'recordings.delete',
  'profile.list',
  'profile.remove',
  'profile.export',
  'profile.import',
  'files.save',
  'links.open',
] as const;

/**
 * Calls about a file that the user has chosen or dropped: the page gives the file itself, the preload script its path, which
 * the page is not told.
 */
export const fileCallNames = [
  'speech.keepSoundFile',
] as const satisfies readonly (typeof callNames)[number][];

export const streamNames = [
  'chat.send',
  'chat.summarise',
  'speech.transcribe',
  'speech.record',
  'speech.dictate',
  'recordings.transcribe',
  'profile.run',
] as const;

export const broadcastNames = [
  'engine.status',
  'models.changed',
  'storage.status',
  'chats.titled',
  'saved.changed',
  'settings.changed',
  'profile.changed',
  'window.command',
] as const;

export type CallName = (typeof callNames)[number];
export type FileCallName = (typeof fileCallNames)[number];
export type StreamName = (typeof streamNames)[number];
export type BroadcastName = (typeof broadcastNames)[number];
