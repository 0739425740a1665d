// reproduce --train: the whitepaper's results that need training.
#pragma once

#include <string>

#include "app/study/study_run.h"

namespace qs {

struct StudyFlags {
  std::string study;  ///< id
  StudySettings settings;
  bool seeds_given = false;
  int threads = 0;
  std::string json;  ///< file, or "-"; may be empty
};

/// Runs the study and prints it. Throws `Error`.
void reproduce_by_training(StudyFlags flags);

}  // namespace qs
