// Where the preprocessing a model wants is found.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tensor/shape.h"
#include "datasets/preprocessing.h"

namespace qs {

/// What MODEL.json beside MODEL.onnx says.
struct ModelCard {
  std::filesystem::path file;
  std::optional<Preprocessing> preprocessing;  ///< from its key "input"
  std::vector<std::string> class_names;        ///< from its key "class_names", in class order; may be empty
};

/// Reads the JSON file of the model's name beside it; nothing when there is none. Other keys than the two are free.
/// Throws `Error` (bad_input), prefixed with the file's name, when the file is no JSON object or one of the two keys is
/// wrong.
[[nodiscard]] std::optional<ModelCard> read_model_card(const std::filesystem::path& model);

/// The same from the text of such a file, which `name` stands for.
[[nodiscard]] ModelCard model_card_from_text(std::string_view text, const std::filesystem::path& name);

struct FoundPreprocessing {
  Preprocessing preprocessing;
  std::string source;  ///< for the screen: "from resnet18.json", "assumed, as nothing is said: torchvision"
};

struct PreprocessingSources {
  std::string command_line{};  ///< as `parse_preprocessing` reads it; empty when not given
  std::optional<ModelCard> card{};
  std::map<std::string, std::string> metadata{};  ///< of the ONNX file
  Shape input{};                                  ///< of the network, [N, 3, H, W] or [N, H, W, 3]
};

/// The first source that says something wins: command line, model card, metadata key "preprocessing" (JSON or one
/// line), the metadata keys Image.BitmapPixelFormat and Image.NominalPixelRange, which leave resizing to the
/// torchvision rule; else preset torchvision is assumed (without resizing for inputs up to 64 pixels) and `source` says
/// so. Presets are made for the network's input size, and the layout follows the input's shape where that shows it.
/// Throws `Error` (bad_input) naming the source that is wrong.
[[nodiscard]] FoundPreprocessing find_preprocessing(const PreprocessingSources& sources);

}  // namespace qs
