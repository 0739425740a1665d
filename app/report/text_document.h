// A report laid out on pages.
#pragma once

#include <QPaintDevice>
#include <QSizeF>
#include <QTextDocument>
#include <memory>

#include "app/report/document.h"

namespace qs {

/// Laid out for `device`, in its dots, on pages of this size. Headings and captions stand on the page of what they are
/// about. Pictures are drawn as vectors: `document` must outlive the
/// result.
[[nodiscard]] std::unique_ptr<QTextDocument> text_document(const Document& document, QPaintDevice& device, QSizeF page);

}  // namespace qs
