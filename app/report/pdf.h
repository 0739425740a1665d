// A report on paper.
#pragma once

#include "app/report/document.h"

namespace qs {

/// A PDF of A4 pages with numbers, text that can be selected and plots as vectors. Needs a QApplication.
[[nodiscard]] QByteArray to_pdf(const Document& document);

}  // namespace qs
