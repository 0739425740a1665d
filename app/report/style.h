// What a report looks like on screens and on paper.
#pragma once

#include <QString>

namespace qs {

/// CSS. Without `<`, `>` and `&`, so that HTML and XML read the same.
[[nodiscard]] QString report_style();

}  // namespace qs
