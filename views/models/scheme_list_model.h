// The schemes of the workbench as rows: title and id, color, whether they are shown, what is wrong with them.
#pragma once

#include <QAbstractListModel>

#include "views/snapshot.h"
#include "views/theme.h"

namespace qs {

class SchemeListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  using QAbstractListModel::QAbstractListModel;
  void set_schemes(const std::vector<SchemeView>& schemes, const Theme& theme);
  /// -1 where there is none.
  [[nodiscard]] int row_of(const std::string& id) const;
  [[nodiscard]] std::string id_at(int row) const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

 signals:
  // What the user asks for; the model itself changes with the next snapshot only.
  void wants_shown(const QString& id, bool shown);
  void wants_title(const QString& id, const QString& title);

 private:
  struct Row {
    Scheme scheme;
    bool shown = true;
    int color = 0;
    std::string problem;
    friend bool operator==(const Row&, const Row&) = default;
  };
  [[nodiscard]] QString tool_tip(const Row& row) const;
  std::vector<Row> rows_;
  Theme theme_ = print_theme();
};

}  // namespace qs
