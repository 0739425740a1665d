// Exceptions of a scheme for single layers: a list of them, and the settings of the one that is chosen there or of the
// layers selected in the window.
#pragma once

#include <QLabel>
#include <QToolButton>
#include <QTreeWidget>

#include "views/forms/field_row.h"
#include "views/models/layer_exceptions.h"

namespace qs {

class ExceptionsForm : public QWidget {
  Q_OBJECT

 public:
  explicit ExceptionsForm(QWidget* parent = nullptr);
  void show_scheme(const Scheme& scheme);
  /// All layers that patterns can match, and those selected in the window.
  void show_layers(const std::vector<std::string>& names, const std::vector<std::string>& selected);
  /// About the exceptions; empty: there is none.
  void show_problem(const QString& problem);

  /// What the settings below the list are about.
  [[nodiscard]] std::vector<std::string> patterns() const;
  [[nodiscard]] FieldRow* row(const std::string& path) const;
  [[nodiscard]] QTreeWidget& list() const { return *list_; }
  void remove_current();

 signals:
  void edited(const qs::Scheme& changed, const QString& what);

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void fill_list();
  void show_target();
  void rename(int index, const QString& pattern);
  void replace(const Scheme& changed, const QString& what);

  Scheme scheme_;
  std::vector<std::string> names_;
  std::vector<std::string> selected_;
  QTreeWidget* list_;  ///< the selected layers first, then the exceptions in their order
  QToolButton* remove_;
  QLabel* target_;
  QLabel* problem_;
  std::vector<FieldRow*> rows_;
  bool filling_ = false;
};

}  // namespace qs
