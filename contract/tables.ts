/**
 * The contract: everything that the page, the terminal and the core may say to each other.
 * Preload, router, client and test fakes are derived from these three tables.
 */

import { z } from 'zod';
import { appSettingsSchema } from './app-settings.ts';
import { uint8ArraySchema } from './binary.ts';
import { chatIdSchema, chatMessageSchema, chatSchema, chatSendSchema, summariseSchema } from './chat.ts';
import { commandSchema } from './commands.ts';
import { chatDraftSchema, draftChangeSchema } from './drafts.ts';
import { engineStatusSchema } from './engine.ts';
import { fileSchema } from './files.ts';
import {
  backupSchema,
  chatChangeSchema,
  chatFormatSchema,
  chatSummarySchema,
  searchHitSchema,
  searchSchema,
  storageStatusSchema,
  unkeptSchema,
} from './history.ts';
import { nothing, uncheckedValues } from './inputs.ts';
import { modelChangeSchema } from './library.ts';
import { mediaKindSchema } from './media.ts';
import { modelCalls } from './model-calls.ts';
import type { BroadcastName, CallName, StreamName } from './names.ts';
import { personaIdSchema, personaLibrarySchema, personaSchema, promptSchema } from './personas.ts';
import { profileFormatSchema, profileIdSchema, profileRunSchema } from './profile.ts';
import {
  dictateEventSchema,
  dictateSchema,
  outlineSchema,
  readRecordingSchema,
  recordEventSchema,
  recordingBytesSchema,
  recordingIdSchema,
  recordingSchema,
  recordPieceSchema,
  renameRecordingSchema,
  startRecordingSchema,
  transcribeRecordingSchema,
} from './recording.ts';
import {
  attachedEventSchema,
  attachSchema,
  runIdSchema,
  runInfoSchema,
  startedTranscriptionSchema,
} from './runs.ts';
import {
  exportFormatSchema,
  keptTranscriptSchema,
  readSoundFileSchema,
  rememberSoundFileSchema,
  soundFileOfSchema,
  soundFileSchema,
  soundPieceSchema,
  speechEventSchema,
  speechModelSchema,
  transcribeAgainSchema,
  transcribeFileSchema,
  transcribeSchema,
  transcriptSchema,
} from './speech.ts';
import { systemInfoSchema } from './system.ts';

/** Request and reply. */
export const calls = {
  'system.info': { input: nothing, output: systemInfoSchema },
  /** The system does not fall asleep by itself while this is on. Answered by the host. */
  'system.renewPage': {
    input: z.object({ chatId: z.string().max(100).optional(), place: z.string().max(40) }),
    output: nothing,
  },
  'system.stayAwake': { input: z.object({ on: z.boolean() }), output: nothing },
  ...modelCalls,
  'engine.status': { input: nothing, output: engineStatusSchema },
  /** Loads the default model in the background, so that the first answer does not wait for it. */
  'engine.warm': { input: nothing, output: nothing },
  /** Those that have not ended. */
  'runs.list': { input: nothing, output: z.array(runInfoSchema) },
  /** Answers when the run has ended; one that is over, or unknown, has. */
  'runs.cancel': { input: runIdSchema, output: nothing },
  /** Holds a transcription up, or lets it go on. Without effect on other runs, and on one that is over. */
  'runs.pause': { input: runIdSchema.extend({ isPaused: z.boolean() }), output: nothing },
  /** The chat of that id, or the current one: a reloaded page finds its messages again. */
  'chat.open': { input: z.object({ id: z.string().optional() }), output: chatSchema },
  /** Starts an answer. Bad input is its "failed". */
  'chat.send': { input: chatSendSchema, output: runIdSchema },
  /** Starts a summary. */
  'chat.summarise': { input: summariseSchema, output: runIdSchema },
  /** Starts a new, empty chat and makes it the current one. */
  'chat.clear': { input: nothing, output: chatSchema },
  /** Shows the branch that a message is in. */
  'chat.show': {
    input: z.object({ chatId: chatIdSchema, messageId: z.string().max(100) }),
    output: chatSchema,
  },
  /** What the model that would answer can be given beside text, and what it is called. */
  'chat.takes': {
    input: z.object({ chatId: chatIdSchema.optional() }),
    output: z.object({ kinds: z.array(mediaKindSchema), model: z.string() }),
  },
  /** A picture or a sound of a message. */
  'chat.media': {
    input: z.object({ chatId: chatIdSchema, id: z.string().max(100) }),
    output: z.object({ type: z.string(), bytes: uint8ArraySchema }),
  },
  /** A message and all that stand in its place, to be compared. */
  'chat.versions': {
    input: z.object({ chatId: chatIdSchema, messageId: z.string().max(100) }),
    output: z.array(chatMessageSchema),
  },
  /** Deletes a message with all that follows it, in every branch. */
  'chat.removeFrom': {
    input: z.object({ chatId: chatIdSchema, messageId: z.string().max(100) }),
    output: chatSchema,
  },
  /** The model reads the messages again that a summary stood for. */
  'chat.removeSummary': {
    input: z.object({ chatId: chatIdSchema, messageId: z.string().max(100) }),
    output: chatSchema,
  },
  /** What is being written in a chat. */
  'chat.draft': { input: z.object({ chatId: chatIdSchema }), output: chatDraftSchema },
  /** Also while Sotto is locked: what was written last is sealed till it is open again. */
  'chat.changeDraft': { input: draftChangeSchema, output: nothing },
  /** Every chat that was used, the last one first. */
  'chats.list': { input: nothing, output: z.array(chatSummarySchema) },
  'chats.search': { input: searchSchema, output: z.array(searchHitSchema) },
  'chats.change': { input: chatChangeSchema, output: nothing },
  /** Out of sight; for half a minute it can be taken back. */
  'chats.delete': { input: z.object({ id: chatIdSchema }), output: nothing },
  'chats.undelete': { input: z.object({ id: chatIdSchema }), output: nothing },
  /** A chat as a file, or all of them; the branch that is shown, but for JSON, which has all. */
  'chats.export': {
    input: z.object({ id: chatIdSchema.optional(), format: chatFormatSchema }),
    output: fileSchema,
  },
  /** Asks the user where to, then writes a chat as a PDF. Answered by the host. */
  'chats.savePdf': {
    input: z.object({ id: chatIdSchema }),
    output: z.object({ saved: z.boolean() }),
  },
  /**
   * Starts the import of another program's export. The host asks the user which file: the page names none. Without a run the user
   * has chosen none.
   */
  'chats.import': { input: z.object({ path: z.string().optional() }), output: runIdSchema.partial() },
  'settings.get': { input: nothing, output: appSettingsSchema },
  /** What is named is changed, the rest stays. */
  'settings.change': { input: uncheckedValues, output: appSettingsSchema },
  /** The newest first. */
  'storage.backups': { input: nothing, output: z.array(backupSchema) },
  /** Answers with the copy's name. */
  'storage.backUp': { input: nothing, output: z.object({ name: z.string() }) },
  'personas.list': { input: nothing, output: personaLibrarySchema },
  /** Makes one, or replaces the user's own of that id. */
  'personas.save': { input: uncheckedValues, output: personaSchema },
  'personas.remove': { input: z.object({ id: personaIdSchema }), output: nothing },
  'personas.savePrompt': { input: uncheckedValues, output: promptSchema },
  'personas.removePrompt': { input: z.object({ id: personaIdSchema }), output: nothing },
  'personas.export': { input: nothing, output: fileSchema },
  /** The text of a file that Sotto has exported. */
  'personas.import': {
    input: z.object({ text: z.string().max(20_000_000) }),
    output: z.object({ count: z.int().nonnegative(), leftOut: z.int().nonnegative() }),
  },
  'storage.status': { input: nothing, output: storageStatusSchema },
  /** What is in memory only, and goes when Sotto quits. */
  'storage.unkept': { input: nothing, output: unkeptSchema },
  'storage.unlock': { input: z.object({ passphrase: z.string().max(1000) }), output: nothing },
  'storage.lock': { input: nothing, output: nothing },
  /** The first passphrase, or another one in the place of the current. */
  'storage.setPassphrase': {
    input: z.object({ passphrase: z.string().max(1000), current: z.string().max(1000).optional() }),
    output: nothing,
  },
  /** Puts the newest backup, or the one of that name, in the place of what is kept. */
  'storage.restore': { input: z.object({ name: z.string().max(100).optional() }), output: nothing },
  'speech.models': { input: nothing, output: z.array(speechModelSchema) },
  /** What a reloaded page finds again, oldest first. */
  'speech.transcripts': { input: nothing, output: z.array(keptTranscriptSchema) },
  /** Keeps a transcript as it was edited. */
  'speech.save': { input: transcriptSchema, output: nothing },
  'speech.remove': { input: z.object({ id: z.string() }), output: nothing },
  /** A transcript as a file: its name and its bytes. */
  'speech.export': {
    input: z.object({ transcript: transcriptSchema, format: exportFormatSchema }),
    output: fileSchema,
  },
  /** Puts a file at the end of the queue. @throws AUDIO_FORMAT where core cannot decode it: the page may be able to. */
  'speech.transcribeFile': { input: transcribeFileSchema, output: startedTranscriptionSchema },
  /** The same for a file whose place is remembered. */
  'speech.transcribeAgain': { input: transcribeAgainSchema, output: startedTranscriptionSchema },
  /** How it stands with the file that a transcript was made from. */
  'speech.soundFile': { input: soundFileOfSchema, output: soundFileSchema },
  'speech.readSoundFile': { input: readSoundFileSchema, output: recordingBytesSchema },
  /** Remembers where that file lies; where one is remembered already, the new place of the same file. */
  'speech.rememberSoundFile': { input: rememberSoundFileSchema, output: soundFileSchema },
  /** What was recorded, oldest first. */
  'recordings.list': { input: nothing, output: z.array(recordingSchema) },
  'recordings.read': { input: readRecordingSchema, output: recordingBytesSchema },
  /** What the player draws of it. */
  'recordings.outline': { input: recordingIdSchema, output: outlineSchema },
  /** Asks the user where to, then writes the recording as a WAV file. Answered by the host. */
  'recordings.save': {
    input: recordingIdSchema.extend({ name: z.string().max(500) }),
    output: z.object({ saved: z.boolean() }),
  },
  'recordings.rename': { input: renameRecordingSchema, output: nothing },
  'recordings.delete': { input: recordingIdSchema, output: nothing },
  /** Puts a recording at the end of the queue of transcriptions. */
  'recordings.transcribe': { input: transcribeRecordingSchema, output: startedTranscriptionSchema },
  /** Starts a measurement. Where it is cancelled, what was measured till then is kept. */
  'profile.run': { input: uncheckedValues, output: runIdSchema },
  /** How fast models are, as it was measured; the newest first. */
  'profile.list': { input: nothing, output: z.array(profileRunSchema) },
  'profile.remove': { input: z.object({ id: profileIdSchema }), output: nothing },
  /** These runs as a file; none named: all. */
  'profile.export': {
    input: z.object({ ids: z.array(profileIdSchema).max(500), format: profileFormatSchema }),
    output: fileSchema,
  },
  /** The text of a file that was exported, of this machine or another. */
  'profile.import': {
    input: z.object({ text: z.string().max(20_000_000) }),
    output: z.object({ count: z.int().nonnegative() }),
  },
  /** Asks the user where to, then writes the file. Answered by the host. */
  'files.save': { input: fileSchema, output: z.object({ saved: z.boolean() }) },
  /** Asks the user, then opens an https address in the system's browser. Answered by the host. */
  'links.open': {
    input: z.object({ url: z.string().max(4096) }),
    output: z.object({ opened: z.boolean() }),
  },
} as const satisfies Record<CallName, { input: z.ZodType; output: z.ZodType }>;

/**
 * One port each: input once, then events until a terminal one. `upstream` is what the caller may send while the stream lasts;
 * `never` where it may send nothing.
 */
export const streams = {
  /** Watches a run. Closing the port ends the watching only. */
  'runs.attach': { input: attachSchema, event: attachedEventSchema, upstream: z.never() },
  /** Closing the port cancels. */
  'speech.transcribe': { input: transcribeSchema, event: speechEventSchema, upstream: soundPieceSchema },
  /** Records what the caller sends, with live captions where they are asked for. Closing the port stops it. */
  'speech.record': { input: startRecordingSchema, event: recordEventSchema, upstream: recordPieceSchema },
  /** Text of what the caller sends, live; nothing is kept. Closing the port stops it. */
  'speech.dictate': { input: dictateSchema, event: dictateEventSchema, upstream: recordPieceSchema },
} as const satisfies Record<StreamName, { input: z.ZodType; event: z.ZodType; upstream: z.ZodType }>;

/** From the core, or the host, to every window. */
export const broadcasts = {
  'engine.status': engineStatusSchema,
  /** A model's state, several times a second while it is downloaded. */
  'models.changed': modelChangeSchema,
  /** A run has begun or ended. */
  'runs.changed': runInfoSchema,
  'storage.status': storageStatusSchema,
  'settings.changed': appSettingsSchema,
  /** What `profile.list` answers is another. */
  'profile.changed': nothing,
  /** From the host's menus. */
  'window.command': commandSchema,
  /** A chat as the list shows it now; without one it is not in the list any more. */
  'chats.changed': z.object({ id: chatIdSchema, chat: chatSummarySchema.optional() }),
  /** A terminal has changed what is kept: chats, recordings or transcripts. */
  'saved.changed': nothing,
} as const satisfies Record<BroadcastName, z.ZodType>;

export type CallInput<N extends CallName> = z.infer<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.infer<(typeof calls)[N]['output']>;
export type StreamInput<N extends StreamName> = z.infer<(typeof streams)[N]['input']>;
export type StreamEvent<N extends StreamName> = z.infer<(typeof streams)[N]['event']>;
export type StreamUpstream<N extends StreamName> = z.infer<(typeof streams)[N]['upstream']>;
export type Broadcast<N extends BroadcastName> = z.infer<(typeof broadcasts)[N]>;
