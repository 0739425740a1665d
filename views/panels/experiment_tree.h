// The table of runs and variants, with rows that can be selected, copied and sorted.
#pragma once

#include <QTreeView>
#include <vector>

#include "views/models/experiment_model.h"

namespace qs {

class ExperimentTree : public QTreeView {
  Q_OBJECT

 public:
  ExperimentTree(ExperimentModel& model, ExperimentOrder& order, QWidget* parent = nullptr);

  /// Variants that are selected, in order; a selected run stands for all of its variants.
  [[nodiscard]] std::vector<ExperimentId> selected_experiments() const;
  /// Runs that are selected, or one of whose variants is.
  [[nodiscard]] std::vector<std::int64_t> selected_runs() const;
  /// Selects exactly these, unless they are selected already.
  void select(const std::vector<ExperimentId>& experiments);
  /// Puts the selected rows (all, if none is) on the clipboard as tab-separated text.
  void copy_rows() const;
  /// Nothing where no row is current.
  [[nodiscard]] std::optional<ExperimentRow> current_row() const;

 private:
  [[nodiscard]] std::vector<QModelIndex> selected_rows() const;  ///< of the model

  ExperimentModel& model_;
  ExperimentOrder& order_;
};

}  // namespace qs
