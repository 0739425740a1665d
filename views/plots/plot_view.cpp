#include "views/plots/plot_view.h"

#include <qcustomplot.h>

#include <QBuffer>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QMimeData>
#include <QSaveFile>
#include <QStackedLayout>
#include <QSvgGenerator>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "views/plots/series_style.h"

namespace qs {

namespace {

constexpr double kPrintScale = 3;  // PNG pixels per point: about 216 dpi
constexpr QSize kSmallest{300, 170};
/// Of the rectangle between the axes: where names and legend leave less, the plot asks for more room.
constexpr QSize kSmallestAxes{150, 110};
constexpr int kWidestWish = 360;  // pixels: what is wider is scrolled, which hides ends of names and numbers

QToolButton* tool_button(const QString& text, const QString& tip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(text);
  button->setToolTip(tip);
  button->setAutoRaise(true);
  button->setAccessibleName(tip);
  return button;
}

void style_axis(QCPAxis& axis, const Theme& theme) {
  axis.setBasePen(QPen(theme.weak_text));
  axis.setTickPen(QPen(theme.weak_text));
  axis.setSubTickPen(QPen(theme.weak_text));
  axis.setTickLabelColor(theme.text);
  axis.setLabelColor(theme.text);
  axis.grid()->setPen(QPen(theme.grid, 1, Qt::SolidLine));
  axis.grid()->setZeroLinePen(QPen(theme.grid, 1, Qt::SolidLine));
  axis.grid()->setSubGridVisible(false);
}

bool is_forbidden_in_xml(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

void write_file(const QString& path, const QByteArray& bytes) {
  QSaveFile file(path);  // whole or not at all
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
    bad_input("{}: cannot be written ({}); choose another place", path.toStdString(), file.errorString().toStdString());
  }
}

/// Splitters and scroll areas ask for the least height without telling the width, at which words wrap.
void reserve_lines(QLabel& label) {
  label.setMinimumHeight(label.text().isEmpty() ? 0 : label.heightForWidth(label.width()));
}

/// Plain text with names from files in it, which Qt would otherwise take for HTML where they look like it.
QString as_tooltip(const QString& text) {
  if (text.isEmpty()) return {};
  return QStringLiteral("<p style='white-space:pre'>%1</p>").arg(text.toHtmlEscaped());
}

/// As lines and text, not as pixels.
void paint(QPaintDevice& device, QCustomPlot& plot, int width, int height) {
  QCPPainter painter;
  painter.begin(&device);
  painter.setMode(QCPPainter::pmVectorized);
  painter.setMode(QCPPainter::pmNoCaching);
  plot.toPainter(&painter, width, height);
  painter.end();
}

}  // namespace

PlotView::PlotView(QString id, QString title, QWidget* parent)
    : QWidget(parent), id_(std::move(id)), plot_(new QCustomPlot), theme_(theme_for(palette())) {
  setObjectName(id_);
  make_header();
  title_->setText(title);
  auto* page = new QWidget;
  auto* page_layout = new QVBoxLayout(page);
  page_layout->setContentsMargins(0, 0, 0, 0);
  page_layout->addWidget(plot_, 1);
  page_layout->addWidget(reading_);
  stack_ = new QStackedLayout;
  stack_->addWidget(nothing_);
  stack_->addWidget(page);
  static_cast<QVBoxLayout*>(layout())->addLayout(stack_, 1);
  plot_->setMinimumSize(kSmallest);
  plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  plot_->installEventFilter(this);
  plot_->setMouseTracking(true);
  plot_->setAccessibleName(title);
  // Noticed on the view itself, so that a section survives a change of the scheme but not a press of Reset.
  connect(plot_, &QCustomPlot::mouseWheel, this, [this] { zoomed_ = true; });
  connect(plot_, &QCustomPlot::mouseDoubleClick, this, [this] {
    zoomed_ = false;
    redraw();
  });
  connect(plot_, &QCustomPlot::legendClick, this, [this](QCPLegend*, QCPAbstractLegendItem* item, QMouseEvent*) {
    if (auto* entry = qobject_cast<QCPPlottableLegendItem*>(item)) {
      QCPAbstractPlottable* series = entry->plottable();
      series->setVisible(!series->visible());
      entry->setTextColor(series->visible() ? theme_.text : theme_.weak_text);
      QFont font = entry->font();
      font.setStrikeOut(!series->visible());
      entry->setFont(font);
      plot_->replot();
    }
  });
  connect(plot_, &QCustomPlot::afterReplot, this, &PlotView::grow);
  connect(log_button_, &QToolButton::clicked, this, [this] {
    log_touched_ = true;
    zoomed_ = false;
    redraw();
  });
  connect(reset_button_, &QToolButton::clicked, this, [this] {
    zoomed_ = false;
    redraw();
  });
  connect(copy_button_, &QToolButton::clicked, this, &PlotView::copy);
  connect(export_button_, &QToolButton::clicked, this, &PlotView::export_as);
  show_nothing(tr("Nothing to show yet."));
}

PlotView::~PlotView() = default;

void PlotView::make_header() {
  title_ = new QLabel(this);
  QFont bold = title_->font();
  bold.setBold(true);
  title_->setFont(bold);
  title_->setTextFormat(Qt::PlainText);
  title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  reading_ = new QLabel;
  reading_->setWordWrap(true);
  reading_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  reading_->setTextFormat(Qt::PlainText);
  reading_->installEventFilter(this);
  nothing_ = new QLabel;
  nothing_->setWordWrap(true);
  nothing_->setTextFormat(Qt::PlainText);
  nothing_->setAlignment(Qt::AlignCenter);
  nothing_->setMargin(24);
  log_button_ = tool_button(tr("log"), tr("Logarithmic axis"), this);
  log_button_->setCheckable(true);
  reset_button_ = tool_button(tr("Reset"), tr("Show all again (double click)"), this);
  copy_button_ = tool_button(tr("Copy"), tr("Copy the picture, and its numbers as text"), this);
  export_button_ = tool_button(tr("Export…"), tr("Save as SVG, PDF, PNG, or the numbers as CSV"), this);
  auto* header = new QHBoxLayout;
  header->setSpacing(2);
  header->addWidget(title_, 1);
  for (QToolButton* button : {log_button_, reset_button_, copy_button_, export_button_}) header->addWidget(button);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(8, 4, 8, 6);
  rows->setSpacing(4);
  rows->addLayout(header);
}

void PlotView::show_plot(std::function<void(PlotView&)> draw, bool same_subject) {
  draw_ = std::move(draw);
  if (!same_subject) zoomed_ = false;
  redraw();
  stack_->setCurrentIndex(1);
  for (QToolButton* button : {reset_button_, copy_button_, export_button_}) button->setVisible(true);
}

void PlotView::show_nothing(const QString& why) {
  draw_ = nullptr;
  numbers_ = {};
  hover_ = nullptr;
  nothing_->setText(why);
  stack_->setCurrentIndex(0);
  for (QToolButton* button : {log_button_, reset_button_, copy_button_, export_button_}) button->setVisible(false);
}

bool PlotView::is_empty() const {
  return draw_ == nullptr;
}

void PlotView::set_title(const QString& title) {
  title_->setText(title);
  title_->setToolTip(title);
}

void PlotView::set_reading(const QString& sentence, const QString& handling) {
  sentence_ = sentence;
  reading_->setText(handling.isEmpty() ? sentence : sentence + QLatin1Char(' ') + handling);
  reserve_lines(*reading_);
}

QString PlotView::title() const {
  return title_->text();
}

QString PlotView::reading() const {
  return sentence_;
}

bool PlotView::log_y(bool by_default) {
  log_asked_ = true;
  if (!log_touched_) log_button_->setChecked(by_default);
  return log_button_->isChecked();
}

void PlotView::style() {
  plot_->setBackground(QBrush(theme_.background));
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis, plot_->xAxis2, plot_->yAxis2}) style_axis(*axis, theme_);
  plot_->legend->setBrush(QBrush(theme_.background));
  plot_->legend->setBorderPen(QPen(theme_.grid));
  plot_->legend->setTextColor(theme_.text);
  plot_->legend->setFont(font());
  QPalette weak = reading_->palette();
  weak.setColor(QPalette::WindowText, theme_.weak_text);
  reading_->setPalette(weak);
  nothing_->setPalette(weak);
}

void PlotView::redraw() {
  if (!draw_) return;
  theme_ = forced_theme_.value_or(theme_for(palette()));
  const QCPRange x = plot_->xAxis->range();
  const QCPRange y = plot_->yAxis->range();
  plot_->clearPlottables();
  plot_->clearItems();
  plot_->legend->setVisible(false);
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis, plot_->xAxis2, plot_->yAxis2}) {
    axis->setScaleType(QCPAxis::stLinear);
    axis->setTicker(QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
    axis->setTickLabelRotation(0);
    axis->setTickLabels(axis == plot_->xAxis || axis == plot_->yAxis);
    axis->setRangeReversed(false);
    axis->setLabel({});
    axis->setNumberFormat(QStringLiteral("g"));
    axis->setNumberPrecision(6);
    axis->setVisible(axis == plot_->xAxis || axis == plot_->yAxis);
  }
  hover_ = nullptr;
  numbers_ = {};
  log_asked_ = false;
  style();
  draw_(*this);
  log_button_->setVisible(log_asked_);
  if (zoomed_) {
    plot_->xAxis->setRange(x);
    plot_->yAxis->setRange(y);
  }
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

/// Only ever larger, lest it should jump to and fro.
void PlotView::grow() {
  if (forced_theme_) return;  // for print the size is given
  const QSize missing = kSmallestAxes - plot_->axisRect()->size();
  const QSize smallest = plot_->minimumSize();
  const QSize wanted = smallest.expandedTo({missing.width() > 0 ? plot_->width() + missing.width() : 0,
                                            missing.height() > 0 ? plot_->height() + missing.height() : 0});
  if (wanted != smallest && isVisible()) plot_->setMinimumSize(wanted.boundedTo({kWidestWish, 700}));
}

void PlotView::add_vertical_line(double x, const QString& label) {
  auto* line = new QCPItemStraightLine(plot_);
  line->setPen(QPen(theme_.float_line, 1, Qt::DashLine));
  line->point1->setCoords(x, 0);
  line->point2->setTypeX(QCPItemPosition::ptPlotCoords);
  line->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
  line->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
  line->point1->setCoords(x, 0);
  line->point2->setCoords(x, 1);
  auto* text = new QCPItemText(plot_);
  text->setColor(theme_.weak_text);
  text->setFont(font());
  text->setText(label);
  text->setPositionAlignment(Qt::AlignTop | Qt::AlignLeft);
  text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
  text->position->setCoords(x, 0.01);
  text->setPadding(QMargins(4, 0, 4, 0));
}

template <class Body>
void PlotView::in_print_colors(Body body) {
  const std::optional<Theme> before = forced_theme_;
  forced_theme_ = print_theme();
  redraw();
  body();
  forced_theme_ = before;
  redraw();
}

void PlotView::settle(int width, int height) {
  fit_legend(*plot_, width);
  QPicture nowhere;
  paint(nowhere, *plot_, width, height);
}

QByteArray PlotView::svg(int width, int height) {
  QByteArray bytes;
  in_print_colors([&] {
    settle(width, height);
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize({width, height});
    generator.setViewBox(QRect(0, 0, width, height));
    generator.setTitle(title_->text().toHtmlEscaped());  // Qt 6.4 writes both as they are
    generator.setDescription(sentence_.toHtmlEscaped());
    paint(generator, *plot_, width, height);
  });
  // Names from files may hold control characters, which Qt 6.4 passes on and XML forbids.
  bytes.erase(std::remove_if(bytes.begin(), bytes.end(), is_forbidden_in_xml), bytes.end());
  return bytes;
}

QPicture PlotView::picture(int width, int height) {
  QPicture recorded;
  in_print_colors([&] {
    settle(width, height);
    paint(recorded, *plot_, width, height);
  });
  return recorded;
}

void PlotView::save(const QString& path) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  const QSize size = plot_->size().expandedTo(kSmallest);
  if (suffix == "csv") return write_file(path, QByteArray::fromStdString(to_csv(numbers_)));
  if (suffix == "svg") return write_file(path, svg(size.width(), size.height()));
  if (suffix != "pdf" && suffix != "png") {
    bad_input("{}: pictures are saved as .svg, .pdf or .png, and numbers as .csv", path.toStdString());
  }
  bool saved = false;
  in_print_colors([&] {
    settle(size.width(), size.height());
    saved = suffix == "pdf"
                ? plot_->savePdf(path, size.width(), size.height(), QCP::epAllowCosmetic, "Quantoscope", title_->text())
                : plot_->savePng(path, size.width(), size.height(), kPrintScale);
  });
  if (!saved) bad_input("{}: cannot be written; choose another place", path.toStdString());
}

void PlotView::use_theme(std::optional<Theme> theme) {
  forced_theme_ = std::move(theme);
  redraw();
}

void PlotView::export_as() {
  // Not modal: the work goes on behind it.
  auto* dialog = new QFileDialog(this, tr("Export %1").arg(title_->text()), id_ + ".svg",
                                 tr("SVG picture (*.svg);;PDF (*.pdf);;PNG picture (*.png);;Numbers (*.csv)"));
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QFileDialog::filterSelected, dialog,
          [dialog](const QString& filter) { dialog->setDefaultSuffix(filter.section("*.", 1).chopped(1)); });
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    try {
      save(path);
    } catch (const Error& error) {
      emit failed(QString::fromStdString(error.what()));
    }
  });
  dialog->open();
}

void PlotView::copy() {
  auto* mime = new QMimeData;
  in_print_colors([&] { mime->setImageData(plot_->toPixmap(0, 0, kPrintScale).toImage()); });
  mime->setText(QString::fromStdString(to_csv(numbers_)));
  QGuiApplication::clipboard()->setMimeData(mime);
}

void PlotView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::PaletteChange && event->type() != QEvent::FontChange) return;
  theme_ = forced_theme_.value_or(theme_for(palette()));
  style();
  redraw();
}

bool PlotView::eventFilter(QObject* object, QEvent* event) {
  if (object == reading_ && event->type() == QEvent::Resize) {  // behind the layout that is at work
    QMetaObject::invokeMethod(
        reading_, [this] { reserve_lines(*reading_); }, Qt::QueuedConnection);
  }
  if (object == plot_ && event->type() == QEvent::Resize) fit_legend(*plot_, plot_->width());
  if (object == plot_ && event->type() == QEvent::MouseMove) {
    const auto* move = static_cast<QMouseEvent*>(event);
    if ((move->buttons() & Qt::LeftButton) != 0) zoomed_ = true;
    const QPointF at = move->position();
    const QString text = hover_ && plot_->axisRect()->rect().contains(at.toPoint())
                             ? hover_(plot_->xAxis->pixelToCoord(at.x()), plot_->yAxis->pixelToCoord(at.y()))
                             : QString();
    QToolTip::showText(move->globalPosition().toPoint(), as_tooltip(text), plot_);
  }
  if (object == plot_ && event->type() == QEvent::MouseButtonRelease) {
    const auto* release = static_cast<QMouseEvent*>(event);
    const QPointF at = release->position();
    if (release->button() == Qt::LeftButton && plot_->axisRect()->rect().contains(at.toPoint())) {
      emit clicked(plot_->xAxis->pixelToCoord(at.x()), plot_->yAxis->pixelToCoord(at.y()));
    }
  }
  return QWidget::eventFilter(object, event);
}

}  // namespace qs
