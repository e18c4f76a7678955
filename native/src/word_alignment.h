#ifndef SOTTO_NATIVE_WORD_ALIGNMENT_H_
#define SOTTO_NATIVE_WORD_ALIGNMENT_H_

#include <vector>

#include "speech_model.h"

namespace sotto {

/**
 * When each token of the decoded window was spoken: the path through the alignment heads' attention that
 * agrees best with both orders (dynamic time warping). Source: the word timestamps of the published
 * reference (whisper/timing.py); T. Giorgino, "Computing and Visualizing Dynamic Time Warping Alignments
 * in R" (2009).
 *
 * @param rows for each token the index, counted from the start of the window's prompt, of the token that was
 *   read just before it: what the model looked at then is where it heard this one
 * @param audio_positions encoder positions (20 ms each) that hold audio; what follows is padding
 * @return for each token the encoder position at which it begins, and after the last the end of the path
 */
std::vector<int> AlignTokens(const SpeechModel& model, const std::vector<int>& rows, int audio_positions);

}  // namespace sotto

#endif  // SOTTO_NATIVE_WORD_ALIGNMENT_H_
