// Clipping by the norm of all gradients together, and the average of weights over time.
#pragma once

#include <cstdint>
#include <span>

namespace qs {

/// The 2-norm of all elements of all tensors, accumulated in double. NaN where a gradient is; 0 for none.
[[nodiscard]] double global_norm(std::span<const std::span<const float>> gradients);

/// Scales all gradients by limit / norm where their norm is above `limit` (Pascanu, Mikolov, Bengio, "On the difficulty
/// of training recurrent neural networks", ICML 2013, algorithm 1). A `limit` of 0 leaves them alone, and so does a
/// norm that is NaN or infinite: no scale repairs that. Returns the norm before.
double clip_by_global_norm(std::span<const std::span<float>> gradients, double limit);

/// average = decay average + (1 - decay) weights, element by element; both have as many.
void update_average(std::span<float> average, std::span<const float> weights, double decay);

/// The decay after `steps` steps (from 1): min(decay, (1 + steps) / (10 + steps)), so that the average is not held back
/// by the first weights (TensorFlow's ExponentialMovingAverage with num_updates).
[[nodiscard]] double average_decay(double decay, std::int64_t steps);

}  // namespace qs
