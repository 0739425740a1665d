// Stochastic gradient descent with momentum, in the form of PyTorch's torch.optim.SGD: the learning rate is outside the
// momentum, so that changing it acts at once (Sutskever et al. have it inside; both agree while it is constant).
//   g' = g + decay w           v = momentum v + g'
//   w -= rate v                Nesterov: w -= rate (g' + momentum v)
#include "core/base/error.h"
#include "core/base/wide.h"
#include "core/train/optimisers/rows.h"

namespace qs {

namespace {

constexpr Param kMomentum = {.id = "momentum",
                             .title = "Momentum",
                             .unit = "",
                             .summary = "Share of the last step that is taken again.",
                             .default_value = 0.9,
                             .min = 0,
                             .max = 0.9999,
                             .whole = false};
constexpr Param kNesterov = {.id = "nesterov",
                             .title = "Nesterov",
                             .unit = "",
                             .summary = "1: look ahead along the momentum before stepping; 0: do not.",
                             .default_value = 0,
                             .min = 0,
                             .max = 1,
                             .whole = true};

void update(const OptimiserStep& step, const std::map<std::string, double>& settings) {
  const auto momentum = static_cast<float>(setting(settings, kMomentum));
  const bool nesterov = setting(settings, kNesterov) > 0;
  const float own = nesterov ? 1.0F : 0.0F;  // the step is own g' + kept v
  const float kept = nesterov ? momentum : 1.0F;
  const auto rate = static_cast<float>(step.learning_rate);
  const auto decay = static_cast<float>(step.weight_decay);
  const std::size_t count = step.weights.size();
  QS_ASSERT(step.gradient.size() == count && step.state[0].size() == count);
  float* const weights = step.weights.data();
  float* const velocity = step.state[0].data();
  const float* const gradient = step.gradient.data();
  on_wide_vectors([=] {
    for (std::size_t i = 0; i < count; ++i) {
      const float pull = gradient[i] + decay * weights[i];
      velocity[i] = momentum * velocity[i] + pull;
      weights[i] -= rate * (own * pull + kept * velocity[i]);
    }
  });
}

}  // namespace

const Optimiser sgd_optimiser = {
    .id = "sgd",
    .title = "SGD",
    .summary = "Stochastic gradient descent with momentum.",
    .citation =
        "Sutskever, Martens, Dahl, Hinton, On the importance of initialization and momentum, ICML 2013; in the "
        "form of PyTorch's SGD",
    .params = {kMomentum, kNesterov},
    .state_per_weight = 1,
    .update = update,
};

}  // namespace qs
