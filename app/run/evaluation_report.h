// An evaluation as JSON, CSV and text. Plain values in, text out.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/run/model_report.h"
#include "app/run/scheme_report.h"
#include "core/engine/environment.h"
#include "core/evaluate.h"

namespace qs {

struct SkippedReport {
  std::string image;
  std::string reason;
};

struct DataReport {
  std::string path;
  std::string layout;      ///< id of the recognised data-set kind
  std::string summary;     ///< the data set in a line
  std::int64_t found = 0;  ///< images in the data set
  std::int64_t selected = 0;
  std::int64_t classes = 0;  ///< distinct labels of the data set; 0 without labels
  std::string preprocessing;
  std::string preprocessing_source;
  std::vector<SkippedReport> skipped;
  std::int64_t decoded = 0;                ///< images decoded in this run
  std::int64_t cached = 0;                 ///< images taken from the cache of earlier runs
  double decode_seconds = 0;               ///< spent decoding, summed over threads
  std::vector<std::string> notes;          ///< about the data set
  std::vector<std::string> reading_notes;  ///< about the cache, after the run
};

/// Of one thread; 0 when nothing was decoded.
[[nodiscard]] double decode_images_per_second(const DataReport& data);

/// How one variant was computed.
struct VariantReport {
  std::string scheme;
  std::string backend;
  std::int64_t model_bytes = 0;         ///< of its weights
  std::optional<SchemeReport> details;  ///< for all but the float network
};

struct EvaluationReport {
  ModelReport model;
  DataReport data;
  Environment environment;
  std::int64_t batch = 1;
  std::vector<VariantReport> variants;  ///< in the order of `evaluation.results`
  Evaluation evaluation;
  double seconds = 0;  ///< from the first image to the last
  std::int64_t peak_memory_bytes = 0;
};

/// The layout of the JSON is part of the command line's promise (README.md). No NaN or infinity in it: what is unknown
/// is null.
[[nodiscard]] nlohmann::ordered_json to_json(const EvaluationReport& report);

/// One line per image: image,label,top1,top5,max_logit,label_logit, then top1:ID,top5:ID,max_logit:ID,label_logit:ID
/// for each further variant. The five classes of top5 are separated by spaces. Cells are empty where nothing is known:
/// no label, or an output that is not finite. Names are quoted where CSV needs it (RFC 4180).
[[nodiscard]] std::string predictions_csv(const Evaluation& evaluation);

/// What was found before the run: model, data set, preprocessing.
[[nodiscard]] std::string description_text(const EvaluationReport& report);

/// What came out.
[[nodiscard]] std::string result_text(const EvaluationReport& report);

/// "stopped by the user after 123 of 650 images".
[[nodiscard]] std::string stopped_text(const EvaluationReport& report);

}  // namespace qs
