// A message above the work: what went wrong and what helps. Never modal.
#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;
class QToolButton;

namespace qs {

class Banner : public QFrame {
  Q_OBJECT

 public:
  explicit Banner(QWidget* parent = nullptr);

  /// Errors stay until they are closed; remarks go by themselves. A later message takes the place of an earlier one.
  void show_message(const QString& message, bool is_error);
  [[nodiscard]] QString message() const;

 signals:
  void log_wanted();

 private:
  void color();
  QLabel* text_;
  QToolButton* copy_;
  QTimer leaving_;
  bool is_error_ = false;
};

}  // namespace qs
