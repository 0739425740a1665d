#include "app/study/published_tables.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"

namespace qs {

namespace {

constexpr std::string_view kTrainingLeftOut =
    "The paper's columns of quantization-aware training are left out: nothing is trained without --train.";

PublishedTable table2() {
  return {.id = "table2",
          .title = "Table 2: weight only quantization, 8 bits",
          .note = "",
          .columns = {{"Asymmetric,\nper-layer", "w8-tensor-asym"},
                      {"Symmetric,\nper-channel", "w8-channel-sym"},
                      {"Asymmetric,\nper-channel", "w8-channel-asym"},
                      {"Floating\nPoint", "float"}},
          .rows = {{"Mobilenetv1_1_224", {0.001, 0.591, 0.704, 0.709}},
                   {"Mobilenetv2_1_224", {0.001, 0.698, 0.698, 0.719}},
                   {"NasnetMobile", {0.722, 0.721, 0.74, 0.74}},
                   {"Mobilenetv2_1.4_224", {0.004, 0.74, 0.74, 0.749}},
                   {"Inceptionv3", {0.78, 0.78, 0.78, 0.78}},
                   {"Resnet_v1_50", {0.75, 0.751, 0.752, 0.752}},
                   {"Resnet_v2_50", {0.75, 0.75, 0.75, 0.756}},
                   {"Resnet_v1_152", {0.766, 0.763, 0.762, 0.768}},
                   {"Resnet_v2_152", {0.761, 0.76, 0.77, 0.778}}}};
}

PublishedTable table3() {
  return {.id = "table3",
          .title = "Table 3: post training quantization of weights and activations, 8 bits",
          .note = "",
          .columns = {{"Asymmetric,\nper-layer", "w8a8-tensor-asym"},
                      {"Symmetric,\nper-channel", "w8a8-channel-sym"},
                      {"Asymmetric,\nper-channel", "w8a8-channel-asym"},
                      {"Activation\nOnly", "a8"},
                      {"Floating\nPoint", "float"}},
          .rows = {{"Mobilenet-v1_1_224", {0.001, 0.591, 0.703, 0.708, 0.709}},
                   {"Mobilenet-v2_1_224", {0.001, 0.698, 0.697, 0.7, 0.719}},
                   {"Nasnet-Mobile", {0.722, 0.721, 0.74, 0.74, 0.74}},
                   {"Mobilenet-v2_1.4_224", {0.004, 0.74, 0.74, 0.742, 0.749}},
                   {"Inception-v3", {0.78, 0.78, 0.78, 0.78, 0.78}},
                   {"Resnet-v1_50", {0.75, 0.751, 0.751, 0.751, 0.752}},
                   {"Resnet-v2_50", {0.75, 0.75, 0.75, 0.75, 0.756}},
                   {"Resnet-v1_152", {0.766, 0.762, 0.767, 0.761, 0.768}},
                   {"Resnet-v2_152", {0.761, 0.76, 0.76, 0.76, 0.778}}}};
}

PublishedTable table5() {
  return {.id = "table5",
          .title = "Table 5: 4 bit weight quantization, activations at 8 bits",
          .note = kTrainingLeftOut,
          .columns = {{"Asymmetric,\nper-layer\n(Post Training\nQuantization)", "w4a8-tensor-asym"},
                      {"Symmetric,\nper-channel\n(Post Training\nQuantization)", "w4a8-channel-sym"},
                      {"Floating\nPoint", "float"}},
          .rows = {{"Mobilenet_v1_1_224", {0.02, 0.001, 0.709}},
                   {"Mobilenet_v2_1_224", {0.001, 0.001, 0.719}},
                   {"Nasnet_Mobile", {0.001, 0.36, 0.74}},
                   {"Mobilenet_v2_1.4_224", {0.001, 0.001, 0.749}},
                   {"Inception-v3", {0.5, 0.71, 0.78}},
                   {"Resnet_v1_50", {0.002, 0.54, 0.752}},
                   {"Resnet_v1_152", {0.001, 0.64, 0.768}},
                   {"Resnet_v2_50", {0.18, 0.72, 0.756}},
                   {"Resnet_v2_152", {0.18, 0.74, 0.778}}}};
}

PublishedTable table6() {
  return {.id = "table6",
          .title = "Table 6: 4 bit activation quantization, weights at 8 bits symmetric per-channel",
          .note = kTrainingLeftOut,
          .columns = {{"Post Training\nQuantization\n(8,4)", "w8a4-channel-sym"}, {"Floating\nPoint", "float"}},
          .rows = {{"Mobilenet_v1_1_224", {0.48, 0.709}},
                   {"Mobilenet_v2_1_224", {0.07, 0.719}},
                   {"Resnet_v1_50", {0.36, 0.752}},
                   {"Nasnet_Mobile", {0.04, 0.74}},
                   {"Inception_v3", {0.59, 0.78}}}};
}

}  // namespace

std::span<const PublishedTable> published_tables() {
  static const std::vector<PublishedTable> tables = {table2(), table3(), table5(), table6()};
  return tables;
}

const PublishedTable& published_table(std::string_view id) {
  std::string known;
  for (const PublishedTable& table : published_tables()) {
    if (table.id == id) return table;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", table.id);
  }
  throw Error(ErrorCode::usage, fmt::format("there is no table \"{}\" to reproduce; there are: {}", id, known));
}

nlohmann::ordered_json published_json(const PublishedTable& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const PublishedRow& row : table.rows) {
    nlohmann::ordered_json top1;
    for (std::size_t c = 0; c < table.columns.size(); ++c) top1[table.columns[c].scheme] = row.accuracy[c];
    rows.push_back({{"network", row.network}, {"top1", top1}});
  }
  return rows;
}

}  // namespace qs
