#ifndef SOTTO_NATIVE_CALLS_H_
#define SOTTO_NATIVE_CALLS_H_

#include <napi.h>

namespace sotto {

// The addon's surface. Every call checks its arguments: what is wrong throws (calls that answer at
// once) or rejects (calls that return a promise) an Error with a `code` of binding-types.ts.

/** confine({read, write, devices}): {files, network}; what this process may reach from now on, see sandbox.h. */
Napi::Value Confine(const Napi::CallbackInfo& info);
/**
 * open(path, from, preloads, logLevel): opens the LiteRT-LM library of this process. `from` is where it is opened: a
 * handle that was hashed, or the path itself.
 */
Napi::Value Open(const Napi::CallbackInfo& info);
/** createEngine(options): promise of {id, loadMs}. */
Napi::Value CreateEngine(const Napi::CallbackInfo& info);
/** deleteEngine(id): promise; BUSY while it has conversations. */
Napi::Value DeleteEngine(const Napi::CallbackInfo& info);
/** tokenize(engineId, text): token ids. */
Napi::Value Tokenize(const Napi::CallbackInfo& info);
/** detokenize(engineId, tokens): text; BUSY while the engine generates. */
Napi::Value Detokenize(const Napi::CallbackInfo& info);
/** modelInfo(path): promise of the file's own facts. */
Napi::Value ReadModelInfo(const Napi::CallbackInfo& info);

/** createConversation(engineId, options): promise of an id. */
Napi::Value CreateConversation(const Napi::CallbackInfo& info);
/** cloneConversation(id, historyJson): promise of an id. */
Napi::Value CloneConversation(const Napi::CallbackInfo& info);
/** deleteConversation(id): promise; stops a running answer first. */
Napi::Value DeleteConversation(const Napi::CallbackInfo& info);
/** tokenCount(id): tokens in the context. */
Napi::Value TokenCount(const Napi::CallbackInfo& info);
/** render(id, messageJson): the text that the message adds to the prompt. */
Napi::Value Render(const Napi::CallbackInfo& info);
/** benchmark(id): figures of the last turn, or undefined. */
Napi::Value Benchmark(const Napi::CallbackInfo& info);

/** send(id, messageJson, historyJson, options, listener): promise, resolved once it is under way. */
Napi::Value Send(const Napi::CallbackInfo& info);
/** cancel(id): asks the running answer to stop. */
Napi::Value Cancel(const Napi::CallbackInfo& info);
/** Cancels every stream of the process and waits, within a bound, until none runs: the last thing before exit. */
Napi::Value CancelAll(const Napi::CallbackInfo& info);

/** loadSpeech(options): promise of an id. */
Napi::Value LoadSpeech(const Napi::CallbackInfo& info);
/** encodeSpeech(id, samples, window): promise; the window's audio, 16 kHz mono. */
Napi::Value EncodeSpeech(const Napi::CallbackInfo& info);
/** scoreSpeech(id, start, tokens): promise of the tokens' probabilities right after `start`. */
Napi::Value ScoreSpeech(const Napi::CallbackInfo& info);
/** decodeSpeech(id, options, listener): promise of the window's tokens; the listener gets each as it comes. */
Napi::Value DecodeSpeech(const Napi::CallbackInfo& info);
/** speechFacts(id): sizes of a loaded speech model. */
Napi::Value SpeechFacts(const Napi::CallbackInfo& info);
/** alignSpeech(id, rows, audioPositions): promise of the position at which each token begins. */
Napi::Value AlignSpeech(const Napi::CallbackInfo& info);
/** cancelSpeech(id): the running decoding ends after its current token. */
Napi::Value CancelSpeech(const Napi::CallbackInfo& info);
/** deleteSpeech(id): promise; a running decoding ends first. */
Napi::Value DeleteSpeech(const Napi::CallbackInfo& info);

/** logMel(samples, mels, frames): the log-mel spectrum that a speech model gets, [mels, frames]. */
Napi::Value ComputeLogMel(const Napi::CallbackInfo& info);

/** loadTensors({modelPath, threads}): promise of an id. */
Napi::Value LoadTensors(const Napi::CallbackInfo& info);
/** runTensors(id, signature, inputNames, inputs, outputNames): promise of the outputs. */
Napi::Value RunTensors(const Napi::CallbackInfo& info);
/** deleteTensors(id): promise. */
Napi::Value DeleteTensors(const Napi::CallbackInfo& info);

}  // namespace sotto

#endif  // SOTTO_NATIVE_CALLS_H_
