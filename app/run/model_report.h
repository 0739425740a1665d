// What is reported of a model file.
#pragma once

#include <cstdint>
#include <string>

namespace qs {

struct ModelReport {
  std::string path;
  std::string name;  ///< the file's name without its extension
  std::string sha256;
  std::int64_t parameters = 0;
  std::int64_t multiply_accumulates = 0;  ///< for one image
  std::int64_t classes = 0;
  bool probabilities = false;  ///< the network ends in a softmax: its outputs are no logits
};

}  // namespace qs
