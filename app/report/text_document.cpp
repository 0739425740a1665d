#include "app/report/text_document.h"

#include <QAbstractTextDocumentLayout>
#include <QGuiApplication>
#include <QPainter>
#include <QScreen>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextObjectInterface>
#include <QTextTable>
#include <cmath>

namespace qs {

namespace {

constexpr int kFigureObject = QTextFormat::UserObject + 1;
constexpr int kPicture = QTextFormat::UserProperty + 1;       // which of the pictures
constexpr int kShape = QTextFormat::UserProperty + 2;         // height over width
constexpr int kKeepWithNext = QTextFormat::UserProperty + 3;  // of a block
constexpr double kTextSize = 9;                               // points
constexpr double kPictureSide = 40;                           // the same
const QColor kWeak(0x55, 0x5b, 0x66);
const QColor kLines(0xb4, 0xb9, 0xc2);

/// A plot in the text, as wide as the page.
class FigureObject : public QObject, public QTextObjectInterface {
  Q_OBJECT
  Q_INTERFACES(QTextObjectInterface)

 public:
  FigureObject(std::vector<const Figure*> figures, QObject* parent) : QObject(parent), figures_(std::move(figures)) {}

  QSizeF intrinsicSize(QTextDocument* document, int /*position*/, const QTextFormat& format) override {
    const double width = document->pageSize().width();
    return {width, width * format.doubleProperty(kShape)};
  }
  void drawObject(QPainter* painter, const QRectF& rect, QTextDocument* /*document*/, int /*position*/,
                  const QTextFormat& format) override {
    const Figure& figure = *figures_[static_cast<std::size_t>(format.intProperty(kPicture))];
    // Pictures bring clips of their own, which would let them out onto the page before theirs.
    if (painter->clipBoundingRect().intersected(rect).height() < rect.height() / 2) return;
    painter->save();
    painter->translate(rect.topLeft());
    // A picture keeps its size in inches; here it is to fill the rectangle.
    const double inches = figure.picture.logicalDpiX() / static_cast<double>(painter->device()->logicalDpiX());
    painter->scale(inches * rect.width() / figure.size.width(), inches * rect.height() / figure.size.height());
    painter->drawPicture(0, 0, figure.picture);
    painter->restore();
  }

 private:
  std::vector<const Figure*> figures_;
};

/// By their numbers, from 1.
std::vector<const Figure*> figures_of(const Document& document) {
  std::vector<const Figure*> figures;
  for (const Block& block : document.blocks) {
    if (const auto* figure = std::get_if<Figure>(&block)) figures.push_back(figure);
  }
  return figures;
}

QColor color_of(Severity severity) {
  switch (severity) {
    case Severity::serious: return {0xb3, 0x26, 0x1e};
    case Severity::warning: return {0x8a, 0x52, 0x00};
    case Severity::good: return {0x00, 0x73, 0x4f};
    case Severity::note: break;
  }
  return kWeak;
}

QTextCharFormat letters(double size, bool bold = false, const QColor& color = Qt::black) {
  QTextCharFormat format;
  format.setFontPointSize(size);
  if (bold) format.setFontWeight(QFont::DemiBold);
  format.setForeground(color);
  return format;
}

/// Before and after a paragraph, in points.
struct Space {
  double before = 0;
  double after = 3;
};

/// Writes blocks of every kind.
struct Typesetter {
  QTextCursor cursor;
  double point;  ///< in the units of formats, which the layout scales to the device

  /// Begins a paragraph; the first of the document and of a cell is there already.
  void paragraph(Space space, bool keep_with_next = false, double indent = 0) {
    QTextBlockFormat format;
    format.setTopMargin(space.before * point);
    format.setBottomMargin(space.after * point);
    format.setLeftMargin(indent * point);
    format.setTextIndent(-indent * point);
    if (keep_with_next) format.setProperty(kKeepWithNext, true);
    if (cursor.block().text().isEmpty()) {
      cursor.setBlockFormat(format);
    } else {
      cursor.insertBlock(format);
    }
  }

  void write(const QString& text, const QTextCharFormat& format) { cursor.insertText(clean(text), format); }

  void title(const QString& text, const QString& subtitle) {
    paragraph({0, 2});
    write(text, letters(17, true));
    paragraph({0, 6});
    write(subtitle, letters(kTextSize, false, kWeak));
  }

  void operator()(const Heading& heading) {
    const bool section = heading.level == 2;
    paragraph({section ? 14.0 : 8.0, 4}, true);
    write(heading.text, letters(section ? 13 : heading.level == 3 ? 10.5 : kTextSize, true));
  }

  void operator()(const Paragraph& text) {
    paragraph({0, 4});
    write(text.text, letters(text.weak ? kTextSize - 0.5 : kTextSize, false, text.weak ? kWeak : QColor(Qt::black)));
  }

  void operator()(const FindingList& list) {
    for (const Finding& finding : list.findings) {
      paragraph({0, 3}, false, 10);
      write(clean(word_of(finding.severity)) + ": ", letters(kTextSize, true, color_of(finding.severity)));
      write(clean(finding.sentence), letters(kTextSize));
    }
  }

  void operator()(const Glossary& glossary) {
    for (const Definition& each : glossary.definitions) {
      paragraph({0, 2}, false, 10);
      write(each.term + ". ", letters(kTextSize, true));
      write(each.text, letters(kTextSize));
      if (!each.source.isEmpty()) write(" " + each.source, letters(kTextSize - 1, false, kWeak));
    }
  }

  void operator()(const Code& code) {
    QTextCharFormat format = letters(kTextSize - 1);
    format.setFontFamilies({QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace")});
    paragraph({0, 6});
    write(code.text, format);
  }

  void operator()(const Figure& figure) {
    QTextCharFormat format;
    format.setObjectType(kFigureObject);
    format.setProperty(kPicture, figure.number - 1);
    format.setProperty(kShape, static_cast<double>(figure.size.height()) / figure.size.width());
    paragraph({8, 0}, true);
    cursor.insertText(QString(QChar::ObjectReplacementCharacter), format);
    paragraph({0, 8});
    write(QObject::tr("Figure %1. %2 ").arg(figure.number).arg(figure.title), letters(kTextSize - 0.5, true));
    write(figure.reading, letters(kTextSize - 0.5, false, kWeak));
  }

  void operator()(const TextTable& table) {
    if (!table.caption.isEmpty()) {
      paragraph({6, 2}, true);
      write(table.caption, letters(kTextSize, true));
    }
    QTextTableFormat format;
    format.setBorder(0);
    format.setBorderCollapse(true);
    format.setCellPadding(0);
    format.setHeaderRowCount(1);
    format.setTopMargin(2 * point);
    format.setBottomMargin(5 * point);
    const double size = table.columns.size() > 8 ? kTextSize - 2.5 : kTextSize - 1.5;
    if (!cursor.block().text().isEmpty()) cursor.insertBlock();
    const std::size_t first = table.pictures.empty() ? 0 : 1;
    QTextTable* cells = cursor.insertTable(static_cast<int>(table.rows.size()) + 1,
                                           static_cast<int>(table.columns.size() + first), format);
    if (first > 0) write_pictures(*cells, table.pictures, letters(size, true));
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      write_cell(*cells, 0, c + first, table.columns[c].title, table.columns[c].numeric, letters(size, true));
    }
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
        write_cell(*cells, r + 1, c + first, table.rows[r][c], table.columns[c].numeric, letters(size));
      }
    }
    cursor.movePosition(QTextCursor::End);
  }

  /// The first column.
  void write_pictures(QTextTable& table, const std::vector<QImage>& pictures, const QTextCharFormat& format) const {
    write_cell(table, 0, 0, QObject::tr("picture"), false, format);
    for (std::size_t r = 0; r < pictures.size(); ++r) {
      write_cell(table, r + 1, 0, {}, false, format);
      if (pictures[r].isNull()) continue;
      QTextImageFormat image;
      image.setName(QStringLiteral("picture-%1").arg(pictures[r].cacheKey()));
      const double side = std::max(pictures[r].width(), pictures[r].height());
      image.setWidth(kPictureSide * point * pictures[r].width() / side);
      image.setHeight(kPictureSide * point * pictures[r].height() / side);
      cursor.document()->addResource(QTextDocument::ImageResource, QUrl(image.name()), pictures[r]);
      table.cellAt(static_cast<int>(r) + 1, 0).firstCursorPosition().insertImage(image);
    }
  }

  static void write_cell(QTextTable& table, std::size_t row, std::size_t column, const QString& text, bool numeric,
                         const QTextCharFormat& format) {
    QTextTableCell cell = table.cellAt(static_cast<int>(row), static_cast<int>(column));
    QTextTableCellFormat lines = cell.format().toTableCellFormat();
    lines.setBottomBorder(row == 0 ? 1 : 0.5);
    lines.setBottomBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    lines.setBottomBorderBrush(row == 0 ? kWeak : kLines);
    lines.setRightPadding(6);
    lines.setTopPadding(1.5);
    lines.setBottomPadding(1.5);
    cell.setFormat(lines);
    QTextCursor inside = cell.firstCursorPosition();
    if (numeric) {
      QTextBlockFormat right;
      right.setAlignment(Qt::AlignRight);
      inside.mergeBlockFormat(right);
    }
    inside.insertText(clean(text), format);
  }
};

/// The page on which a paragraph's first line stands.
int page_of(const QTextDocument& text, const QTextBlock& block) {
  const QTextLayout& lines = *block.layout();
  const double top = text.documentLayout()->blockBoundingRect(block).top();
  const double line = lines.lineCount() > 0 ? lines.lineAt(0).y() : 0;
  constexpr double kDot = 1;  // sums of heights are rounded
  return static_cast<int>(std::floor((top + line + kDot) / text.pageSize().height()));
}

/// Moves what would stand at the foot of a page, away from what it is about, to the next.
void keep_together(QTextDocument& text) {
  for (QTextBlock block = text.begin(); block.isValid(); block = block.next()) {
    if (!block.blockFormat().hasProperty(kKeepWithNext) || !block.next().isValid()) continue;
    QTextBlock next = block.next();
    while (next.next().isValid() && next.blockFormat().hasProperty(kKeepWithNext)) next = next.next();
    if (page_of(text, block) == page_of(text, next)) continue;
    QTextCursor cursor(block);
    QTextBlockFormat format = block.blockFormat();
    format.setPageBreakPolicy(QTextFormat::PageBreak_AlwaysBefore);
    cursor.setBlockFormat(format);
  }
}

}  // namespace

std::unique_ptr<QTextDocument> text_document(const Document& document, QPaintDevice& device, QSizeF page) {
  auto text = std::make_unique<QTextDocument>();
  text->setUndoRedoEnabled(false);
  text->setDocumentMargin(0);
  QTextOption wrapping;
  wrapping.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  text->setDefaultTextOption(wrapping);
  text->documentLayout()->setPaintDevice(&device);
  text->documentLayout()->registerHandler(kFigureObject, new FigureObject(figures_of(document), text.get()));
  text->setPageSize(page);
  Typesetter typesetter{QTextCursor(text.get()), QGuiApplication::primaryScreen()->logicalDotsPerInchY() / 72.0};
  typesetter.title(document.title, document.subtitle);
  for (const Block& block : document.blocks) std::visit([&](const auto& each) { typesetter(each); }, block);
  keep_together(*text);
  return text;
}

}  // namespace qs

#include "text_document.moc"
