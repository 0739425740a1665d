// What R. Krishnamoorthi, Quantizing deep convolutional networks for efficient inference: a whitepaper,
// arXiv:1806.08342 (2018), printed: top-1 on the 50,000 validation images of ImageNet, quantization simulated.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace qs {

struct PublishedColumn {
  std::string_view title;   ///< the paper's words, broken into lines as in its heading
  std::string_view scheme;  ///< id of the preset that reproduces it; "float"
};

struct PublishedRow {
  std::string_view network;      ///< the paper's spelling
  std::vector<double> accuracy;  ///< by column, in [0, 1]
};

struct PublishedTable {
  std::string_view id;     ///< as typed; persistent
  std::string_view title;  ///< after the paper's caption
  std::string_view note;   ///< what of the paper's table is left out; may be empty
  std::vector<PublishedColumn> columns;
  std::vector<PublishedRow> rows;
};

/// In the paper's order.
[[nodiscard]] std::span<const PublishedTable> published_tables();

/// Throws `Error` (usage) listing the tables when there is none of this id.
[[nodiscard]] const PublishedTable& published_table(std::string_view id);

/// Rows with the network's name and top1, an object of accuracies by scheme.
[[nodiscard]] nlohmann::ordered_json published_json(const PublishedTable& table);

}  // namespace qs
