// What is wanted of an evaluation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qs {

/// What `quantoscope evaluate` is told by its flags, and the window by its user.
struct EvaluationSettings {
  std::string model;
  std::string images;
  std::string labels;
  std::string layout;
  std::int64_t limit = 0;  ///< 0: all images
  std::int64_t batch = 0;  ///< 0: chosen by the program
  int threads = 0;         ///< 0: as many as the machine has
  std::string isa = "best";
  std::string preprocessing;
  std::optional<std::int64_t> input_size;
  std::vector<std::string> schemes;
  std::string backend = "integer";  ///< of the schemes
  std::string calibration_images;   ///< empty: those that are evaluated
  std::int64_t calibration = 0;     ///< images to calibrate with; 0: what the scheme says
  std::int64_t layer_images = 8;    ///< that layers are measured on; 0: not measured
  std::int64_t sensitivity = 0;     ///< images for the layer sweep; 0: none
  std::int64_t stability = 0;       ///< disjoint calibration sets; 0: not asked
  std::string json;
  std::string predictions;
  bool no_cache = false;
  std::int64_t diagnose = 0;  ///< images to diagnose the preprocessing with; 0: evaluate instead
};

/// The scheme that changes nothing; its result always comes first.
inline constexpr const char* kFloatScheme = "float";

}  // namespace qs
