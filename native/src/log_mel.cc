#include "log_mel.h"

#include <algorithm>
#include <cmath>
#include <complex>

#define POCKETFFT_NO_MULTITHREADING
#include "pocketfft/pocketfft_hdronly.h"

namespace sotto {
namespace {

/** Frames transformed at once: enough for SIMD over several transforms, little enough for the cache. */
constexpr int kBlockFrames = 32;
constexpr float kFloor = 1e-10F;
constexpr float kRangeBelowLoudest = 8.0F;

/** Slaney's scale: linear below 1,000 Hz, then 27 steps for every factor of 6.4. */
double HertzToMel(double hertz) {
  if (hertz < 1000.0) return hertz * 3.0 / 200.0;
  return 15.0 + std::log(hertz / 1000.0) * 27.0 / std::log(6.4);
}

double MelToHertz(double mel) {
  if (mel < 15.0) return mel * 200.0 / 3.0;
  return 1000.0 * std::exp((mel - 15.0) * std::log(6.4) / 27.0);
}

/** The sample at an index of a signal of `total` samples, mirrored at both ends; silent from `count` on. */
float SampleAt(const float* samples, std::ptrdiff_t count, std::ptrdiff_t total, std::ptrdiff_t index) {
  if (index < 0) index = -index;
  if (index >= total) index = 2 * total - 2 - index;
  return index < count ? samples[index] : 0.0F;
}

}  // namespace

LogMel::LogMel(int mels) : mels_(mels), window_(kFftLength) {
  const double pi = std::acos(-1.0);
  for (int index = 0; index < kFftLength; index++) {
    window_[index] = static_cast<float>(0.5 - 0.5 * std::cos(2.0 * pi * index / kFftLength));
  }
  const double top = HertzToMel(kSampleRate / 2.0);
  const auto edge = [&](int index) { return MelToHertz(top * index / (mels + 1)); };
  for (int mel = 0; mel < mels; mel++) {
    const double low = edge(mel);
    const double centre = edge(mel + 1);
    const double high = edge(mel + 2);
    Filter filter{-1, {}};
    for (int bin = 0; bin < kBins; bin++) {
      const double hertz = static_cast<double>(bin) * kSampleRate / kFftLength;
      const double height = std::min((hertz - low) / (centre - low), (high - hertz) / (high - centre));
      if (height <= 0) continue;
      if (filter.first_bin < 0) filter.first_bin = bin;
      filter.weights.push_back(static_cast<float>(height * 2.0 / (high - low)));
    }
    filters_.push_back(std::move(filter));
  }
}

void LogMel::Compute(const float* samples, size_t count, int frames, float* result) const {
  const std::ptrdiff_t total = static_cast<std::ptrdiff_t>(frames) * kHopLength;
  const std::ptrdiff_t length = std::min(static_cast<std::ptrdiff_t>(count), total);
  std::vector<float> block(static_cast<size_t>(kBlockFrames) * kFftLength);
  std::vector<std::complex<float>> spectrum(static_cast<size_t>(kBlockFrames) * kBins);
  std::vector<float> power(kBins);
  float loudest = std::log10(kFloor);
  // Frames that see silence alone need no transform: their every value is the floor.
  const int sounding = std::min<int>(frames, static_cast<int>((length + kFftLength / 2) / kHopLength) + 1);
  std::fill(result, result + static_cast<size_t>(mels_) * frames, std::log10(kFloor));
  for (int start = 0; start < sounding; start += kBlockFrames) {
    const int size = std::min(kBlockFrames, sounding - start);
    for (int frame = 0; frame < size; frame++) {
      const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(start + frame) * kHopLength - kFftLength / 2;
      float* row = &block[static_cast<size_t>(frame) * kFftLength];
      for (int index = 0; index < kFftLength; index++) {
        row[index] = window_[index] * SampleAt(samples, length, total, first + index);
      }
    }
    const auto rows = static_cast<size_t>(size);
    pocketfft::r2c<float>({rows, kFftLength}, {kFftLength * sizeof(float), sizeof(float)},
                          {kBins * sizeof(std::complex<float>), sizeof(std::complex<float>)}, 1, true,
                          block.data(), spectrum.data(), 1.0F);
    for (int frame = 0; frame < size; frame++) {
      const std::complex<float>* bins = &spectrum[static_cast<size_t>(frame) * kBins];
      for (int bin = 0; bin < kBins; bin++) power[bin] = std::norm(bins[bin]);
      for (int mel = 0; mel < mels_; mel++) {
        const Filter& filter = filters_[mel];
        float sum = 0;
        for (size_t index = 0; index < filter.weights.size(); index++) {
          sum += filter.weights[index] * power[filter.first_bin + index];
        }
        const float value = std::log10(std::max(sum, kFloor));
        loudest = std::max(loudest, value);
        result[static_cast<size_t>(mel) * frames + start + frame] = value;
      }
    }
  }
  for (size_t index = 0; index < static_cast<size_t>(mels_) * frames; index++) {
    result[index] = (std::max(result[index], loudest - kRangeBelowLoudest) + 4.0F) / 4.0F;
  }
}

}  // namespace sotto
