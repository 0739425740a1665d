#include "app/report/inline_svg.h"

#include <QRegularExpression>
#include <QSet>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

#include "app/report/document.h"
#include "core/base/error.h"

namespace qs {

namespace {

bool draws(QStringView element) {
  static const QSet<QString> kDrawing = {
      "svg",  "g",     "defs",           "path",           "rect", "circle",   "ellipse", "line", "polyline", "polygon",
      "text", "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "pattern", "mask", "use",      "image"};
  return kDrawing.contains(element.toString());
}

/// The attribute as it may stand in the page; null when it may not.
QString kept_value(const QXmlStreamAttribute& attribute, const QString& prefix) {
  static const QRegularExpression kReference("url\\(#([^)]*)\\)");
  const QString name = attribute.qualifiedName().toString();
  QString value = attribute.value().toString();
  if (name.startsWith("on", Qt::CaseInsensitive) || name.startsWith("xml")) return {};
  if (name == "id") return prefix + value;
  if (name.endsWith("href")) {
    if (value.startsWith('#')) return '#' + prefix + value.mid(1);
    return value.startsWith("data:image/png") || value.startsWith("data:image/jpeg") ? value : QString();
  }
  return value.replace(kReference, "url(#" + prefix + "\\1)");
}

void write_attributes(QXmlStreamWriter& xml, const QXmlStreamAttributes& attributes, const QString& prefix) {
  for (const QXmlStreamAttribute& attribute : attributes) {
    const QString value = kept_value(attribute, prefix);
    if (!value.isEmpty()) xml.writeAttribute(attribute.name().toString(), value);
  }
}

void write_root(QXmlStreamWriter& xml, const QXmlStreamAttributes& attributes, const QString& label) {
  xml.writeStartElement("svg");
  xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
  xml.writeAttribute("viewBox", attributes.value("viewBox").toString());
  xml.writeAttribute("role", "img");
  xml.writeAttribute("aria-label", label);
}

}  // namespace

void write_inline_svg(QXmlStreamWriter& xml, const QByteArray& svg, const QString& prefix, const QString& label) {
  QXmlStreamReader reader(svg);
  if (!reader.readNextStartElement() || reader.name() != QLatin1String("svg"))
    throw Error(ErrorCode::internal, "a plot is no SVG");
  write_root(xml, reader.attributes(), label);
  int depth = 1;
  while (!reader.atEnd() && depth > 0) {
    const QXmlStreamReader::TokenType token = reader.readNext();
    if (token == QXmlStreamReader::StartElement) {
      if (!draws(reader.name())) {
        reader.skipCurrentElement();
        continue;
      }
      xml.writeStartElement(reader.name().toString());
      write_attributes(xml, reader.attributes(), prefix);
      ++depth;
    } else if (token == QXmlStreamReader::EndElement) {
      xml.writeEndElement();
      --depth;
    } else if (token == QXmlStreamReader::Characters && !reader.isWhitespace()) {
      xml.writeCharacters(clean(reader.text().toString()));
    }
  }
  if (reader.hasError())
    throw Error(ErrorCode::internal, "a plot's SVG is broken: " + reader.errorString().toStdString());
}

}  // namespace qs
