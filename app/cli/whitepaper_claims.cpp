#include "app/cli/whitepaper_claims.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"

namespace qs {

namespace {

// The limits of the rules. The paper has no numbers for "large", "small" and "almost"; its tables do, and these lie in
// the gaps between them: per layer MobileNets lose 70 points and ResNets 1.7 at most, activations cost 1.9 at most (its
// abstract: "within 2 %"), 4-bit activations 19 at least.
constexpr double kByFar = 10;
constexpr double kLittle = 3;
constexpr double kAlmostNothing = 2;
constexpr double kCollapsed = 0.5;  // of float's accuracy

std::string p_text(double p) {
  return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.3f}", p);
}

std::string points_text(const Comparison& c) {
  return fmt::format("{:+.1f} ({})", c.points, p_text(c.p));
}

/// A gain of `limit` points or more that is no chance.
Verdict at_least(const Comparison& gain, double limit) {
  if (!(gain.points >= limit)) return Verdict::does_not_hold;
  return gain.p < kSignificant ? Verdict::holds : Verdict::too_few_images;
}

/// A difference of `limit` points or less; a larger one counts against it unless it may be chance.
Verdict at_most(const Comparison& difference, double limit) {
  if (difference.points <= limit) return Verdict::holds;
  return difference.p < kSignificant ? Verdict::does_not_hold : Verdict::too_few_images;
}

/// A statement about two schemes holds when it does for both.
Verdict both(Verdict first, Verdict second) {
  for (Verdict verdict : {Verdict::does_not_hold, Verdict::too_few_images}) {
    if (first == verdict || second == verdict) return verdict;
  }
  return Verdict::holds;
}

const MeasuredColumn& column(const MeasuredRow& row, std::string_view scheme) {
  const auto found = std::find_if(row.columns.begin(), row.columns.end(),
                                  [&](const MeasuredColumn& each) { return each.scheme == scheme; });
  QS_ASSERT(found != row.columns.end());
  return *found;
}

bool has(const MeasuredRow& row, std::string_view scheme) {
  return std::any_of(row.columns.begin(), row.columns.end(),
                     [&](const MeasuredColumn& each) { return each.scheme == scheme; });
}

/// Tables 2 and 3 have the same columns of weights, with and without quantized activations.
std::string weights_scheme(const MeasuredRow& row, std::string_view weights) {
  return fmt::format("{}-{}", has(row, "w8a8-channel-sym") ? "w8a8" : "w8", weights);
}

struct ChannelGains {
  Comparison symmetric;
  Comparison asymmetric;

  [[nodiscard]] std::string text() const {
    return fmt::format("symmetric {}, asymmetric {}", points_text(symmetric), points_text(asymmetric));
  }
};

ChannelGains channel_gains(const MeasuredRow& row) {
  const std::string tensor = weights_scheme(row, "tensor-asym");
  return {compare(row, weights_scheme(row, "channel-sym"), tensor),
          compare(row, weights_scheme(row, "channel-asym"), tensor)};
}

std::optional<Judgement> channels_win_by_far(const MeasuredRow& row) {
  if (!row.depthwise) return {};
  const ChannelGains gains = channel_gains(row);
  return Judgement{both(at_least(gains.symmetric, kByFar), at_least(gains.asymmetric, kByFar)), gains.text()};
}

std::optional<Judgement> channels_win_little(const MeasuredRow& row) {
  if (row.depthwise) return {};
  const ChannelGains gains = channel_gains(row);
  return Judgement{both(at_most(gains.symmetric, kLittle), at_most(gains.asymmetric, kLittle)), gains.text()};
}

std::optional<Judgement> asymmetric_is_no_worse(const MeasuredRow& row) {
  const Comparison gain = compare(row, weights_scheme(row, "channel-asym"), weights_scheme(row, "channel-sym"));
  const bool is_worse = gain.points < 0 && gain.p < kSignificant;
  return Judgement{is_worse ? Verdict::does_not_hold : Verdict::holds,
                   fmt::format("over symmetric {}", points_text(gain))};
}

/// How much float is better.
std::optional<Judgement> almost_nothing_lost(const MeasuredRow& row, std::string_view scheme) {
  const Comparison loss = compare(row, "float", scheme);
  return Judgement{at_most(loss, kAlmostNothing), fmt::format("against float {}", points_text({-loss.points, loss.p}))};
}

std::optional<Judgement> channels_are_close_to_float(const MeasuredRow& row) {
  return almost_nothing_lost(row, weights_scheme(row, "channel-asym"));
}

std::optional<Judgement> activations_are_cheap(const MeasuredRow& row) {
  return almost_nothing_lost(row, "a8");
}

std::optional<Judgement> four_bits_collapse(const MeasuredRow& row) {
  const double whole = column(row, "float").top1().fraction();
  const double left = column(row, "w4a8-tensor-asym").top1().fraction();
  const Comparison loss = compare(row, "float", "w4a8-tensor-asym");
  const bool is_less = left < kCollapsed * whole;
  const Verdict verdict = !is_less                ? Verdict::does_not_hold
                          : loss.p < kSignificant ? Verdict::holds
                                                  : Verdict::too_few_images;
  const std::string share =
      whole > 0 ? fmt::format("{:.0f} % of float's is left, against it ", 100 * left / whole) : "";
  return Judgement{verdict, share + points_text({-loss.points, loss.p})};
}

std::optional<Judgement> channels_win_at_four_bits(const MeasuredRow& row) {
  const Comparison gain = compare(row, "w4a8-channel-sym", "w4a8-tensor-asym");
  const Verdict verdict = gain.points <= 0        ? Verdict::does_not_hold
                          : gain.p < kSignificant ? Verdict::holds
                                                  : Verdict::too_few_images;
  return Judgement{verdict, fmt::format("over per-layer {}", points_text(gain))};
}

std::optional<Judgement> four_bit_activations_cost_much(const MeasuredRow& row) {
  const Comparison loss = compare(row, "float", "w8a4-channel-sym");
  return Judgement{at_least(loss, kByFar), fmt::format("against float {}", points_text({-loss.points, loss.p}))};
}

/// Of tables 5 and 6.
std::vector<Claim> four_bit_claims() {
  return {
      {"four-bits-collapse",
       {"table5"},
       "4-bit weights per layer collapse.",
       "table 5",
       "less than half of float's accuracy is left, p < 0.05",
       four_bits_collapse},
      {"channel-wins-at-four-bits",
       {"table5"},
       "At 4 bits per-channel is significantly better than per-layer.",
       "section 3.2.4, experiment 1",
       "per-channel is above per-layer, p < 0.05",
       channels_win_at_four_bits},
      {"four-bit-activations-cost",
       {"table6"},
       "4-bit activations cost much without fine tuning.",
       "section 3.2.4, experiment 3",
       "at least 10 points below float, p < 0.05",
       four_bit_activations_cost_much},
  };
}

/// Of tables 2 and 3.
std::vector<Claim> eight_bit_claims() {
  return {
      {"channel-beats-layer",
       {"table2", "table3"},
       "Weights quantized per layer lose much on Mobilenets; per channel they do not.",
       "section 3.1, observation 4",
       "networks with depthwise convolutions: both per-channel columns are 10 points above per-layer, p < 0.05",
       channels_win_by_far},
      {"channel-gains-little",
       {"table2", "table3"},
       "Networks like Resnets are robust to it: per channel gains little.",
       "section 3.1, observation 3",
       "other networks: neither per-channel column is more than 3 points above per-layer",
       channels_win_little},
      {"asymmetric-no-worse",
       {"table2", "table3"},
       "Asymmetric weights are at least as good as symmetric ones.",
       "captions of tables 2 and 3",
       "not below symmetric per-channel, or p >= 0.05",
       asymmetric_is_no_worse},
      {"close-to-float",
       {"table2", "table3"},
       "Asymmetric per-channel weights come close to floating point.",
       "section 3.1, observation 1",
       "at most 2 points below float",
       channels_are_close_to_float},
      {"activations-cheap",
       {"table3"},
       "Activations can be quantized to 8 bits with almost no loss.",
       "section 3.1, observation 2",
       "activation only is at most 2 points below float",
       activations_are_cheap},
  };
}

}  // namespace

Proportion MeasuredColumn::top1() const {
  return {.hits = std::count(right.begin(), right.end(), true), .total = static_cast<std::int64_t>(right.size())};
}

Comparison compare(const MeasuredRow& row, std::string_view first, std::string_view second) {
  const MeasuredColumn& a = column(row, first);
  const MeasuredColumn& b = column(row, second);
  QS_ASSERT(a.right.size() == b.right.size());
  std::int64_t only_first = 0;
  std::int64_t only_second = 0;
  for (std::size_t i = 0; i < a.right.size(); ++i) {
    only_first += a.right[i] && !b.right[i] ? 1 : 0;
    only_second += !a.right[i] && b.right[i] ? 1 : 0;
  }
  // From whole numbers, so that 13 of 650 are 2 points and no more.
  const auto total = static_cast<double>(std::max<std::size_t>(a.right.size(), 1));
  return {.points = static_cast<double>(100 * (only_first - only_second)) / total,
          .p = mcnemar_p_value(only_first, only_second)};
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return "holds";
    case Verdict::does_not_hold: return "does not hold";
    case Verdict::too_few_images: return "too few images";
  }
  return "";
}

std::span<const Claim> claims() {
  static const std::vector<Claim> list = [] {
    std::vector<Claim> all = eight_bit_claims();
    for (const Claim& claim : four_bit_claims()) all.push_back(claim);
    return all;
  }();
  return list;
}

}  // namespace qs
