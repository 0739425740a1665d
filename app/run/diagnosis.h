// Which preprocessing a network was trained with, found out by trying.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/engine/executable.h"
#include "core/statistics.h"
#include "datasets/dataset.h"
#include "datasets/reader.h"

namespace qs {

/// How one candidate did on the same images as the others.
struct CandidateScore {
  std::string title;
  Preprocessing preprocessing;
  bool as_found = false;
  std::vector<bool> right;  ///< per image: top-1 is the label; false where the image could not be read

  [[nodiscard]] Proportion top1() const;
};

struct Diagnosis {
  /// Most right first; ties keep the order of the candidates, in which the found preprocessing is first.
  std::vector<CandidateScore> scores;
  /// Of each score against the best, by the exact McNemar test on the same images, with Holm's correction for having
  /// looked at all the candidates (S. Holm, Scandinavian Journal of Statistics 6, 1979). In the order of `scores`.
  std::vector<double> p_values;
  std::size_t found = 0;  ///< place of the found preprocessing in `scores`

  /// The best is better than what was found, and hardly by chance (p < 0.05).
  [[nodiscard]] bool should_change() const;
};

[[nodiscard]] std::size_t candidate_count(const Preprocessing& found);

/// Scores every candidate for `options.preprocessing` on all of `dataset`. Throws `Error` (bad_input) when the images
/// are not labelled.
[[nodiscard]] std::vector<CandidateScore> score_candidates(const Dataset& dataset, const ReaderOptions& options,
                                                           Executable& executable, const Progress& progress);

[[nodiscard]] Diagnosis diagnose(std::vector<CandidateScore> scores);

[[nodiscard]] std::string to_text(const Diagnosis& diagnosis);
[[nodiscard]] nlohmann::ordered_json to_json(const Diagnosis& diagnosis);

}  // namespace qs
