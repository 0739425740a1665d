// The box that says which column colors the layers, and what the colors mean.
#pragma once

#include <QWidget>
#include <vector>

#include "views/models/layer_columns.h"
#include "views/theme.h"

class QComboBox;

namespace qs {

class DamageLegend;

class LayerColorChooser : public QWidget {
  Q_OBJECT

 public:
  explicit LayerColorChooser(QWidget* parent = nullptr);

  void show(std::string_view column, const std::vector<LayerRow>& rows, const Theme& theme);

 signals:
  void chosen(const std::string& column);  ///< by the user

 private:
  QComboBox* box_;
  DamageLegend* legend_;
};

}  // namespace qs
