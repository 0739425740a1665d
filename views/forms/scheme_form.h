// A scheme as a form: every key has its editor, made from the list of keys.
#pragma once

#include <QLabel>
#include <QPointer>
#include <QScrollArea>
#include <map>

#include "views/forms/exceptions_form.h"
#include "views/forms/field_row.h"
#include "views/forms/section.h"

namespace qs {

class SchemeForm : public QWidget {
  Q_OBJECT

 public:
  explicit SchemeForm(QWidget* parent = nullptr);

  /// Shows `scheme`; what differs from `origin` is marked. `problem` is what is known to be wrong with it beside what
  /// its keys say themselves.
  void show_scheme(const Scheme& scheme, const Scheme& origin, const QString& problem = {});
  /// The layers that exceptions can be about, and those that are selected.
  void show_layers(const std::vector<std::string>& names, const std::vector<std::string>& selected);

  [[nodiscard]] const Scheme& scheme() const { return scheme_; }
  [[nodiscard]] FieldRow* row(const std::string& path) const;
  [[nodiscard]] ExceptionsForm& exceptions() const { return *exceptions_; }

 signals:
  /// The user wants this scheme instead; `what` says which key was changed.
  void edited(const qs::Scheme& changed, const QString& what);

 private:
  void make_rows();
  Section& section(const std::string& title, bool open);
  void change(const FieldRow& row, const FieldValue& value);
  void show_problem(const QString& known);
  void show_what_counts();
  void show_help();

  Scheme scheme_;
  Scheme origin_;
  QScrollArea* scroll_;
  QVBoxLayout* rows_;
  std::map<std::string, Section*> sections_;
  std::vector<FieldRow*> fields_;
  ExceptionsForm* exceptions_;
  QLabel* problem_;
  QLabel* help_;
  QPointer<FieldRow> helped_;
};

}  // namespace qs
