#include "app/report/html.h"

#include <QBuffer>
#include <QXmlStreamWriter>

#include "app/report/inline_svg.h"
#include "app/report/style.h"

namespace qs {

namespace {

constexpr qsizetype kLongCell = 24;  // letters, from which a cell may be broken anywhere

/// Elements never close themselves: `<td/>` is no end to a browser.
void element(QXmlStreamWriter& xml, const char* name, const QString& text, const char* style = nullptr) {
  xml.writeStartElement(name);
  if (style != nullptr) xml.writeAttribute("class", style);
  xml.writeCharacters(clean(text));
  xml.writeEndElement();
}

/// Photographs are small as JPEG; where Qt cannot write that, PNG.
QString data_uri(const QImage& picture) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  constexpr int kQuality = 85;
  const char* type = "jpeg";
  if (picture.hasAlphaChannel() || !picture.save(&buffer, "JPEG", kQuality)) {
    buffer.seek(0);
    bytes.clear();
    type = "png";
    if (!picture.save(&buffer, "PNG")) return {};
  }
  return QStringLiteral("data:image/%1;base64,").arg(QLatin1String(type)) + QString::fromLatin1(bytes.toBase64());
}

void meta(QXmlStreamWriter& xml, const char* key, const char* name, const char* content) {
  xml.writeEmptyElement("meta");
  xml.writeAttribute(key, name);
  xml.writeAttribute("content", content);
}

/// Writes blocks of every kind.
struct Writer {
  QXmlStreamWriter& xml;

  void operator()(const Heading& heading) const {
    element(xml, heading.level == 2 ? "h2" : heading.level == 3 ? "h3" : "h4", heading.text);
  }

  void operator()(const Paragraph& paragraph) const {
    element(xml, "p", paragraph.text, paragraph.weak ? "weak lines" : "lines");
  }

  void operator()(const FindingList& list) const {
    xml.writeStartElement("ul");
    xml.writeAttribute("class", "findings");
    for (const Finding& finding : list.findings) {
      const QString severity = clean(word_of(finding.severity));
      xml.writeStartElement("li");
      xml.writeAttribute("class", severity);
      element(xml, "span", severity, "mark");
      xml.writeCharacters(" ");  // for those who read without the style
      element(xml, "span", clean(finding.sentence));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  void operator()(const TextTable& table) const {
    xml.writeStartElement("div");
    xml.writeAttribute("class", "wide");
    xml.writeStartElement("table");
    if (!table.caption.isEmpty()) element(xml, "caption", table.caption);
    xml.writeStartElement("thead");
    xml.writeStartElement("tr");
    if (!table.pictures.empty()) element(xml, "th", QObject::tr("picture"));
    for (const TextColumn& column : table.columns) {
      element(xml, "th", column.title, column.numeric ? "number" : nullptr);
    }
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeStartElement("tbody");
    for (std::size_t r = 0; r < table.rows.size(); ++r) write_row(table, r);
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeEndElement();
  }

  void write_picture(const QImage& picture) const {
    xml.writeStartElement("td");
    xml.writeAttribute("class", "picture");
    if (!picture.isNull()) {
      xml.writeEmptyElement("img");
      xml.writeAttribute("src", data_uri(picture));
      xml.writeAttribute("alt", "");  // its name stands beside it
      xml.writeAttribute("width", QString::number(picture.width()));
      xml.writeAttribute("height", QString::number(picture.height()));
    }
    xml.writeCharacters("");  // ends the tag: `<td/>` is no end to a browser
    xml.writeEndElement();
  }

  void write_row(const TextTable& table, std::size_t index) const {
    const std::vector<QString>& row = table.rows[index];
    xml.writeStartElement("tr");
    if (!table.pictures.empty()) write_picture(table.pictures[index]);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const bool may_break = row[c].size() > kLongCell;
      element(xml, c == 0 ? "th" : "td", row[c], table.columns[c].numeric ? "number" : may_break ? "wrap" : nullptr);
    }
    xml.writeEndElement();
  }

  void operator()(const Glossary& glossary) const {
    xml.writeStartElement("dl");
    for (const Definition& each : glossary.definitions) {
      element(xml, "dt", each.term);
      xml.writeStartElement("dd");
      xml.writeCharacters(clean(each.text));
      if (!each.source.isEmpty()) {
        xml.writeCharacters(" ");
        element(xml, "cite", each.source);
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  void operator()(const Code& code) const { element(xml, "pre", code.text); }

  void operator()(const Figure& figure) const {
    const QString label = QStringLiteral("Figure %1. %2").arg(figure.number).arg(clean(figure.title));
    xml.writeStartElement("figure");
    xml.writeAttribute("id", QStringLiteral("figure-%1").arg(figure.number));
    xml.writeStartElement("div");
    xml.writeAttribute("class", "wide");
    write_inline_svg(xml, figure.svg, QStringLiteral("figure-%1-").arg(figure.number), label);
    xml.writeEndElement();
    xml.writeStartElement("figcaption");
    element(xml, "b", label);
    if (!figure.reading.isEmpty()) {
      xml.writeCharacters(" ");
      element(xml, "span", figure.reading, "weak");
    }
    xml.writeEndElement();
    xml.writeEndElement();
  }
};

void write_head(QXmlStreamWriter& xml, const QString& title) {
  xml.writeStartElement("head");
  xml.writeEmptyElement("meta");
  xml.writeAttribute("charset", "utf-8");
  meta(xml, "http-equiv", "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  meta(xml, "name", "viewport", "width=device-width, initial-scale=1");
  meta(xml, "name", "generator", "Quantoscope " QS_VERSION);
  element(xml, "title", title);
  element(xml, "style", report_style());
  xml.writeEndElement();
}

}  // namespace

QByteArray to_html(const Document& document) {
  QByteArray bytes;
  QXmlStreamWriter xml(&bytes);
  xml.writeDTD("<!DOCTYPE html>");
  xml.writeStartElement("html");
  xml.writeDefaultNamespace("http://www.w3.org/1999/xhtml");
  xml.writeAttribute("lang", "en");
  write_head(xml, document.title);
  xml.writeStartElement("body");
  xml.writeStartElement("main");
  element(xml, "h1", document.title);
  element(xml, "p", document.subtitle, "weak");
  for (const Block& block : document.blocks) std::visit(Writer{xml}, block);
  xml.writeEndElement();
  xml.writeEndElement();
  xml.writeEndElement();
  bytes += '\n';
  return bytes;
}

}  // namespace qs
