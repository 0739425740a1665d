#include "app/study/studies.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace qs {

std::string_view to_string(StudyVerdict verdict) {
  switch (verdict) {
    case StudyVerdict::holds: return "holds";
    case StudyVerdict::does_not_hold: return "does not hold";
    case StudyVerdict::too_few_runs: return "too few runs";
  }
  return "";
}

std::span<const Study> studies() {
  static const std::vector<Study> list = {study_table4(),   study_table5(),   study_table6(),
                                          study_figure12(), study_figure13(), study_figure14()};
  return list;
}

const Study& find_study(std::string_view id) {
  std::string known;
  for (const Study& study : studies()) {
    if (study.id == id) return study;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", study.id);
  }
  throw Error(ErrorCode::usage, fmt::format("nothing is trained for \"{}\"; --train is for: {}", id, known));
}

}  // namespace qs
