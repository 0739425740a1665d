// What a training is started with: recipe, scheme, images, and where the result goes.
#pragma once

#include <QWidget>

#include "views/forms/recipe_form.h"
#include "views/workbench.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace qs {

class TrainingSetup : public QWidget {
  Q_OBJECT

 public:
  explicit TrainingSetup(Workbench& workbench, QWidget* parent = nullptr);

  /// What the user has not chosen follows from what is open.
  void show_snapshot(const Snapshot& snapshot);
  [[nodiscard]] TrainingRequest request() const;
  /// What is missing before it can be started, and how to get it; empty when nothing is.
  [[nodiscard]] QString why_not() const;
  void use_recipe(const Recipe& recipe);

 signals:
  void changed();

 private:
  void make_recipes();
  void make_menus();
  void lay_out();
  void show_schemes(const Snapshot& snapshot);
  void show_remark();
  void choose_images(bool folder);
  void choose_out();
  void load_recipe();
  void save_recipe();
  void edit(const Recipe& recipe);

  Workbench& workbench_;
  QComboBox* recipes_;
  QToolButton* more_;
  QComboBox* schemes_;
  QLabel* scheme_label_ = nullptr;
  QLineEdit* images_;
  QToolButton* images_menu_;
  QSpinBox* limit_;
  QLineEdit* out_;
  QToolButton* out_button_;
  QLabel* remark_;
  RecipeForm* form_;
  Recipe recipe_;
  Recipe origin_;  ///< preset or file that `recipe_` was made of
  std::vector<Scheme> choices_;
  bool images_chosen_ = false;  ///< by the user
  bool out_chosen_ = false;
};

/// The images that go with those that are open: builtin:shapes/train for builtin:shapes; "train" where the file or
/// folder is called "test" or "val" and has such a sibling; else the same.
[[nodiscard]] std::string training_images_for(const std::string& open);

/// A file that does not exist yet, beside the project or the model.
[[nodiscard]] std::string default_trained_model(const Snapshot& snapshot, const Recipe& recipe);

}  // namespace qs
