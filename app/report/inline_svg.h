// A picture inside a page.
#pragma once

#include <QByteArray>
#include <QString>

class QXmlStreamWriter;

namespace qs {

/// Writes the `<svg>` element of an SVG file with its drawing and nothing else: elements and attributes that do not
/// draw (scripts, handlers, links to elsewhere) are left out. `prefix` goes before every id in it, so that several
/// pictures of one page do not mix up their gradients. It takes the size that the page's style gives it, and is
/// called `label` for those who cannot see it. Throws `Error` (internal) for what is no SVG.
void write_inline_svg(QXmlStreamWriter& xml, const QByteArray& svg, const QString& prefix, const QString& label);

}  // namespace qs
