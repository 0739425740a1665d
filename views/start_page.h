// What is seen before anything is open: what can be opened, and what each does.
#pragma once

#include <QStringList>
#include <QWidget>

class QListWidget;
class QLabel;

namespace qs {

class StartPage : public QWidget {
  Q_OBJECT

 public:
  explicit StartPage(QWidget* parent = nullptr);

  /// Paths of projects and models, the newest first.
  void show_recent(const QStringList& paths);

 signals:
  void example_wanted();
  void open_model_wanted();
  void open_images_wanted();
  void open_project_wanted();
  void recent_chosen(const QString& path);

 private:
  QListWidget* recent_;
  QLabel* recent_title_;
};

}  // namespace qs
