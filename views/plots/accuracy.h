// Plot 3: how often each scheme is right, how sure that is, and whether it differs from float (Krishnamoorthi,
// arXiv:1806.08342, figures 3 and 4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/evaluation_report.h"
#include "views/plots/plot_parts.h"

namespace qs {

enum class AccuracyMeasure : std::uint8_t {
  top1,
  top5,
  agreement  ///< with float's top-1; needs no labels
};

/// Variants (0: float) of a report that are compared.
struct AccuracySource {
  const EvaluationReport* report = nullptr;
  std::vector<std::size_t> variants;
};

struct AccuracyBar {
  QString scheme;
  int color = 0;
  bool is_float = false;
  Proportion value;
  /// Exact McNemar test against float on the same images, raised by Holm's method for all bars of the plot; empty for
  /// float, for agreement and where the answers to single images are not known.
  std::optional<double> p;
  std::int64_t only_float = 0;  ///< images that float alone gets right
  std::int64_t only_this = 0;
};

/// The bars of one report.
struct AccuracyGroup {
  QString title;  ///< "mobilenet_v1 · 650 images"
  bool partial = false;
  Proportion reference;  ///< float
  std::vector<AccuracyBar> bars;
};

struct AccuracyPlot {
  AccuracyMeasure measure = AccuracyMeasure::top1;
  std::int64_t comparisons = 0;  ///< that were tested
  std::vector<AccuracyGroup> groups;
};

/// Sources without any image for this measure (no labels) have no group.
[[nodiscard]] AccuracyPlot accuracy_plot(std::span<const AccuracySource> sources, AccuracyMeasure measure,
                                         const SchemeColor& color);

/// Of this measure over the images; float agrees with itself.
[[nodiscard]] Proportion proportion(const Evaluation& evaluation, std::size_t variant, AccuracyMeasure measure);
[[nodiscard]] QString title_of(AccuracyMeasure measure);
/// Of the scheme of a variant; "Float".
[[nodiscard]] QString variant_title(const VariantReport& variant);

/// "differs (p = 0.012)", "no difference shown (p = 0.4)"; empty for float.
[[nodiscard]] QString verdict_text(const AccuracyBar& bar);

void draw(const AccuracyPlot& data, PlotView& view);

}  // namespace qs
