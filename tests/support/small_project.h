// A network and images small enough to know the answers by hand, in a folder of their own.
#pragma once

#include <QString>
#include <QTemporaryDir>
#include <cstddef>
#include <string>
#include <vector>

namespace qs {

/// Answers with the mean of each color, so that plain red, green and blue pictures are classes 0, 1 and 2. The first
/// channel's weights are `times` as large as the others', which the second convolution takes back: with 100, one scale
/// for all ruins it.
[[nodiscard]] std::vector<std::byte> uneven_network(float times = 100);

/// Two convolutions and `more` that share their weights, small enough to keep numbers in range. With many of them the
/// plain loops take so long that a run over some images can always be interrupted before it ends.
[[nodiscard]] std::vector<std::byte> slow_network(int more);

/// `uneven.onnx` and `images`: 8 pictures of each of the three classes, in class folders.
class SmallProject {
 public:
  SmallProject();
  [[nodiscard]] QString model() const { return path("uneven.onnx"); }
  [[nodiscard]] QString images() const { return path("images"); }
  [[nodiscard]] QString path(const char* name) const { return folder_.filePath(name); }
  /// Writes bytes to a file of this name in the folder, and says where that is.
  QString write(const char* name, const std::vector<std::byte>& bytes) const;

 private:
  QTemporaryDir folder_;
};

}  // namespace qs
