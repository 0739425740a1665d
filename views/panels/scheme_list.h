// The upper part of the scheme panel: the workbench's schemes and what can be done with them.
#pragma once

#include <QListView>
#include <QPointer>
#include <QToolButton>

#include "views/forms/scheme_comparison.h"
#include "views/models/scheme_list_model.h"
#include "views/workbench.h"

class QAction;
class QMenu;

namespace qs {

class SchemeList : public QWidget {
  Q_OBJECT

 public:
  explicit SchemeList(Workbench& workbench, QWidget* parent = nullptr);
  void show_schemes(const Snapshot& snapshot);
  /// Adds the scheme of a file; what is wrong with it goes to the banner.
  void load(const QString& path);

  [[nodiscard]] QListView& view() const { return *view_; }
  [[nodiscard]] QMenu& presets() const { return *presets_; }

 signals:
  void wants_title(const QString& id, const QString& title);

 private:
  void make_buttons();
  void fill_presets();
  QAction* add_action(const QString& words, const QKeySequence& keys, void (SchemeList::*slot)());
  [[nodiscard]] const Scheme* current() const;
  void duplicate();
  void remove();
  void rename();
  void save();
  void ask_and_load();
  void compare();
  void save_to(const QString& path);

  Workbench& workbench_;
  SchemeListModel* model_;
  QListView* view_;
  QMenu* presets_;
  QMenu* more_;
  QToolButton* duplicate_;
  QToolButton* remove_;
  QPointer<SchemeComparison> comparison_;
  bool showing_ = false;
};

}  // namespace qs
