// What a scheme that changes is called, and what it is compared with. A name that still says "8-bit weights" at 4 bits
// would lie in every legend.
#pragma once

#include <set>
#include <string>

#include "core/quant/scheme.h"

namespace qs {

/// What a scheme's settings would be called; for presets, their own titles.
[[nodiscard]] std::string title_for(const Scheme& scheme);

/// The preset a scheme was made from, by its id ("w8a8-channel-sym-edited"); where there is none, a scheme with all
/// defaults. Values that differ from it are marked in forms.
[[nodiscard]] Scheme origin_of(const Scheme& scheme);

/// `after` with the names it should have: a title that was made from the settings follows them, and what is no preset
/// any more does not keep a preset's id, nor does what is one again have another. `taken` are the ids of other schemes.
[[nodiscard]] Scheme with_fitting_names(const Scheme& before, Scheme after, const std::set<std::string>& taken);

/// `id`, with a number behind it where it is taken.
[[nodiscard]] std::string free_id(const std::string& id, const std::set<std::string>& taken);

}  // namespace qs
