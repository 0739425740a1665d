// What two networks say about each image, those first that quantization has done most harm to.
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate.h"

namespace qs {

/// Of the first class, from float to the scheme.
enum class AnswerChange : std::uint8_t {
  became_wrong,  ///< float is right and the scheme is not
  flipped,       ///< another class, and neither is right or nobody knows
  same,
  became_right
};

struct ImageAnswer {
  std::size_t image = 0;  ///< index into `Evaluation::images`
  AnswerChange change = AnswerChange::same;
  double reference_margin = 0;
  double candidate_margin = 0;

  /// What quantization took from the margin.
  [[nodiscard]] double loss() const { return reference_margin - candidate_margin; }
};

enum class AnswerFilter : std::uint8_t { all, flipped, became_wrong, became_right };

/// Output of class `wanted` minus the largest of the others: positive where the network answers `wanted`. Where the
/// output of `wanted` was not kept, that of the fifth class, which is not below it, takes its place. -infinity for a
/// network without an answer.
[[nodiscard]] double margin(const Prediction& prediction, int wanted, std::optional<int> label);

struct AnswerQuestion {
  std::size_t variant = 1;  ///< compared with variant 0
  AnswerFilter filter = AnswerFilter::all;
  /// Part of the image's name, or of the name of its label or of a first class; in any case of letters.
  QString text{};
};

/// Worst first: `AnswerChange` in its order, and among those with the same change by falling loss of margin, which is
/// about the label where it is known and else about the class that float answers. Ties keep the order of the images.
[[nodiscard]] std::vector<ImageAnswer> image_answers(const Evaluation& evaluation, const AnswerQuestion& question,
                                                     const std::vector<std::string>& class_names);

/// "became wrong", ...
[[nodiscard]] QString title_of(AnswerChange change);

}  // namespace qs
