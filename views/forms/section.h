// A heading that folds what is below it away.
#pragma once

#include <QPushButton>
#include <QVBoxLayout>

namespace qs {

class Section : public QWidget {
  Q_OBJECT

 public:
  Section(const QString& title, bool open, QWidget* parent);
  [[nodiscard]] QVBoxLayout& rows() const { return *rows_; }
  /// Behind the title: "2 changed"; empty: nothing.
  void set_note(const QString& note);
  void open() { heading_->setChecked(true); }
  [[nodiscard]] bool is_open() const { return heading_->isChecked(); }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void refresh();
  QString title_;
  QString note_;
  QPushButton* heading_;
  QWidget* body_;
  QVBoxLayout* rows_;
};

}  // namespace qs
