// A described, bounded number: what a method lets its user choose. Flags, forms, JSON and their checks come from this.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace qs {

/// One parameter of a method. `id` is persistent: saved schemes depend on it.
struct Param {
  std::string_view id;
  std::string_view title;
  std::string_view unit;     ///< "%", "bins", ...; empty for a bare number
  std::string_view summary;  ///< one sentence: what it does
  double default_value = 0;
  double min = 0;  ///< both bounds are allowed values
  double max = 0;
  bool whole = false;  ///< only whole numbers
};

/// A method of a list (a range estimator, ...) with the parameters that differ from their defaults.
struct MethodChoice {
  std::string id;
  std::map<std::string, double> settings;
  friend bool operator==(const MethodChoice&, const MethodChoice&) = default;
};

/// The value chosen for `param`: the default unless `settings` says otherwise.
[[nodiscard]] double setting(const std::map<std::string, double>& settings, const Param& param);

/// Throws `Error` (bad_input) naming `what` and the key when a setting is unknown, out of bounds, or not whole where it
/// has to be.
void check_settings(const std::map<std::string, double>& settings, std::span<const Param> params,
                    std::string_view what);

}  // namespace qs
