// Images that a report shows: those that quantization has changed the answer to.
#pragma once

#include <vector>

#include "app/report/report.h"
#include "views/models/image_answers.h"

namespace qs {

constexpr std::size_t kShownImages = 12;  ///< of each scheme, in the table

/// Of one scheme.
struct ChangedImages {
  std::size_t variant = 1;           ///< index into `EvaluationReport::variants`
  std::vector<ImageAnswer> answers;  ///< all whose first class is not float's, worst first as in `image_answers`
};

/// Whether it is known what was answered to each image, which JSON does not tell.
[[nodiscard]] bool has_answers(const ReportedRun& run);

/// One for each variant but float; none unless `has_answers`.
[[nodiscard]] std::vector<ChangedImages> changed_images(const ReportedRun& run);

/// Names of classes as they can be shown, with those of ImageNet for networks of 1000 classes that bring none.
[[nodiscard]] std::vector<std::string> class_names_of(const ReportedRun& run);

}  // namespace qs
