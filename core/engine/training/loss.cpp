#include "core/engine/training/loss.h"

#include <algorithm>
#include <cmath>

namespace qs {

namespace {

/// softmax(z / temperature), and the logarithm of its denominator.
struct Softmax {
  std::vector<double> probability;
  double largest = 0;
  double log_sum = 0;

  Softmax(const float* logits, std::size_t classes, double temperature) : probability(classes) {
    largest = static_cast<double>(*std::max_element(logits, logits + classes)) / temperature;
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      probability[k] = std::exp(static_cast<double>(logits[k]) / temperature - largest);
      sum += probability[k];
    }
    log_sum = std::log(sum);
    for (double& p : probability) p /= sum;
  }
};

class Loss final : public Operation {
 public:
  Loss(std::shared_ptr<const Targets> targets, const LossOptions& options)
      : targets_(std::move(targets)), options_(options) {}

  void forward(const Buffers& buffers, const TrainingStep&) override {
    const auto images = static_cast<std::size_t>(buffers.in[0].shape[0]);
    const auto classes = static_cast<std::size_t>(buffers.in[0].shape[1]);
    QS_ASSERT(targets_->labels.size() == images);
    gradient_.assign(images * classes, 0.0F);
    double total = 0;
    for (std::size_t n = 0; n < images; ++n) {
      const float* logits = buffers.in[0].value + n * classes;
      total += against_label(logits, classes, n);
      if (options_.distillation > 0) total += against_teacher(logits, classes, n);
    }
    const auto share = static_cast<float>(1.0 / static_cast<double>(images));
    for (float& value : gradient_) value *= share;
    *buffers.out[0].value = static_cast<float>(total / static_cast<double>(images));
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const float factor = *buffers.out[0].gradient;
    for (std::size_t i = 0; i < gradient_.size(); ++i) buffers.in[0].gradient[i] = factor * gradient_[i];
  }

  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return false; }

 private:
  double against_label(const float* logits, std::size_t classes, std::size_t n) {
    const Softmax softmax(logits, classes, 1);
    const double share = 1 - static_cast<double>(options_.distillation);
    const double evenly = static_cast<double>(options_.label_smoothing) / static_cast<double>(classes);
    const auto label = static_cast<std::size_t>(targets_->labels[n]);
    QS_ASSERT(label < classes);
    double loss = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      const double target = evenly + (k == label ? 1 - static_cast<double>(options_.label_smoothing) : 0.0);
      loss -= target * (static_cast<double>(logits[k]) - softmax.largest - softmax.log_sum);
      gradient_[n * classes + k] += static_cast<float>(share * (softmax.probability[k] - target));
    }
    return share * loss;
  }

  double against_teacher(const float* logits, std::size_t classes, std::size_t n) {
    QS_ASSERT(targets_->teacher && targets_->teacher->elements() == static_cast<std::int64_t>(gradient_.size()));
    const auto temperature = static_cast<double>(options_.temperature);
    const Softmax mine(logits, classes, temperature);
    const Softmax other(targets_->teacher->values<float>().data() + n * classes, classes, temperature);
    const double share = static_cast<double>(options_.distillation);
    double divergence = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      const double q = other.probability[k];
      if (q > 0) {
        const double log_mine = static_cast<double>(logits[k]) / temperature - mine.largest - mine.log_sum;
        divergence += q * (std::log(q) - log_mine);
      }
      gradient_[n * classes + k] += static_cast<float>(share * temperature * (mine.probability[k] - q));
    }
    return share * temperature * temperature * divergence;
  }

  std::shared_ptr<const Targets> targets_;
  LossOptions options_;
  std::vector<float> gradient_;
};

}  // namespace

VariableId add_loss(Tape& tape, VariableId logits, std::shared_ptr<const Targets> targets, const LossOptions& options) {
  QS_ASSERT(tape.shape(logits).rank() == 2);
  return tape.add_one("loss", std::make_unique<Loss>(std::move(targets), options), {logits}, Shape{});
}

}  // namespace qs
