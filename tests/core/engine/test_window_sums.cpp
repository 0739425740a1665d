// Sums under a window, against adding up pixel by pixel.
#include <QtTest/QtTest>

#include <random>

#include "core/engine/integer/window_sums.h"

namespace qs {
namespace {

using Extents = WindowSums::Extents;

struct Case {
  const char* name;
  WindowSums how;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"pointwise", {.images = 2, .channels = 24, .input = {1, 5, 7}, .output = {1, 5, 7}}},
      {"pointwise, stride 2", {.channels = 64, .input = {1, 9, 8}, .output = {1, 5, 4}, .strides = {1, 2, 2}}},
      {"same padding",
       {.images = 3, .channels = 16, .input = {1, 6, 9}, .output = {1, 6, 9}, .kernel = {1, 3, 3}, .begin = {0, 1, 1}}},
      {"first layer",
       {.channels = 3,
        .input = {1, 20, 21},
        .output = {1, 10, 11},
        .kernel = {1, 7, 7},
        .strides = {1, 2, 2},
        .begin = {0, 3, 3}}},
      {"depthwise",
       {.images = 2, .groups = 40, .input = {1, 6, 5}, .output = {1, 6, 5}, .kernel = {1, 3, 3}, .begin = {0, 1, 1}}},
      {"depthwise, stride 2",
       {.groups = 7,
        .input = {1, 7, 8},
        .output = {1, 3, 4},
        .kernel = {1, 3, 3},
        .strides = {1, 2, 2},
        .begin = {0, 0, 1}}},
      {"four groups of odd size",
       {.groups = 4, .channels = 13, .input = {1, 5, 5}, .output = {1, 5, 5}, .kernel = {1, 3, 3}, .begin = {0, 1, 1}}},
      {"dilated",
       {.channels = 8, .input = {1, 9, 9}, .output = {1, 5, 5}, .kernel = {1, 3, 3}, .dilations = {1, 2, 2}}},
      {"wider than the image",
       {.channels = 9, .input = {1, 2, 2}, .output = {1, 4, 4}, .kernel = {1, 7, 7}, .begin = {0, 4, 4}}},
      {"one axis", {.channels = 5, .input = {1, 1, 30}, .output = {1, 1, 26}, .kernel = {1, 1, 5}}},
      {"three axes", {.channels = 6, .input = {4, 5, 6}, .output = {2, 5, 6}, .kernel = {3, 3, 3}, .begin = {0, 1, 1}}},
  };
  return all;
}

/// What lies under the window at one output, group by group.
template <class T>
std::int32_t brute_force(const WindowSums& how, const std::vector<T>& input, std::int64_t image, const Extents& at,
                         std::int64_t group) {
  std::int32_t sum = 0;
  for (std::int64_t tap = 0; tap < how.kernel[0] * how.kernel[1] * how.kernel[2]; ++tap) {
    const Extents k = {tap / how.kernel[2] / how.kernel[1], tap / how.kernel[2] % how.kernel[1], tap % how.kernel[2]};
    std::int64_t pixel = image;
    bool inside = true;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::int64_t x = at[axis] * how.strides[axis] + k[axis] * how.dilations[axis] - how.begin[axis];
      inside = inside && x >= 0 && x < how.input[axis];
      pixel = pixel * how.input[axis] + x;
    }
    for (std::int64_t c = 0; inside && c < how.channels; ++c) {
      sum += input[static_cast<std::size_t>((pixel * how.groups + group) * how.channels + c)];
    }
  }
  return sum;
}

template <class T>
void compare(const WindowSums& how) {
  std::mt19937 random(3);
  std::vector<T> input(static_cast<std::size_t>(how.pixels() * how.groups * how.channels));
  for (T& value : input) value = static_cast<T>(random());
  std::vector<std::int32_t> room(static_cast<std::size_t>(how.pixels() * how.groups), -5);
  const std::int64_t places = how.output[0] * how.output[1] * how.output[2];
  std::vector<std::int32_t> sums(static_cast<std::size_t>(how.images * places * how.groups), -7);
  sum_windows(how, input.data(), room.data(), sums.data());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    const std::int64_t place = index / how.groups % places;
    const Extents at = {place / how.output[2] / how.output[1], place / how.output[2] % how.output[1],
                        place % how.output[2]};
    QCOMPARE(sums[i], brute_force(how, input, index / how.groups / places, at, index % how.groups));
  }
}

}  // namespace

class TestWindowSums : public QObject {
  Q_OBJECT

 private slots:
  void equals_adding_up_data() {
    QTest::addColumn<std::size_t>("index");
    for (std::size_t i = 0; i < cases().size(); ++i) QTest::newRow(cases()[i].name) << i;
  }
  void equals_adding_up() {
    QFETCH(std::size_t, index);
    compare<std::uint8_t>(cases()[index].how);
    compare<std::int8_t>(cases()[index].how);
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestWindowSums)
#include "test_window_sums.moc"
