// The 1000 ImageNet classes (ILSVRC2012), compiled into the program.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace qs {

/// One class; its index is its place in `imagenet_classes()`, which is ascending order of WordNet id.
struct ImagenetClass {
  std::string_view wordnet_id;  ///< "n01440764"
  std::string_view name;        ///< "tench"; no two classes share it
  std::string_view synonyms;    ///< "tench, Tinca tinca"
};

/// All 1000, by class index.
[[nodiscard]] std::span<const ImagenetClass> imagenet_classes();

/// Index in [0, 1000) of a WordNet id, or nothing when it is not one of the 1000.
[[nodiscard]] std::optional<int> imagenet_index(std::string_view wordnet_id);

/// True for 'n' and eight digits, whether or not it is one of the 1000.
[[nodiscard]] bool is_wordnet_id(std::string_view text);

namespace detail {
extern const std::string_view kImagenetTable;  ///< resources/imagenet_classes.tsv: index, id, name, synonyms
}

}  // namespace qs
