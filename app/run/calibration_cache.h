// Calibrations on disk, so that another scheme does not run the network again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/quant/calibration.h"
#include "datasets/dataset.h"
#include "datasets/preprocessing.h"

namespace qs {

/// All that a calibration depends on.
struct CalibrationIdentity {
  std::string model_sha256;
  std::vector<std::string> passes;  ///< ids, in order, that prepared the graph: names alone do not tell what they did
  std::vector<std::string> values;  ///< names of those calibrated
  Preprocessing preprocessing{};
  std::int64_t batch = 0;
  std::uint64_t seed = 0;
  std::string environment;  ///< what computes: version and instruction set
};

/// 64 hexadecimal digits that differ whenever anything above, an image of `chosen` (its content; in an archive its name
/// and the archive's size and time of change) or their order does. Cost: reads the images' files once. Throws `Error`
/// (bad_input) when an archive is gone; images that cannot be read count as such.
[[nodiscard]] std::string calibration_key(const CalibrationIdentity& identity, const Dataset& chosen);

/// Where calibrations are kept; empty when there is no cache folder (`default_cache_folder`).
[[nodiscard]] std::filesystem::path calibration_folder();

struct KeptCalibration {
  Calibration calibration;
  bool from_cache = false;
  std::string note;  ///< why it could not be kept or read; empty when all is well
};

/// The calibration kept in `folder` under `key`, or else what `make` returns, which is then kept. A damaged file is
/// made anew; a disk that cannot be written to costs only a note. Files appear whole or not at all, whatever other
/// processes do. Beyond `kMostCalibrations` files those used longest ago are deleted. An empty folder keeps nothing.
/// Throws what `make` throws.
[[nodiscard]] KeptCalibration kept_calibration(const std::filesystem::path& folder, const std::string& key,
                                               const std::function<Calibration()>& make);

constexpr std::size_t kMostCalibrations = 64;  ///< of about 2 MB each

}  // namespace qs
