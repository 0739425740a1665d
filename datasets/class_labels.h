// From what people write as a class to its index.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

/// What is known of the network's classes.
struct ClassContext {
  int count = 0;                     ///< 0 when unknown
  std::vector<std::string> names{};  ///< in class order; empty when unknown
};

/// Index of a class written as a whole number, as one of the context's names (case, '_' and ' ' do not matter), or, for
/// networks of 1000 or unknown classes, as a WordNet id. Nothing when it is none of these. The number is not checked
/// against the context's count.
[[nodiscard]] std::optional<int> class_index(std::string_view text, const ClassContext& context);

struct FolderClasses {
  std::map<std::string, int> index;  ///< by folder name
  std::string how;                   ///< "labels from WordNet ids of folders"
};

/// Classes of folder names: the network's class names, else WordNet ids, else numbers, else alphabetical order (by
/// bytes, as torchvision does). Throws `Error` (bad_input) when only some of the names fit the first that any fits, or
/// when there are more folders than classes.
[[nodiscard]] FolderClasses classes_of_folders(const std::vector<std::string>& names, const ClassContext& context);

/// "a, b, c and 4 more": the first few of a list for a message.
[[nodiscard]] std::string first_few(const std::vector<std::string>& names);

}  // namespace qs
