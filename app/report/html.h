// A report as one HTML file that needs nothing else.
#pragma once

#include "app/report/document.h"

namespace qs {

/// HTML 5 that is well-formed XML, too: pictures are inline SVG, the style is inside, nothing is fetched and nothing
/// runs (a content security policy says so to the browser as well). All text is escaped.
[[nodiscard]] QByteArray to_html(const Document& document);

}  // namespace qs
