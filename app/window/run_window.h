// From the command line to the window.
#pragma once

#include <string>

namespace qs {

/// Whether somebody would see a window.
[[nodiscard]] bool has_display();

/// Shows the window, with `path` (a model or a project) opened in it unless that is empty, until it is closed. Throws
/// `Error` (usage) where there is no display.
void run_window(const std::string& path);

}  // namespace qs
