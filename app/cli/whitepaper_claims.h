// What the whitepaper says about its tables, and whether numbers measured here agree.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/statistics.h"

namespace qs {

/// A network's answers under one scheme.
struct MeasuredColumn {
  std::string scheme;       ///< id; "float"
  std::vector<bool> right;  ///< by labelled image, the same images in every column of a row

  [[nodiscard]] Proportion top1() const;
};

struct MeasuredRow {
  std::string network;
  bool depthwise = false;  ///< has depthwise convolutions
  std::vector<MeasuredColumn> columns;
};

/// One scheme against another on the same images.
struct Comparison {
  double points = 0;  ///< 100 x (top-1 of the first - top-1 of the second)
  double p = 1;       ///< McNemar's exact test, two-sided
};

/// Throws `Error` (internal) when a scheme has no column or columns differ in length.
[[nodiscard]] Comparison compare(const MeasuredRow& row, std::string_view first, std::string_view second);

enum class Verdict : std::uint8_t { holds, does_not_hold, too_few_images };

/// "holds", "does not hold", "too few images"
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct Judgement {
  Verdict verdict = Verdict::holds;
  std::string numbers;  ///< that led to it
};

/// A sentence of the paper and the rule by which it is judged for one network. p below 0.05 is called significant.
struct Claim {
  std::string_view id;                   ///< persistent
  std::vector<std::string_view> tables;  ///< ids of the tables that show it
  std::string_view text;
  std::string_view source;  ///< section of the paper
  std::string_view rule;
  /// Empty where the claim says nothing about such a network. The row has all columns of one of the tables.
  std::optional<Judgement> (*judge)(const MeasuredRow& row);
};

[[nodiscard]] std::span<const Claim> claims();

}  // namespace qs
