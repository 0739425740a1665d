// The guided diagnosis as it is shown: questions, verdicts and what can be done about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/quant/scheme.h"
#include "views/plots/number_table.h"

namespace qs {

/// What a step of the guided diagnosis offers to do.
struct GuideAction {
  std::string label;                            ///< "Keep conv_dw_1 in float"
  std::optional<Scheme> add_scheme = {};        ///< to the schemes, as the current one
  std::vector<std::string> select_layers = {};  ///< to look at them
  std::string show_panel = {};                  ///< id
  std::string preprocessing = {};               ///< to prepare images with from now on, see `parse_preprocessing`
};

/// How a step of the guided diagnosis judges.
enum class GuideJudgement : std::uint8_t { fine, look, trouble };

struct GuideVerdict {
  GuideJudgement judgement = GuideJudgement::fine;
  std::string sentence;
  NumberTable numbers;  ///< that the sentence rests on
  std::vector<GuideAction> actions;
};

enum class GuideState : std::uint8_t { open, running, done, failed };

/// One question of the guided diagnosis.
struct GuideStepView {
  std::string id;
  std::string question;
  std::string why;       ///< one or two sentences: what the answer is good for
  std::string citation;  ///< paper, section
  GuideState state = GuideState::open;
  double fraction = -1;
  GuideVerdict verdict = {};  ///< once done
  std::string message = {};   ///< why it failed
};

}  // namespace qs
