// A recipe as a form: every key has its editor, made from the list of keys.
#pragma once

#include <QPointer>
#include <QScrollArea>
#include <map>

#include "views/forms/field_row.h"
#include "views/forms/section.h"
#include "views/models/recipe_fields.h"

namespace qs {

class RecipeForm : public QWidget {
  Q_OBJECT

 public:
  explicit RecipeForm(QWidget* parent = nullptr);

  /// Shows `recipe`; what differs from `origin` is marked. Keys that do nothing in it have no row: those of the network
  /// where it starts from a model, those of quantization where it trains in float.
  void show_recipe(const Recipe& recipe, const Recipe& origin);
  [[nodiscard]] const Recipe& recipe() const { return recipe_; }
  [[nodiscard]] FieldRow* row(const std::string& path) const;

 signals:
  void edited(const qs::Recipe& changed);

 private:
  void make_rows(const std::vector<Field>& fields);
  void change(const std::string& path, const FieldValue& value);
  void show_problem();

  Recipe recipe_;
  Recipe origin_;
  QScrollArea* scroll_;
  QLabel* problem_;
  std::map<std::string, QPointer<Section>> sections_;
  std::vector<FieldRow*> rows_;
};

}  // namespace qs
