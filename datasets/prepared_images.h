// Data sets whose images have been resized before they were stored.
#pragma once

#include <optional>

#include "datasets/dataset.h"
#include "datasets/model_card.h"

namespace qs {

/// The size all images share, judged by up to 16 of them: spread over a folder, the first ones of an archive. Nothing
/// when they differ or none can be decoded.
[[nodiscard]] std::optional<ImageSize> common_size(const Dataset& dataset);

/// What `found` asks for, fitted to the data set: where it would resize the shorter side and crop, and the images are
/// squares that all have one side, at least the crop's and smaller than the resize asks for, then somebody has resized
/// them already. Enlarging them again would only blur them and crop away their border, so that they are cropped as
/// they are and `source` says so. Anything else is left as it is.
[[nodiscard]] FoundPreprocessing fitted_to_images(FoundPreprocessing found, const Dataset& dataset);

}  // namespace qs
