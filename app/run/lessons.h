// What a comparison of 8-bit and 4-bit weights, per tensor and per channel, teaches, in sentences.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/evaluation_report.h"

namespace qs {

/// Presets that belong together in a first lesson: those of the whitepaper in 8 bits, then the two in 4.
inline constexpr std::array<const char*, 6> kLessonSchemes{"w8a8-tensor-asym", "w8a8-tensor-sym",  "w8a8-channel-asym",
                                                           "w8a8-channel-sym", "w4a8-tensor-asym", "w4a8-channel-sym"};

/// Three or four sentences, made of the numbers they name: 8 bits and a scale per channel; one scale for a whole layer;
/// 4 bits; and the layer that shows why. A difference that may be chance (p >= `kSignificant`, McNemar raised by Holm's
/// method) is called so. `report` is of labelled images; what speaks of schemes that it lacks is left out.
[[nodiscard]] std::vector<std::string> lessons(const EvaluationReport& report);

}  // namespace qs
