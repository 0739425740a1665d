#include "app/window/thumbnails.h"

#include <set>

#include "datasets/decode.h"
#include "datasets/file_fetcher.h"

namespace qs {

void read_thumbnails(const Dataset& dataset, const std::vector<std::string>& names, int side, const Progress& progress,
                     const std::function<void(const std::string& name, const QImage& image)>& got) {
  const std::set<std::string> wanted(names.begin(), names.end());
  FileFetcher fetcher(dataset);
  for (const DatasetEntry& entry : dataset.entries) {
    if (progress.stop_requested()) return;
    if (!wanted.contains(entry.record.name)) continue;
    try {
      const Image image = decode_image(fetcher.fetch(entry));
      const QImage pixels(image.pixels.data(), image.size.width, image.size.height,
                          static_cast<qsizetype>(image.row_bytes()), QImage::Format_RGB888);
      // A copy of its own: what `pixels` looks at ends with this turn.
      got(entry.record.name, pixels.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation).copy());
    } catch (const Error&) {
      continue;  // the run has listed it as skipped
    }
  }
}

}  // namespace qs
