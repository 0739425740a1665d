// Whether images are those of the project.
#pragma once

#include <string>

#include "datasets/dataset.h"

namespace qs {

/// SHA-256, in lower-case hexadecimal, of the names, labels and sizes of all images, and of an archive's size: the same
/// wherever the data set lies. Cost: asks the file system for each file's size.
[[nodiscard]] std::string listing_hash(const Dataset& dataset);

}  // namespace qs
