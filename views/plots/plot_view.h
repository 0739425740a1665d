// A plot with what every plot here has: a title, a sentence saying how to read it, values under the mouse, zoom, a log
// axis where it makes sense, a legend whose entries switch their series off, copy, and export to SVG, PDF, PNG and CSV.
#pragma once

#include <QPicture>
#include <QString>
#include <QWidget>
#include <functional>
#include <optional>

#include "views/plots/number_table.h"
#include "views/theme.h"

class QCustomPlot;
class QLabel;
class QToolButton;
class QStackedLayout;

namespace qs {

/// What a drawing function gets: an empty plot with styled axes. Whatever it adds is removed before the next drawing.
class PlotView : public QWidget {
  Q_OBJECT

 public:
  /// `id` names exported files, e.g. "sqnr-histogram".
  PlotView(QString id, QString title, QWidget* parent = nullptr);
  ~PlotView() override;

  /// Draws now, and again whenever colors or axes change: `draw` must own what it draws. Where the user has zoomed, and
  /// `same_subject`, the section stays.
  void show_plot(std::function<void(PlotView&)> draw, bool same_subject = false);
  /// Says why there is nothing to see, and what to do about it.
  void show_nothing(const QString& why);
  [[nodiscard]] bool is_empty() const;

  // For drawing functions.
  [[nodiscard]] QCustomPlot& plot() { return *plot_; }
  [[nodiscard]] const Theme& theme() const { return theme_; }
  void set_title(const QString& title);
  [[nodiscard]] QString title() const;
  /// One or two sentences: how to read it. `handling` says what mouse and keys do here; it is shown behind it and is no
  /// part of `reading`, which stands on paper, too.
  void set_reading(const QString& sentence, const QString& handling = {});
  [[nodiscard]] QString reading() const;
  void set_numbers(NumberTable numbers) { numbers_ = std::move(numbers); }
  [[nodiscard]] const NumberTable& numbers() const { return numbers_; }
  /// Plain text for the mouse at these coordinates of the main axes; empty: none.
  void set_hover(std::function<QString(double x, double y)> hover) { hover_ = std::move(hover); }
  /// A vertical reference line over the whole plot, with a label at its end; dashed.
  void add_vertical_line(double x, const QString& label);
  /// Whether the user wants a log axis; shows the button for it. Call at most once per drawing.
  [[nodiscard]] bool log_y(bool by_default = false);

  /// Writes SVG, PDF or PNG by the file's extension in the colors for print, or the numbers as CSV. Throws `Error`
  /// (bad_input) when it cannot be written or the extension is another.
  void save(const QString& path);
  /// The same as the text of an SVG file, `width` x `height` points; for reports.
  [[nodiscard]] QByteArray svg(int width, int height);
  /// The same to be drawn by another painter, as onto pages: SVG loses hatches in Qt's own renderer.
  [[nodiscard]] QPicture picture(int width, int height);
  /// Draws with other colors, as for print; empty: those of the window.
  void use_theme(std::optional<Theme> theme);

 signals:
  void clicked(double x, double y);  ///< on the plot, in coordinates of the main axes
  void failed(const QString& message);

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void make_header();
  void redraw();
  void grow();
  void style();
  void export_as();
  void copy();
  /// Lays the plot out for this size: which names there is room for follows the layout of the drawing before.
  void settle(int width, int height);
  template <class Body>
  void in_print_colors(Body body);

  QString id_;
  QCustomPlot* plot_;
  QLabel* title_;
  QLabel* reading_;
  QString sentence_;  ///< without what mouse and keys do
  QLabel* nothing_;
  QStackedLayout* stack_;
  QToolButton* log_button_;
  QToolButton* reset_button_;
  QToolButton* copy_button_;
  QToolButton* export_button_;
  Theme theme_;
  std::optional<Theme> forced_theme_;
  NumberTable numbers_;
  std::function<void(PlotView&)> draw_;
  std::function<QString(double, double)> hover_;
  bool log_asked_ = false;
  bool log_touched_ = false;  ///< the user has decided, not the plot
  bool zoomed_ = false;
};

}  // namespace qs
