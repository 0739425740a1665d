// What schemes do to a network, layer by layer, as JSON and text.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/analysis/activation_sqnr.h"
#include "core/analysis/weight_power.h"
#include "core/analysis/weight_sqnr.h"

namespace qs {

struct SchemeAnalysis {
  Scheme scheme;
  std::vector<WeightSqnr> layers;
  std::vector<ActivationSqnr> activations{};  ///< with images only, where they are quantized
  std::vector<LayerRemark> remarks{};         ///< the same
  std::int64_t calibrated_with = 0;           ///< images
};

/// Where the statistics of activations come from.
struct AnalysisImages {
  std::string path;  ///< empty: no images were given
  std::string preprocessing;
  std::string preprocessing_source;
};

struct AnalysisReport {
  std::string path;
  std::string sha256;
  BatchNormState batch_norm = BatchNormState::none;
  std::int64_t folded = 0;        ///< BatchNorms that went into weights
  std::vector<LayerPower> power;  ///< the layers that are shown, in the network's order
  std::vector<SchemeAnalysis> schemes;
  AnalysisImages images;
  bool details = false;  ///< show what there is about each layer, not only which are worst
};

/// Layers and channels of every scheme, with the bins of the whitepaper's figures 18, 19 (SQNR of channels) and 20
/// (weight power before and after folding). +infinity is "exact", -infinity "noise only".
[[nodiscard]] nlohmann::ordered_json to_json(const AnalysisReport& report);

/// At most 100 columns wide.
[[nodiscard]] std::string to_text(const AnalysisReport& report);

/// "12", "2e+13".
[[nodiscard]] std::string ratio_text(double ratio);

/// "12.34", "exact", "noise only".
[[nodiscard]] std::string decibel_text(double db);

}  // namespace qs
