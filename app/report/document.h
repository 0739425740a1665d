// What a report says, before it is HTML or PDF: headings, sentences, tables and pictures in the order of reading.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <QPicture>
#include <QSize>
#include <QString>
#include <variant>
#include <vector>

#include "core/findings.h"

namespace qs {

struct Heading {
  int level = 2;  ///< 2: a section, 3 and 4: parts of one; the title is level 1
  QString text;
};

struct Paragraph {
  QString text;  ///< line ends are kept
  bool weak = false;
};

/// Findings, one after another.
struct FindingList {
  std::vector<Finding> findings;
};

struct TextColumn {
  QString title;
  bool numeric = false;  ///< aligned to the right
};

struct TextTable {
  QString caption;  ///< may be empty
  std::vector<TextColumn> columns;
  std::vector<std::vector<QString>> rows;
  std::vector<QImage> pictures = {};  ///< one in front of each row, null where there is none; empty: no such column
};

/// A term and what it means.
struct Definition {
  QString term;
  QString text;
  QString source;  ///< a citation; may be empty
};
struct Glossary {
  std::vector<Definition> definitions;
};

/// Text to be copied as it is: commands, JSON.
struct Code {
  QString text;
};

/// A plot, drawn.
struct Figure {
  QString id;       ///< "sqnr-histogram"
  QString title;    ///< of the plot
  QString reading;  ///< how to read it
  QByteArray svg;
  QPicture picture;  ///< the same for painters
  QSize size;        ///< of both, in points
  int number = 0;    ///< counted through the report
};

using Block = std::variant<Heading, Paragraph, FindingList, TextTable, Glossary, Code, Figure>;

struct Document {
  QString title;
  QString subtitle;
  std::vector<Block> blocks;
};

/// `text` as every reader of XML takes it: characters that XML forbids and marks that reverse the direction of what
/// follows (U+202A to U+202E, U+2066 to U+2069) become U+FFFD. Bytes that are no UTF-8 do, too.
[[nodiscard]] QString clean(const QString& text);
[[nodiscard]] QString clean(std::string_view text);

}  // namespace qs
