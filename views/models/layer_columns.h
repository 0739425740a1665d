// The columns of the layer table: what they say, how it is told, and which of them can color the layers.
#pragma once

#include <QString>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "views/models/layer_rows.h"

namespace qs {

/// Which end of a column does damage.
enum class Worse : std::uint8_t { none, low, high };

/// What a cell says; no text where nothing is known.
struct LayerCell {
  QString text;                  ///< as shown, without the unit
  std::optional<double> number;  ///< in the column's unit; sorts and colors. Empty: `text` sorts
};

struct LayerColumn {
  std::string_view id;  ///< persistent
  const char* title;
  const char* header;       ///< the same in two short lines
  const char* unit;         ///< empty: none
  const char* explanation;  ///< of the heading's tool tip
  Worse worse;
  bool shown;  ///< until its user decides
  LayerCell (*cell)(const LayerRow&);

  [[nodiscard]] bool can_color() const { return worse != Worse::none; }
  /// "Weight SQNR, min (dB)"
  [[nodiscard]] QString heading() const;
};

/// In order, the name first.
[[nodiscard]] std::span<const LayerColumn> layer_columns();

/// Null for an id that is none.
[[nodiscard]] const LayerColumn* find_layer_column(std::string_view id);
[[nodiscard]] int layer_column_index(std::string_view id);

/// Which values of a column are harmless and which are worst. SQNR has fixed ends, so that a color means the same under
/// every scheme: at 40 dB, what 8 bits give weights that fill their range, noise does not matter; at 10 dB a tenth of
/// the power is noise. Other columns run from 0 to the largest value of the network.
struct DamageScale {
  double harmless = 0;
  double worst = 1;
  QString harmless_text;
  QString worst_text;

  /// From harmless (0) to worst (1).
  [[nodiscard]] double share(double number) const;
};
[[nodiscard]] DamageScale damage_scale(const LayerColumn& column, const std::vector<LayerRow>& rows);

/// Of one row; empty where nothing is known, and for columns that cannot color.
[[nodiscard]] std::optional<double> damage(const LayerColumn& column, const DamageScale& scale, const LayerRow& row);

/// All that is known of a row, a line per column.
[[nodiscard]] QString layer_description(const LayerRow& row);

/// 1234567 as "1 234 567" with narrow spaces.
[[nodiscard]] QString grouped_digits(std::int64_t number);
/// Three digits and a unit: 950, "12.3 k", "568 M", "4.09 G".
[[nodiscard]] QString short_quantity(std::int64_t number);

}  // namespace qs
