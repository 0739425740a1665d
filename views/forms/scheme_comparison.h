// In which settings the shown schemes differ, side by side; stays open while one works.
#pragma once

#include <QDialog>
#include <QLabel>
#include <QTableWidget>

#include "views/models/scheme_fields.h"

namespace qs {

class SchemeComparison : public QDialog {
  Q_OBJECT

 public:
  explicit SchemeComparison(QWidget* parent = nullptr);
  void show_schemes(const std::vector<Scheme>& schemes);
  [[nodiscard]] const QTableWidget& table() const { return *table_; }

 private:
  void copy() const;
  QLabel* words_;
  QTableWidget* table_;
};

}  // namespace qs
