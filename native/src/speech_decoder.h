#ifndef SOTTO_NATIVE_SPEECH_DECODER_H_
#define SOTTO_NATIVE_SPEECH_DECODER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <vector>

#include "failure.h"
#include "speech_model.h"

namespace sotto {

/** Special tokens of a model's vocabulary. Timestamps follow `timestamp_begin` in steps of 20 ms. */
struct SpeechTokens {
  int end_of_text = 0;
  int no_speech = -1;
  int no_timestamps = 0;
  int timestamp_begin = 0;
};

/** How one window is decoded. */
struct DecodeOptions {
  SpeechTokens tokens;
  /** All that stands before the text: earlier text, start, language, task. */
  std::vector<int32_t> prompt;
  /** Where in the prompt the start-of-transcript token stands: its scores tell whether there is speech. */
  int start_index = 0;
  std::vector<int32_t> suppressed;
  std::vector<int32_t> suppressed_first;
  bool timestamps = true;
  /** The first segment may begin at most this long after the window's start, in timestamp steps. */
  int latest_start = 50;
  int max_tokens = 224;
  /** 0 takes the likeliest text. */
  float temperature = 0;
  /** At temperature 0: how many texts are weighed against each other; 1 takes the likeliest token each time. */
  int beams = 1;
  uint32_t seed = 0;
};

struct DecodeResult {
  /** The text and timestamp tokens, without the end of text. */
  std::vector<int32_t> tokens;
  /** Natural logarithm of each token's probability under the rules. */
  std::vector<float> log_probabilities;
  /** Sum of all of them and of the end of text, divided by their number. */
  float mean_log_probability = 0;
  /** Probability that nobody speaks, as the model sees it; 0 where it has no such token. */
  float no_speech_probability = 0;
  /** max_tokens or the cache ended it rather than the model. */
  bool cut = false;
  bool cancelled = false;
};

/** Called with every new token, on the thread that decodes. */
using TokenListener = std::function<void(int32_t token)>;

/**
 * Writes the text of the encoded window, token by token, under Whisper's rules for timestamps: they come in
 * pairs, never go back, and win when together they are likelier than any single word. With several beams it is the
 * likeliest of so many texts (beam search), and the listener is told what they agree on. Source: A. Radford et
 * al. (2022), and the published reference (whisper/decoding.py).
 */
std::optional<Failure> Decode(SpeechModel* model, const DecodeOptions& options, const std::atomic<bool>& cancel,
                              const TokenListener& listener, DecodeResult* result);

/**
 * Probabilities of the given tokens right after `start`, which is read as the first token of the window.
 * With the language tokens: which language is spoken.
 */
std::optional<Failure> ScoreFirst(SpeechModel* model, int32_t start, const std::vector<int32_t>& tokens,
                                  std::vector<float>* probabilities);

}  // namespace sotto

#endif  // SOTTO_NATIVE_SPEECH_DECODER_H_
