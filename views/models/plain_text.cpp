#include "views/models/plain_text.h"

namespace qs {

QString plain_text(std::string_view text) {
  QString shown = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
  for (QChar& each : shown) {
    const QChar::Category category = each.category();
    const bool breaks_lines = category == QChar::Separator_Line || category == QChar::Separator_Paragraph;
    if (category == QChar::Other_Control || category == QChar::Other_Format || breaks_lines || each.isNonCharacter()) {
      each = QChar::ReplacementCharacter;
    }
  }
  return shown;
}

QString plain_tool_tip(const QString& text) {
  return QStringLiteral("<qt>%1</qt>").arg(text.toHtmlEscaped().replace('\n', QStringLiteral("<br>")));
}

}  // namespace qs
