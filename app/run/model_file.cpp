#include "app/run/model_file.h"

#include "app/run/provenance.h"
#include "core/base/error.h"
#include "core/model/builtin_models.h"

namespace qs {

bool is_model_there(const std::filesystem::path& model) {
  std::error_code ignored;
  return find_builtin_model(model) != nullptr || std::filesystem::is_regular_file(model, ignored);
}

std::string name_of_model(const std::filesystem::path& model) {
  const BuiltinModel* builtin = find_builtin_model(model);
  return builtin != nullptr ? std::string(builtin->title) : model.stem().string();
}

std::uintmax_t bytes_of_model(const std::filesystem::path& model) {
  if (const BuiltinModel* builtin = find_builtin_model(model)) return builtin->onnx.size();
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(model, error);
  if (error) bad_input("cannot read \"{}\": {}", model.string(), error.message());
  return bytes;
}

std::string sha256_of_model(const std::filesystem::path& model) {
  const BuiltinModel* builtin = find_builtin_model(model);
  return builtin != nullptr ? sha256_of_bytes(builtin->onnx) : sha256_of_file(model);
}

std::optional<ModelCard> card_of_model(const std::filesystem::path& model) {
  const BuiltinModel* builtin = find_builtin_model(model);
  if (builtin == nullptr) return read_model_card(model);
  return model_card_from_text(builtin->card, model);
}

}  // namespace qs
