#ifndef SOTTO_NATIVE_LOG_MEL_H_
#define SOTTO_NATIVE_LOG_MEL_H_

#include <cstddef>
#include <vector>

namespace sotto {

/**
 * Log-mel spectrum as Whisper expects it: 16 kHz, Hann window of 400 samples every 160, power spectrum, mel
 * filters on Slaney's scale with equal area, log10 with the range limited to 8 below the loudest, scaled.
 * Source: A. Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022), and the
 * published reference (whisper/audio.py); the scale is that of M. Slaney's Auditory Toolbox (1998).
 */
class LogMel {
 public:
  static constexpr int kSampleRate = 16000;
  static constexpr int kFftLength = 400;
  static constexpr int kHopLength = 160;
  static constexpr int kBins = kFftLength / 2 + 1;

  /** @param mels 80, or 128 for large-v3 and its turbo form */
  explicit LogMel(int mels);

  /**
   * @param samples mono at 16 kHz, -1 to 1; what lies beyond `count` is silence, what exceeds the frames is left out
   * @param frames columns of the result: one every 10 ms
   * @param result [mels, frames]
   */
  void Compute(const float* samples, size_t count, int frames, float* result) const;

 private:
  struct Filter {
    int first_bin;
    std::vector<float> weights;
  };

  int mels_;
  std::vector<float> window_;
  std::vector<Filter> filters_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_LOG_MEL_H_
