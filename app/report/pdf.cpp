#include "app/report/pdf.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QTextDocument>

#include "app/report/text_document.h"

namespace qs {

namespace {

constexpr int kResolution = 600;  // dots per inch
constexpr double kFooter = 11;    // mm at the foot of each page

double dots(double millimetres) {
  return millimetres * kResolution / 25.4;
}

void draw_footer(QPainter& painter, const QRectF& page, const QString& title, int number, int pages) {
  QFont font = painter.font();
  font.setPointSizeF(7.5);
  painter.setFont(font);
  painter.setPen(QColor(0x55, 0x5b, 0x66));
  const QString count = QObject::tr("%1 of %2").arg(number).arg(pages);
  const double room = page.width() - painter.fontMetrics().horizontalAdvance(count) - dots(10);
  const QString name = painter.fontMetrics().elidedText(title.simplified(), Qt::ElideRight, static_cast<int>(room));
  painter.drawText(page, Qt::AlignBottom | Qt::AlignLeft, name);
  painter.drawText(page, Qt::AlignBottom | Qt::AlignRight, count);
}

void draw_page(QPainter& painter, const QTextDocument& text, int index) {
  const QSizeF size = text.pageSize();
  QAbstractTextDocumentLayout::PaintContext context;
  context.clip = QRectF(0, index * size.height(), size.width(), size.height());
  context.palette.setColor(QPalette::Text, Qt::black);
  painter.save();
  painter.translate(0, -index * size.height());
  painter.setClipRect(context.clip);
  text.documentLayout()->draw(&painter, context);
  painter.restore();
}

}  // namespace

QByteArray to_pdf(const Document& document) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setResolution(kResolution);
  writer.setPageSize(QPageSize(QPageSize::A4));
  writer.setPageMargins(QMarginsF(16, 15, 16, 12), QPageLayout::Millimeter);
  writer.setTitle(clean(document.title));
  writer.setCreator(QStringLiteral("Quantoscope " QS_VERSION));
  const QRectF page(0, 0, writer.width(), writer.height());
  const auto text = text_document(document, writer, {page.width(), page.height() - dots(kFooter)});
  QPainter painter(&writer);
  const int pages = text->pageCount();
  for (int i = 0; i < pages; ++i) {
    if (i > 0) writer.newPage();
    draw_page(painter, *text, i);
    draw_footer(painter, page, clean(document.title), i + 1, pages);
  }
  painter.end();
  return bytes;
}

}  // namespace qs
