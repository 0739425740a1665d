// Convolutions, poolings and resizing by the reference loops, against numbers worked out by hand. Weights are powers of
// ten, so that each digit of a result shows which input it came from.
#include "tests/support/op_cases.h"

#include <QtTest/QtTest>
#include <limits>

using namespace qs;

namespace {

/// A one-dimensional window.
Window window(std::int64_t kernel, std::int64_t stride = 1, std::int64_t pad_begin = 0, std::int64_t pad_end = 0,
              std::int64_t dilation = 1) {
  return {{kernel}, {stride}, {dilation}, {pad_begin}, {pad_end}};
}

/// A window of `rank` equal axes without padding.
Window dense_window(std::size_t rank, std::int64_t kernel, std::int64_t pad_end = 0) {
  using Extents = std::vector<std::int64_t>;
  return {Extents(rank, kernel), Extents(rank, 1), Extents(rank, 1), Extents(rank, 0), Extents(rank, pad_end)};
}

const Tensor kOneTwoThreeFour = f32({1, 1, 4}, {1, 2, 3, 4});
const Tensor kOneToEight = f32({1, 1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});

Resize resize(Resize::Mode mode, Resize::Coordinates coordinates, float scale,
              Resize::Nearest nearest = Resize::Nearest::round_prefer_floor) {
  return {.scales = {1, 1, scale}, .sizes = {}, .mode = mode, .coordinates = coordinates, .nearest = nearest};
}

using Mode = Resize::Mode;
using Coordinates = Resize::Coordinates;
using Nearest = Resize::Nearest;
const Tensor kOneTwo = f32({1, 1, 2}, {1, 2});

}  // namespace

class TestReferenceWindows : public QObject {
  Q_OBJECT

 private slots:
  void convolution_data() {
    op_table();
    expect("one axis", Conv{window(2)}, {kOneTwoThreeFour, f32({1, 1, 2}, {1, 10})}, {f32({1, 1, 3}, {21, 32, 43})});
    expect("stride 2, padding before", Conv{window(2, 2, 1, 0)}, {kOneTwoThreeFour, f32({1, 1, 2}, {1, 10})},
           {f32({1, 1, 2}, {10, 32})});
    expect("dilation 2", Conv{window(2, 1, 0, 0, 2)}, {kOneTwoThreeFour, f32({1, 1, 2}, {1, 10})},
           {f32({1, 1, 2}, {31, 42})});
    expect("kernel wider than the input", Conv{window(3, 1, 1, 1)}, {f32({1, 1, 1}, {5}), f32({1, 1, 3}, {1, 10, 100})},
           {f32({1, 1, 1}, {50})});
    expect("some kernel elements see padding only", Conv{window(3, 1, 2, 2)},
           {f32({1, 1, 1}, {5}), f32({1, 1, 3}, {1, 10, 100})}, {f32({1, 1, 3}, {500, 50, 5})});
    expect("two axes, padding after, as Keras does", Conv{dense_window(2, 2, 1)},
           {f32({1, 1, 2, 2}, {1, 2, 3, 4}), f32({1, 1, 2, 2}, {1, 10, 100, 1000})},
           {f32({1, 1, 2, 2}, {4321, 402, 43, 4})});
    expect("three axes", Conv{dense_window(3, 2)}, {kOneToEight, f32({1, 1, 2, 2, 2}, {1, 1, 1, 1, 1, 1, 1, 1})},
           {f32({1, 1, 1, 1, 1}, {36})});
    expect("depthwise with bias", Conv{window(1), 2},
           {f32({1, 2, 2}, {1, 2, 3, 4}), f32({2, 1, 1}, {10, 100}), f32({2}, {0.5, -0.5})},
           {f32({1, 2, 2}, {10.5, 20.5, 299.5, 399.5})});
    expect("two groups of two channels", Conv{window(1), 2},
           {f32({1, 4, 1}, {1, 2, 3, 4}), f32({2, 2, 1}, {1, 10, 100, 1000})}, {f32({1, 2, 1}, {21, 4300})});
    expect("batch of two", Conv{window(2)}, {f32({2, 1, 2}, {1, 2, 3, 4}), f32({1, 1, 2}, {1, 10})},
           {f32({2, 1, 1}, {21, 43})});
  }
  void convolution() { QS_CHECK_ROW(); }

  void transposed_convolution_data() {
    op_table();
    expect("one axis", ConvTranspose{window(3), {0}}, {f32({1, 1, 2}, {1, 2}), f32({1, 1, 3}, {1, 10, 100})},
           {f32({1, 1, 4}, {1, 12, 120, 200})});
    expect("padding crops the output", ConvTranspose{window(3, 1, 1, 1), {0}},
           {f32({1, 1, 2}, {1, 2}), f32({1, 1, 3}, {1, 10, 100})}, {f32({1, 1, 2}, {12, 120})});
    expect("stride 2", ConvTranspose{window(2, 2), {0}}, {f32({1, 1, 2}, {1, 2}), f32({1, 1, 2}, {1, 10})},
           {f32({1, 1, 4}, {1, 10, 2, 20})});
    expect("stride 2 with output padding", ConvTranspose{window(2, 2), {1}},
           {f32({1, 1, 2}, {1, 2}), f32({1, 1, 2}, {1, 10})}, {f32({1, 1, 5}, {1, 10, 2, 20, 0})});
    expect("dilation 2", ConvTranspose{window(2, 1, 0, 0, 2), {0}}, {f32({1, 1, 2}, {1, 2}), f32({1, 1, 2}, {1, 10})},
           {f32({1, 1, 4}, {1, 2, 10, 20})});
    expect("depthwise with bias", ConvTranspose{window(1), {0}, 2},
           {f32({1, 2, 1}, {1, 2}), f32({2, 1, 1}, {10, 100}), f32({2}, {1, 2})}, {f32({1, 2, 1}, {11, 202})});
    expect("every input channel feeds every output channel, batch of two", ConvTranspose{window(1), {0}},
           {f32({2, 2, 1}, {1, 2, 3, 4}), f32({2, 2, 1}, {1, 10, 100, 1000})},
           {f32({2, 2, 1}, {201, 2010, 403, 4030})});
    expect("two axes", ConvTranspose{dense_window(2, 2), {0, 0}},
           {f32({1, 1, 1, 1}, {2}), f32({1, 1, 2, 2}, {1, 2, 3, 4})}, {f32({1, 1, 2, 2}, {2, 4, 6, 8})});
  }
  void transposed_convolution() { QS_CHECK_ROW(); }

  void pooling_data() {
    op_table();
    expect("max", MaxPool{window(2)}, {f32({1, 1, 3}, {1, 3, 2})}, {f32({1, 1, 2}, {3, 3})});
    expect("max, padding is no zero", MaxPool{window(3, 1, 1, 1)}, {f32({1, 1, 2}, {-1, -2})},
           {f32({1, 1, 2}, {-1, -1})});
    expect("max, dilation 2", MaxPool{window(2, 1, 0, 0, 2)}, {f32({1, 1, 4}, {1, 5, 2, 4})}, {f32({1, 1, 2}, {2, 5})});
    expect("max, floor", MaxPool{window(2, 2)}, {f32({1, 1, 3}, {1, 2, 3})}, {f32({1, 1, 1}, {2})});
    expect("max, ceil", MaxPool{window(2, 2), true}, {f32({1, 1, 3}, {1, 2, 3})}, {f32({1, 1, 2}, {2, 3})});
    expect("max, three axes, two images", MaxPool{dense_window(3, 2)},
           {f32({2, 1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8, -8, -7, -6, -5, -4, -3, -2, -1})},
           {f32({2, 1, 1, 1, 1}, {8, -1})});
    expect("average", AveragePool{window(2, 2)}, {f32({1, 1, 4}, {1, 2, 3, 6})}, {f32({1, 1, 2}, {1.5, 4.5})});
    expect("average, padding not counted", AveragePool{window(3, 1, 1, 1)}, {f32({1, 1, 2}, {2, 4})},
           {f32({1, 1, 2}, {3, 3})});
    expect("average, padding counted", AveragePool{window(3, 1, 1, 1), false, true}, {f32({1, 1, 2}, {2, 4})},
           {f32({1, 1, 2}, {2, 2})});
    expect("average, dilation 2", AveragePool{window(2, 1, 0, 0, 2)}, {kOneTwoThreeFour}, {f32({1, 1, 2}, {2, 3})});
    expect("average, ceil reads beyond the end", AveragePool{window(2, 2), true, true}, {f32({1, 1, 3}, {1, 2, 3})},
           {f32({1, 1, 2}, {1.5, 3})});
    expect("average, ceil, padding counted but not what is beyond it", AveragePool{window(3, 2, 1, 1), true, true},
           {kOneTwoThreeFour}, {f32({1, 1, 3}, {1, 3, 2})});
    expect("average, ceil, padding not counted", AveragePool{window(3, 2, 1, 1), true, false}, {kOneTwoThreeFour},
           {f32({1, 1, 3}, {1.5, 3, 4})});
    expect("average, three axes", AveragePool{dense_window(3, 2)}, {kOneToEight}, {f32({1, 1, 1, 1, 1}, {4.5})});
    expect("global average", GlobalAveragePool{}, {f32({1, 2, 1, 2}, {1, 2, 3, 5})}, {f32({1, 2, 1, 1}, {1.5, 4})});
    expect("global max", GlobalMaxPool{}, {f32({1, 2, 1, 2}, {-1, -2, 3, 5})}, {f32({1, 2, 1, 1}, {-1, 5})});
    expect("mean of one axis, kept", ReduceMean{{1}, true}, {f32({2, 2}, {1, 3, 5, 7})}, {f32({2, 1}, {2, 6})});
    expect("mean of the outer and inner axis, dropped", ReduceMean{{0, 2}, false},
           {f32({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})}, {f32({2}, {3.5, 5.5})});
  }
  void pooling() { QS_CHECK_ROW(); }

  void resizing_data() {
    op_table();
    expect("nearest, twice", resize(Mode::nearest, Coordinates::asymmetric, 2, Nearest::floor), {kOneTwo},
           {f32({1, 1, 4}, {1, 1, 2, 2})});
    // Half pixels put the two outputs of a halved axis at 0.5 and 2.5: exactly between two inputs.
    expect("tie to the floor", resize(Mode::nearest, Coordinates::half_pixel, 0.5F), {kOneTwoThreeFour},
           {f32({1, 1, 2}, {1, 3})});
    expect("tie to the ceiling", resize(Mode::nearest, Coordinates::half_pixel, 0.5F, Nearest::round_prefer_ceil),
           {kOneTwoThreeFour}, {f32({1, 1, 2}, {2, 4})});
    expect("always the floor", resize(Mode::nearest, Coordinates::half_pixel, 0.5F, Nearest::floor), {kOneTwoThreeFour},
           {f32({1, 1, 2}, {1, 3})});
    expect("always the ceiling", resize(Mode::nearest, Coordinates::half_pixel, 0.5F, Nearest::ceil),
           {kOneTwoThreeFour}, {f32({1, 1, 2}, {2, 4})});
    expect("a third in f32 is a third", resize(Mode::nearest, Coordinates::asymmetric, 1.0F / 3, Nearest::floor),
           {f32({1, 1, 6}, {0, 1, 2, 3, 4, 5})}, {f32({1, 1, 2}, {0, 3})});
    expect("linear, half pixels", resize(Mode::linear, Coordinates::half_pixel, 2), {kOneTwo},
           {f32({1, 1, 4}, {1, 1.25, 1.75, 2})});
    expect("linear, asymmetric", resize(Mode::linear, Coordinates::asymmetric, 2), {kOneTwo},
           {f32({1, 1, 4}, {1, 1.5, 2, 2})});
    expect("linear, corners on corners", resize(Mode::linear, Coordinates::align_corners, 1.5F), {kOneTwo},
           {f32({1, 1, 3}, {1, 1.5, 2})});
    expect("linear to one element", resize(Mode::linear, Coordinates::half_pixel, 0.5F), {kOneTwo},
           {f32({1, 1, 1}, {1.5})});
    expect("linear to one element as PyTorch does", resize(Mode::linear, Coordinates::pytorch_half_pixel, 0.5F),
           {kOneTwo}, {f32({1, 1, 1}, {1})});
    expect("linear along two axes, by sizes",
           Resize{.scales = {}, .sizes = {1, 1, 3, 3}, .mode = Mode::linear, .coordinates = Coordinates::align_corners},
           {f32({1, 1, 2, 2}, {1, 3, 5, 7})}, {f32({1, 1, 3, 3}, {1, 2, 3, 3, 4, 5, 5, 6, 7})});
  }
  void resizing() { QS_CHECK_ROW(); }

  void refused_data() {
    op_table();
    refuse("convolution with no output", Conv{window(3)}, {f32({1, 1, 2}, {1, 2}), f32({1, 1, 3}, {1, 2, 3})}, "");
    refuse("pooling with no output", MaxPool{window(3)}, {f32({1, 1, 2}, {1, 2})}, "");
    refuse("integers", MaxPool{window(1)}, {s64({1, 1, 1}, {1})}, "f32");
  }
  void refused() { QS_CHECK_ROW(); }
};

QTEST_GUILESS_MAIN(TestReferenceWindows)
#include "test_reference_windows.moc"
