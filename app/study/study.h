// Studies: experiments that train the same network in several ways, several times each, and compare. Values; one file
// each (study_*.cpp), and a line in studies.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/study/published_tables.h"
#include "core/train/checkpoint.h"
#include "core/train/recipe.h"

namespace qs {

/// A trained float network that a study starts from.
struct StudyNetwork {
  std::string name;
  std::string model;             ///< file
  std::string sha256;            ///< of the file
  std::optional<Recipe> recipe;  ///< that made it, where the file says so
};

/// The network as it is.
struct FloatNetwork {};
/// The network quantized without training, with the preset of this id.
struct PostTraining {
  std::string scheme;
};
/// A training for each seed; the recipe's own seed does not count.
struct Trained {
  std::function<Recipe(const StudyNetwork&)> recipe;
};
/// The average of weights of another arm's trainings: nothing is trained for it.
struct AverageOf {
  std::string arm;
};

struct StudyArm {
  std::string id;     ///< persistent
  std::string title;  ///< short: heading of a column
  std::variant<FloatNetwork, PostTraining, Trained, AverageOf> kind;
};

/// How one arm came out once.
struct ArmRun {
  std::optional<std::uint64_t> seed;       ///< none where nothing is random: it stands beside every seed
  double accuracy = 0;                     ///< fraction of the test images
  std::optional<double> average_accuracy;  ///< with the average of weights
  std::int64_t images = 0;                 ///< test images
  std::vector<EpochRecord> curves;         ///< by epoch, on validation images
};

struct ArmResults {
  std::string arm;
  std::vector<ArmRun> runs;  ///< by seed
};

struct NetworkResults {
  std::string network;
  std::vector<ArmResults> arms;  ///< all of the study's, in its order
};

enum class StudyVerdict : std::uint8_t { holds, does_not_hold, too_few_runs };

/// "holds", "does not hold", "too few runs"
[[nodiscard]] std::string_view to_string(StudyVerdict verdict);

struct StudyJudgement {
  StudyVerdict verdict = StudyVerdict::holds;
  std::string numbers;  ///< that led to it
};

/// A sentence of the paper and the rule by which it is judged for one network.
struct StudyClaim {
  std::string id;  ///< persistent
  std::string text;
  std::string source;  ///< section of the paper
  std::string rule;
  std::function<StudyJudgement(const NetworkResults&)> judge;
};

struct Study {
  std::string id;  ///< as typed; persistent
  std::string title;
  std::vector<StudyArm> arms;
  std::vector<StudyClaim> claims;
  /// The paper's table; its columns' schemes are ids of arms. None: the study shows curves.
  std::optional<PublishedTable> published{};
  std::string note{};  ///< how it differs from the paper's; may be empty
};

/// All studies in the paper's order.
[[nodiscard]] std::span<const Study> studies();

/// Throws `Error` (usage) listing the studies when there is none of this id.
[[nodiscard]] const Study& find_study(std::string_view id);

}  // namespace qs
