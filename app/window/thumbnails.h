// Small pictures of a data set's images.
#pragma once

#include <QImage>
#include <functional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "datasets/dataset.h"

namespace qs {

/// Calls `got` for each of these images that can be decoded, in the order of the data set, with the whole picture
/// shrunk to at most `side` pixels. An archive is read from its front once. Stops quietly when asked to.
void read_thumbnails(const Dataset& dataset, const std::vector<std::string>& names, int side, const Progress& progress,
                     const std::function<void(const std::string& name, const QImage& image)>& got);

}  // namespace qs
