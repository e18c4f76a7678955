#include "attention_operator.h"

#include <cstring>

#include "attention_kernel.h"
#include "resident_pages.h"

namespace sotto {
namespace {

constexpr char kSelf[] = "sotto.self_attention";
constexpr char kCross[] = "sotto.cross_attention";
/** Masks hold 0 or a number far below this. */
constexpr float kHiddenBelow = -1e6F;

/** The first fields of a [1, heads, rows, size] tensor. */
struct Block {
  float* data;
  int heads;
  int rows;
  int size;
};

/** Adds the stretches of positions that a mask shows. Texts that are weighed against each other lie between each other. */
void AddVisible(const float* mask, int count, int size, const float* keys, const float* values,
                std::vector<AttentionStretch>* parts) {
  int from = 0;
  while (from < count) {
    while (from < count && mask[from] <= kHiddenBelow) from++;
    int to = from;
    while (to < count && mask[to] > kHiddenBelow) to++;
    const size_t at = static_cast<size_t>(from) * size;
    if (to > from) parts->push_back({keys + at, values + at, to - from});
    from = to;
  }
}

Block Read(const TfliteApi& api, const TfliteOpaqueTensor* tensor) {
  return Block{static_cast<float*>(api.OpaqueTensorData(tensor)), api.OpaqueTensorDim(tensor, 1),
               api.OpaqueTensorDim(tensor, 2), api.OpaqueTensorDim(tensor, 3)};
}

}  // namespace

AttentionOperator::AttentionOperator(const TfliteApi& api, int threads)
    : api_(api), workers_(threads), scores_(workers_.count()), parts_(workers_.count()) {
  registration_.builtin_code = kStablehloComposite;
  registration_.version = 1;
  registration_.op = api.OperatorCreate(kStablehloComposite, nullptr, 1, this);
  api.OperatorSetPrepareWithData(registration_.op, Prepare);
  api.OperatorSetInvokeWithData(registration_.op, Invoke);
}

AttentionOperator::~AttentionOperator() { api_.OperatorDelete(registration_.op); }

TfliteStatus AttentionOperator::Prepare(void* self, TfliteOpaqueContext* context, TfliteOpaqueNode* node) {
  const auto& api = static_cast<AttentionOperator*>(self)->api_;
  const auto* params = static_cast<const CompositeParams*>(api.OpaqueNodeGetBuiltinData(node));
  if (params == nullptr || params->name == nullptr) return kTfliteError;
  const int inputs = std::strcmp(params->name, kSelf) == 0 ? 6 : std::strcmp(params->name, kCross) == 0 ? 3 : -1;
  if (api.OpaqueNodeNumberOfInputs(node) != inputs) return kTfliteError;
  const Block query = Read(api, api.OpaqueNodeGetInput(context, node, 0));
  const Block result = Read(api, api.OpaqueNodeGetOutput(context, node, 0));
  for (int index = 1; index < (inputs == 6 ? 5 : 3); index++) {
    const Block block = Read(api, api.OpaqueNodeGetInput(context, node, index));
    if (block.heads != query.heads || block.size != query.size) return kTfliteError;
  }
  const bool fits = result.heads == query.heads && result.rows == query.rows && result.size == query.size;
  return fits ? kTfliteOk : kTfliteError;
}

TfliteStatus AttentionOperator::Invoke(void* data, TfliteOpaqueContext* context, TfliteOpaqueNode* node) {
  auto* self = static_cast<AttentionOperator*>(data);
  const auto* params = static_cast<const CompositeParams*>(self->api_.OpaqueNodeGetBuiltinData(node));
  if (std::strcmp(params->name, kSelf) == 0) {
    self->SelfAttention(context, node);
  } else {
    self->CrossAttention(context, node);
  }
  return kTfliteOk;
}

void AttentionOperator::Shadow(const float* first, size_t count) {
  shadowed_ = first;
  shadow_.resize(count);
  ToHalf(first, count, shadow_.data());
}

void AttentionOperator::DropShadow() {
  shadowed_ = nullptr;
  ReleasePages(shadow_.data(), shadow_.size() * sizeof(uint16_t));
}

float* AttentionOperator::Scores(int worker, size_t count) {
  if (scores_[worker].size() < count) scores_[worker].resize(count);
  return scores_[worker].data();
}

void AttentionOperator::SelfAttention(TfliteOpaqueContext* context, TfliteOpaqueNode* node) {
  const auto input = [&](int index) { return Read(api_, api_.OpaqueNodeGetInput(context, node, index)); };
  const Block query = input(0), past_keys = input(1), past_values = input(2), keys = input(3), values = input(4);
  const auto* mask = static_cast<const float*>(api_.OpaqueTensorData(api_.OpaqueNodeGetInput(context, node, 5)));
  auto* result = static_cast<float*>(api_.OpaqueTensorData(api_.OpaqueNodeGetOutput(context, node, 0)));
  const int columns = past_keys.rows + keys.rows;
  workers_.Run(query.heads, [&](int head, int worker) {
    float* scores = Scores(worker, columns);
    for (int row = 0; row < query.rows; row++) {
      const float* hidden = mask + static_cast<size_t>(row) * columns;
      const size_t past = static_cast<size_t>(head) * past_keys.rows * query.size;
      const size_t fresh = static_cast<size_t>(head) * keys.rows * query.size;
      std::vector<AttentionStretch>& parts = parts_[worker];
      parts.clear();
      AddVisible(hidden, past_keys.rows, query.size, past_keys.data + past, past_values.data + past, &parts);
      AddVisible(hidden + past_keys.rows, keys.rows, query.size, keys.data + fresh, values.data + fresh, &parts);
      const size_t at = (static_cast<size_t>(head) * query.rows + row) * query.size;
      Attend(query.data + at, query.size, parts.data(), static_cast<int>(parts.size()), scores, result + at);
    }
  });
}

void AttentionOperator::CrossAttention(TfliteOpaqueContext* context, TfliteOpaqueNode* node) {
  const auto input = [&](int index) { return Read(api_, api_.OpaqueNodeGetInput(context, node, index)); };
  const Block query = input(0), keys = input(1), values = input(2);
  auto* result = static_cast<float*>(api_.OpaqueTensorData(api_.OpaqueNodeGetOutput(context, node, 0)));
  const bool tells_weights = api_.OpaqueNodeNumberOfOutputs(node) > 1;
  auto* weights = tells_weights
                      ? static_cast<float*>(api_.OpaqueTensorData(api_.OpaqueNodeGetOutput(context, node, 1)))
                      : nullptr;
  const bool has_shadow =
      shadowed_ != nullptr && keys.data >= shadowed_ && keys.data < shadowed_ + shadow_.size();
  workers_.Run(query.heads, [&](int head, int worker) {
    for (int row = 0; row < query.rows; row++) {
      const size_t line = static_cast<size_t>(head) * query.rows + row;
      float* scores = tells_weights ? weights + line * keys.rows : Scores(worker, keys.rows);
      const size_t from = static_cast<size_t>(head) * keys.rows * query.size;
      const float* asks = query.data + line * query.size;
      float* answer = result + line * query.size;
      if (has_shadow) {
        const uint16_t* half_keys = shadow_.data() + (keys.data - shadowed_) + from;
        const uint16_t* half_values = shadow_.data() + (values.data - shadowed_) + from;
        Attend(asks, query.size, HalfStretch{half_keys, half_values, keys.rows}, scores, answer);
      } else {
        const AttentionStretch part{keys.data + from, values.data + from, keys.rows};
        Attend(asks, query.size, &part, 1, scores, answer);
      }
    }
  });
}

}  // namespace sotto
