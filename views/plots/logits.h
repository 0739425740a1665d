// Plot 6, for one image: the outputs of the classes that either network puts into its first five.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluate.h"
#include "views/plots/plot_parts.h"

namespace qs {

/// One class. Only the first five outputs of each network, and that of the label, are kept: empty ones are not known,
/// but lie below the fifth.
struct ClassLogits {
  int index = 0;
  std::optional<float> reference;
  std::optional<float> candidate;
};

struct LogitPlot {
  QString image;
  QString scheme;
  int color = 0;
  bool probabilities = false;
  std::optional<int> label;
  std::vector<std::string> class_names;
  Prediction reference;  ///< float
  Prediction candidate;
};

/// By the float network's order, then the scheme's.
[[nodiscard]] std::vector<ClassLogits> class_logits(const Prediction& reference, const Prediction& candidate,
                                                    std::optional<int> label);

/// "tabby cat", or "class 281" where names are not known.
[[nodiscard]] QString class_text(const std::vector<std::string>& names, int index);

void draw(const LogitPlot& data, PlotView& view);

}  // namespace qs
