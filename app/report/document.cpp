#include "app/report/document.h"

namespace qs {

namespace {

bool reverses(char16_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_forbidden(char16_t c) {
  return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF;
}

}  // namespace

QString clean(const QString& text) {
  QString cleaned = text;
  for (qsizetype i = 0; i < cleaned.size(); ++i) {
    const char16_t c = cleaned[i].unicode();
    const bool is_pair = cleaned[i].isHighSurrogate() && i + 1 < cleaned.size() && cleaned[i + 1].isLowSurrogate();
    if (is_pair) {
      ++i;  // both stay
    } else if (is_forbidden(c) || reverses(c) || cleaned[i].isSurrogate()) {
      cleaned[i] = QChar::ReplacementCharacter;
    }
  }
  return cleaned;
}

QString clean(std::string_view text) {
  return clean(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
}

}  // namespace qs
