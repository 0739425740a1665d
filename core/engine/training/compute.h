// The arithmetic of a training.
#pragma once

#include <cstdint>

namespace qs {

/// The type in which convolutions and fully connected layers multiply. All else is f32.
enum class Compute : std::uint8_t { f32, bf16 };

/// Whether this CPU multiplies bf16 in hardware (AVX-512 BF16 or AMX); elsewhere it is slower than f32.
[[nodiscard]] bool has_bf16();

}  // namespace qs
