// Text from files on its way to the screen.
#pragma once

#include <QString>
#include <string_view>

namespace qs {

/// `text` as one line: what is no UTF-8, and characters that control or reorder what is shown, become U+FFFD.
[[nodiscard]] QString plain_text(std::string_view text);

/// A tool tip that shows `text` as it is, whatever it looks like; lines stay lines.
[[nodiscard]] QString plain_tool_tip(const QString& text);

}  // namespace qs
