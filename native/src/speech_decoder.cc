#include "speech_decoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "attention_kernel.h"
#include "speech_entry.h"
#include "token_rules.h"

namespace sotto {
namespace {

/**
 * Natural logarithm of how much less likely than the best a text may be before it is given up: each one costs a step
 * of the model. With noise, 5 texts and 3 correct a word of 100 more than 3 and 1.5, in 4.4 instead of 2 times the steps.
 */
constexpr float kGivenUp = 1.5F;

/** A token that may come next. */
struct Choice {
  int32_t token;
  /** Natural logarithm of its probability under the rules. */
  float log_probability;
};

/** One text of those that are weighed against each other. */
struct Hypothesis {
  Place place;
  std::vector<int32_t> tokens;
  std::vector<float> log_probabilities;
  float sum = 0;
  std::vector<Choice> next;

  float Mean() const { return sum / static_cast<float>(log_probabilities.size()); }
};

/** A choice of one of the hypotheses, as a step towards the next ones. */
struct Step {
  size_t from;
  Choice choice;
  float sum;
};

/** Chooses what may come next from the model's scores. */
class Chooser {
 public:
  Chooser(const DecodeOptions& options, int vocabulary)
      : options_(options), rules_(options, vocabulary), random_(options.seed), scores_(vocabulary) {}

  std::vector<Choice> Choose(const float* logits, const std::vector<int32_t>& tokens) {
    std::copy(logits, logits + scores_.size(), scores_.begin());
    rules_.Apply(tokens, scores_.data());
    const float all = LogSumExp(scores_.data(), static_cast<int>(scores_.size()));
    if (options_.temperature > 0) {
      const int token = Draw();
      return {{token, scores_[token] - all}};
    }
    return Likeliest(all);
  }

 private:
  std::vector<Choice> Likeliest(float all) const {
    const auto times = scores_.begin() + options_.tokens.timestamp_begin;
    const auto best_time = std::max_element(times, scores_.end());
    const float best = std::max(*best_time, *std::max_element(scores_.begin(), times));
    const float least = best - kGivenUp;
    std::vector<Choice> choices;
    const auto add = [&](std::vector<float>::const_iterator score) {
      if (*score >= least) choices.push_back({static_cast<int32_t>(score - scores_.begin()), *score - all});
    };
    for (auto score = scores_.begin(); score != times; score++) add(score);
    // Times beside each other stand for the same text.
    add(best_time);
    const auto likelier = [](const Choice& a, const Choice& b) { return a.log_probability > b.log_probability; };
    std::stable_sort(choices.begin(), choices.end(), likelier);
    if (choices.size() > static_cast<size_t>(options_.beams)) choices.resize(options_.beams);
    return choices;
  }

  /** Draws from softmax(scores / temperature). */
  int Draw() {
    const float highest = *std::max_element(scores_.begin(), scores_.end());
    std::vector<double> weights(scores_.size());
    for (size_t index = 0; index < scores_.size(); index++) {
      weights[index] = std::exp(static_cast<double>(scores_[index] - highest) / options_.temperature);
    }
    std::discrete_distribution<int> distribution(weights.begin(), weights.end());
    return distribution(random_);
  }

  const DecodeOptions& options_;
  const TokenRules rules_;
  std::mt19937 random_;
  std::vector<float> scores_;
};

/** The likeliest steps from all hypotheses together, the best one first. */
std::vector<Step> BestSteps(const std::vector<Hypothesis>& live, size_t beams) {
  std::vector<Step> steps;
  for (size_t from = 0; from < live.size(); from++) {
    for (const Choice& choice : live[from].next) steps.push_back({from, choice, live[from].sum + choice.log_probability});
  }
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.sum > b.sum; });
  const auto lost = std::find_if(steps.begin(), steps.end(),
                                 [&](const Step& step) { return step.sum < steps.front().sum - kGivenUp; });
  steps.erase(lost, steps.end());
  if (steps.size() > beams) steps.resize(beams);
  return steps;
}

Hypothesis Extended(const Hypothesis& from, const Step& step, bool is_end) {
  Hypothesis longer{from.place, from.tokens, from.log_probabilities, step.sum, {}};
  if (!is_end) longer.tokens.push_back(step.choice.token);
  longer.log_probabilities.push_back(step.choice.log_probability);
  return longer;
}

/** Tells the tokens that no hypothesis disputes any more. */
class Teller {
 public:
  explicit Teller(const TokenListener& listener) : listener_(listener) {}

  void Tell(const std::vector<Hypothesis>& live, const std::vector<Hypothesis>& finished) {
    const std::vector<int32_t>& first = live.front().tokens;
    size_t agreed = first.size();
    for (const auto* all : {&live, &finished}) {
      for (const Hypothesis& other : *all) {
        const size_t length = std::min(agreed, other.tokens.size());
        const auto end = first.begin() + static_cast<std::ptrdiff_t>(length);
        agreed = static_cast<size_t>(std::mismatch(first.begin(), end, other.tokens.begin()).first - first.begin());
      }
    }
    for (; told_ < agreed; told_++) listener_(first[told_]);
  }

 private:
  const TokenListener& listener_;
  size_t told_ = 0;
};

}  // namespace

std::optional<Failure> Decode(SpeechModel* model, const DecodeOptions& options, const std::atomic<bool>& cancel,
                              const TokenListener& listener, DecodeResult* result) {
  const int vocabulary = model->options().vocabulary;
  const size_t beams = options.temperature > 0 ? 1 : static_cast<size_t>(options.beams);
  Chooser chooser(options, vocabulary);
  Teller teller(listener);
  model->Rewind(0);
  const auto split = options.prompt.begin() + options.start_index + 1;
  std::optional<Failure> failure = model->Read({options.prompt.begin(), split});
  if (failure) return failure;
  if (options.tokens.no_speech >= 0) {
    const float* scores = model->logits();
    result->no_speech_probability = std::exp(scores[options.tokens.no_speech] - LogSumExp(scores, vocabulary));
  }
  if (split != options.prompt.end()) failure = model->Read({split, options.prompt.end()});
  if (failure) return failure;
  std::vector<Hypothesis> live{{model->place(), {}, {}, 0, chooser.Choose(model->logits(), {})}};
  std::vector<Hypothesis> finished;
  while (true) {
    if (cancel || SpeechRuns::leaving()) {
      result->cancelled = true;
      break;
    }
    const std::vector<Step> steps = BestSteps(live, beams);
    std::vector<Hypothesis> next;
    for (const Step& step : steps) {
      const bool is_end = step.choice.token == options.tokens.end_of_text;
      (is_end ? finished : next).push_back(Extended(live[step.from], step, is_end));
    }
    // Nothing that goes on is likelier than the text that ends here.
    if (steps.front().choice.token == options.tokens.end_of_text || next.empty()) break;
    live = std::move(next);
    live.resize(std::min(live.size(), static_cast<size_t>(std::max(1, model->room()))));
    teller.Tell(live, finished);
    result->cut = static_cast<int>(live.front().tokens.size()) >= options.max_tokens || model->room() == 0;
    if (result->cut) break;
    std::vector<const Place*> places;
    for (const auto* all : {&live, &finished}) {
      for (const Hypothesis& one : *all) places.push_back(&one.place);
    }
    model->KeepOnly(places);
    for (Hypothesis& one : live) {
      model->GoTo(one.place);
      failure = model->Read({one.tokens.back()});
      if (failure) return failure;
      one.place = model->place();
      one.next = chooser.Choose(model->logits(), one.tokens);
    }
  }
  const auto better = [](const Hypothesis& a, const Hypothesis& b) { return a.Mean() < b.Mean(); };
  const bool is_cut = result->cut || result->cancelled || finished.empty();
  Hypothesis best = is_cut ? live.front() : *std::max_element(finished.begin(), finished.end(), better);
  if (!is_cut) teller.Tell({best}, {});
  model->GoTo(best.place);
  result->mean_log_probability = best.sum / static_cast<float>(best.tokens.size() + 1);
  result->tokens = std::move(best.tokens);
  best.log_probabilities.resize(result->tokens.size());
  result->log_probabilities = std::move(best.log_probabilities);
  return failure;
}

std::optional<Failure> ScoreFirst(SpeechModel* model, int32_t start, const std::vector<int32_t>& tokens,
                                  std::vector<float>* probabilities) {
  model->Rewind(0);
  std::optional<Failure> failure = model->Read({start});
  if (failure) return failure;
  std::vector<float> scores;
  for (int32_t token : tokens) scores.push_back(model->logits()[token]);
  const float all = LogSumExp(scores.data(), static_cast<int>(scores.size()));
  for (float score : scores) probabilities->push_back(std::exp(score - all));
  return std::nullopt;
}

}  // namespace sotto
