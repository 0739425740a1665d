#include "tests/support/small_project.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "tests/support/onnx_builder.h"
#include "tests/support/plain_png.h"
#include "tests/support/test_files.h"

namespace qs {

std::vector<std::byte> uneven_network(float times) {
  OnnxBuilder onnx;
  std::string x = onnx.input("image", {-1, 3, 8, 8});
  x = onnx.node("Conv", {x, onnx.reals({3, 3, 1, 1}, {times, 0, 0, 0, 1, 0, 0, 0, 1})});
  x = onnx.node("Relu", {x});
  x = onnx.node("Conv", {x, onnx.reals({3, 3, 1, 1}, {1 / times, 0, 0, 0, 1, 0, 0, 0, 1})});
  onnx.output(onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})}));
  return onnx.bytes();
}

std::vector<std::byte> slow_network(int more) {
  OnnxBuilder onnx;
  std::string x = onnx.input("image", {-1, 3, 8, 8});
  x = onnx.node("Conv", {x, onnx.random({256, 3, 3, 3}, -1, 1)}, {{"pads", OnnxBuilder::Dims{1, 1, 1, 1}}});
  const std::string weights = onnx.random({256, 256, 3, 3}, -0.03F, 0.03F);
  for (int i = 0; i <= more; ++i) {
    x = onnx.node("Conv", {x, weights}, {{"pads", OnnxBuilder::Dims{1, 1, 1, 1}}});
  }
  onnx.output(onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})}));
  return onnx.bytes();
}

SmallProject::SmallProject() {
  write("uneven.onnx", uneven_network());
  const std::array<std::array<std::uint8_t, 3>, 3> colors{{{250, 10, 20}, {10, 250, 20}, {10, 20, 250}}};
  for (int c = 0; c < 3; ++c) {
    const std::filesystem::path folder = std::filesystem::path(images().toStdString()) / std::to_string(c);
    std::filesystem::create_directories(folder);
    for (int i = 0; i < 8; ++i) {
      auto color = colors[static_cast<std::size_t>(c)];
      color[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(250 - 10 * i);
      write_plain_png(folder / fmt::format("{}.png", i), 8, color);
    }
  }
}

QString SmallProject::write(const char* name, const std::vector<std::byte>& bytes) const {
  write_file(path(name).toStdString(), bytes);
  return path(name);
}

}  // namespace qs
