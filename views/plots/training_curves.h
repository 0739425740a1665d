// How a training goes: loss and accuracy epoch by epoch, beside what the network could do before.
#pragma once

#include <QString>
#include <memory>

#include "views/plots/plot_view.h"
#include "views/training_view.h"

namespace qs {

enum class TrainingMeasure : std::uint8_t { accuracy, loss, learning_rate };

[[nodiscard]] QString title_of(TrainingMeasure measure);

struct TrainingCurves {
  std::shared_ptr<const TrainingView> training;
  TrainingMeasure measure = TrainingMeasure::accuracy;
};

/// Whether there is a point to draw.
[[nodiscard]] bool has_points(const TrainingCurves& data);

/// All that was measured, whatever is drawn: series, epoch, value; accuracies are fractions.
[[nodiscard]] NumberTable training_table(const TrainingView& training);

/// What training gained so far: "After 3 of 8 epochs 91.2 % of the validation images are right, quantized; ...".
[[nodiscard]] QString training_reading(const TrainingView& training);

void draw(const TrainingCurves& data, PlotView& view);

}  // namespace qs
