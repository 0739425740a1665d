// Models that are compiled into the program, for machines that have none: opened by name instead of by path.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace qs {

/// One of them; everything lives as long as the program.
struct BuiltinModel {
  std::string_view name;  ///< "builtin:mobilenet"; persistent
  std::string_view title;
  std::string_view summary;
  std::string_view images;          ///< name of the built-in data set whose classes it tells apart
  std::span<const std::byte> onnx;  ///< the model file
  std::string_view card;            ///< JSON, as it would stand beside the model file
};

/// All of them, in the order in which they are offered.
[[nodiscard]] std::span<const BuiltinModel> builtin_models();

/// The one of this name; null where `path` is no such name.
[[nodiscard]] const BuiltinModel* find_builtin_model(const std::filesystem::path& path);

namespace detail {

/// The bytes of the files that core/model/resources.cmake compiles in.
[[nodiscard]] std::span<const std::byte> builtin_mobilenet_onnx();
[[nodiscard]] std::string_view builtin_mobilenet_card();

}  // namespace detail

}  // namespace qs
