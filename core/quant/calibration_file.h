// A calibration as bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/quant/calibration.h"

namespace qs {

/// CBOR (RFC 8949): a map with "format": "quantoscope.calibration" and "version"; arrays of numbers are byte strings of
/// little-endian f32, f64 or s64. About 20 KB per value, and the outputs.
[[nodiscard]] std::vector<std::uint8_t> to_bytes(const Calibration& calibration);

/// Reads what `to_bytes` wrote; all numbers come back to the bit. Whatever else the bytes are, throws `Error`
/// (bad_input): no crash, and no more memory than the bytes deserve. Damage that leaves a possible calibration (another
/// count, another sum) is not noticed here.
[[nodiscard]] Calibration calibration_from_bytes(std::span<const std::uint8_t> bytes);

}  // namespace qs
