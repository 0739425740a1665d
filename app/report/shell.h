// Commands that make results again, as one would type them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/report/report.h"

namespace qs {

/// One word of a POSIX shell's command line: as it is where nothing in it is special, else in quotes. Control
/// characters and bytes above 0x7F that are no printable UTF-8 become $'\xNN' (bash, zsh, ksh). Never empty.
[[nodiscard]] std::string shell_quoted(std::string_view word);

/// The same for a file's name, which must not look like an option.
[[nodiscard]] std::string shell_path(std::string_view path);

/// `quantoscope evaluate ...` for a run. Schemes that are no presets are files: ID.json.
[[nodiscard]] std::string evaluate_command_line(const EvaluationReport& report, const std::string& json);

/// `quantoscope report ...`.
[[nodiscard]] std::string report_command_line(const ReportRequest& request);

/// Whether a scheme is a preset, but for its number of calibration images.
[[nodiscard]] bool is_preset(const Scheme& scheme);

}  // namespace qs
