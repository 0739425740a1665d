// Networks for phones: grouped and depthwise convolutions, squeeze-and-excite, and the activations of their time.
#include "tests/support/classic_graphs.h"

namespace qs {

namespace {

using Dims = OnnxBuilder::Dims;

std::int64_t resolution_or_224(const ClassicOptions& options) {
  return options.resolution > 0 ? options.resolution : 224;
}

/// Channels rounded to a multiple of 8 but never below 90 % (the rule of MobileNet v2 and v3).
std::int64_t divisible(double channels) {
  const auto rounded = std::max<std::int64_t>(8, static_cast<std::int64_t>(channels + 4) / 8 * 8);
  return static_cast<double>(rounded) < 0.9 * channels ? rounded + 8 : rounded;
}

std::string scalar_index(OnnxBuilder& onnx, std::int64_t value) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_int64_data(value);
  return onnx.initializer(tensor);
}

/// Channel shuffle with every extent computed from the input's shape, as PyTorch exports it with dynamic axes.
Flow shuffle(LayerBuilder& net, const Flow& x, std::int64_t groups) {
  OnnxBuilder& onnx = net.onnx();
  const auto extent = [&](std::int64_t axis) {
    return onnx.node("Gather", {onnx.node("Shape", {x.name}), scalar_index(onnx, axis)}, {{"axis", std::int64_t{0}}});
  };
  const auto list = [&](const std::vector<std::string>& scalars) {
    std::vector<std::string> pieces;
    for (const auto& scalar : scalars) pieces.push_back(onnx.node("Unsqueeze", {scalar}, {{"axes", Dims{0}}}));
    return onnx.node("Concat", pieces, {{"axis", std::int64_t{0}}});
  };
  const std::string count = scalar_index(onnx, groups);
  const std::string per_group = onnx.node("Div", {extent(1), count});
  const std::string apart = onnx.node("Reshape", {x.name, list({extent(0), count, per_group, extent(2), extent(3)})});
  const std::string mixed = onnx.node("Transpose", {apart}, {{"perm", Dims{0, 2, 1, 3, 4}}});
  const std::string all = onnx.node("Mul", {count, per_group});
  return LayerBuilder::same(x, onnx.node("Reshape", {mixed, list({extent(0), all, extent(2), extent(3)})}));
}

Flow shuffle_unit(LayerBuilder& net, const Flow& x, std::int64_t channels, std::int64_t stride, bool first) {
  constexpr std::int64_t kGroups = 3;
  const std::int64_t narrow = channels / 4;
  const std::int64_t grown = stride == 2 ? channels - x.channels : channels;
  Flow y = net.conv_bn_relu(x, narrow, 1, {.groups = first ? 1 : kGroups});
  y = shuffle(net, y, kGroups);
  y = net.batch_norm(net.conv(y, narrow, 3, {.stride = stride, .groups = narrow}));
  y = net.batch_norm(net.conv(y, grown, 1, {.groups = kGroups}));
  if (stride == 1) return net.relu(net.add(x, y));
  return net.relu(net.concat({net.average_pool(x, 3, 2, 1), y}));
}

/// x * relu6(x + 3) / 6 in the spellings that exporters use.
Flow hard_swish(LayerBuilder& net, const Flow& x, int spelling) {
  OnnxBuilder& onnx = net.onnx();
  const auto node = [&](const std::string& type, const Flow& a, const std::string& b) {
    return LayerBuilder::same(a, onnx.node(type, {a.name, b}));
  };
  switch (spelling % 4) {
    case 0: return LayerBuilder::same(x, onnx.node("HardSwish", {x.name}));
    case 1: {
      const std::string gate = onnx.node("HardSigmoid", {x.name}, {{"alpha", 1.0F / 6}, {"beta", 0.5F}});
      return node("Mul", x, gate);
    }
    case 2: return node("Div", net.mul(x, net.relu6(node("Add", x, net.number(3)))), net.number(6));
    default: return net.mul(x, node("Mul", net.relu6(node("Add", x, net.number(3))), net.number(1.0F / 6)));
  }
}

struct Bottleneck {
  std::int64_t kernel, expanded, channels;
  bool excite, hard;
  std::int64_t stride;
};

/// Squeeze-and-excite with a hard sigmoid (MobileNet v3).
Flow excite_hard(LayerBuilder& net, const Flow& x, std::int64_t squeezed) {
  Flow s = net.relu(net.conv(net.global_pool(x), squeezed, 1, {.bias = true}));
  s = net.conv(s, x.channels, 1, {.bias = true});
  return net.mul(x, {net.onnx().node("HardSigmoid", {s.name}, {{"alpha", 1.0F / 6}}), x.channels, 1, 1});
}

/// Squeeze-and-excite with swish and sigmoid, pooling spelt as ReduceMean (EfficientNet).
Flow excite_soft(LayerBuilder& net, const Flow& x, std::int64_t squeezed) {
  const Flow pool = {net.onnx().node("ReduceMean", {x.name}, {{"axes", Dims{2, 3}}, {"keepdims", std::int64_t{1}}}),
                     x.channels, 1, 1};
  const Flow s = net.conv(net.swish(net.conv(pool, squeezed, 1, {.bias = true})), x.channels, 1, {.bias = true});
  return net.mul(x, LayerBuilder::same(s, net.onnx().node("Sigmoid", {s.name})));
}

struct EfficientStage {
  std::int64_t expansion, channels;
  int repeats;
  std::int64_t stride, kernel;
};
constexpr EfficientStage kEfficientStages[] = {{1, 16, 1, 1, 3},  {6, 24, 2, 2, 3},  {6, 40, 2, 2, 5}, {6, 80, 3, 2, 3},
                                               {6, 112, 3, 1, 5}, {6, 192, 4, 2, 5}, {6, 320, 1, 1, 3}};

/// Tan and Le 2019; the Lite family drops squeeze-and-excite and takes ReLU6.
ClassicFile build_efficientnet(const ClassicOptions& options, int opset, bool lite) {
  constexpr float kEpsilon = 1e-3F;
  LayerBuilder net(opset, options.weights, options.batch, resolution_or_224(options));
  const auto layer = [&](const Flow& x, std::int64_t channels, std::int64_t kernel, ConvSettings settings = {}) {
    const Flow y = net.batch_norm(net.conv(x, channels, kernel, settings), kEpsilon);
    return lite ? net.relu6(y) : net.swish(y);
  };
  Flow x = layer(net.image(), at_width(options.width, 32), 3, {.stride = 2});
  for (const EfficientStage& stage : kEfficientStages) {
    for (int i = 0; i < stage.repeats; ++i) {
      const std::int64_t stride = i == 0 ? stage.stride : 1;
      const std::int64_t channels = at_width(options.width, stage.channels);
      const std::int64_t expanded = x.channels * stage.expansion;
      Flow y = stage.expansion == 1 ? x : layer(x, expanded, 1);
      y = layer(y, expanded, stage.kernel, {.stride = stride, .groups = expanded});
      if (!lite) y = excite_soft(net, y, std::max<std::int64_t>(1, x.channels / 4));
      y = net.batch_norm(net.conv(y, channels, 1), kEpsilon);
      x = stride == 1 && x.channels == channels ? net.add(y, x) : y;
    }
  }
  x = net.global_pool(layer(x, at_width(options.width, 1280), 1));
  return net.finish(net.fully_connected(net.dropout(net.flatten(x)), 1000));
}

}  // namespace

/// Zhang et al. 2017, three groups.
ClassicFile build_shufflenet(const ClassicOptions& options) {
  LayerBuilder net(11, options.weights, options.batch, resolution_or_224(options));
  Flow x = net.max_pool(net.conv_bn_relu(net.image(), 24, 3, {.stride = 2}), 3, 2, 1);
  const std::vector<int> repeats = {4, 8, 4};
  for (std::size_t stage = 0; stage < repeats.size(); ++stage) {
    const auto channels = static_cast<std::int64_t>(240.0 * options.width) << stage;
    for (int i = 0; i < repeats[stage]; ++i) x = shuffle_unit(net, x, channels, i == 0 ? 2 : 1, stage == 0 && i == 0);
  }
  return net.finish(net.fully_connected(net.flatten(net.global_pool(x)), 1000));
}

/// Howard et al. 2017; the classifier is fed by a Squeeze.
ClassicFile build_mobilenet_v1(const ClassicOptions& options) {
  LayerBuilder net(13, options.weights, options.batch, resolution_or_224(options));
  const auto layer = [&](const Flow& x, std::int64_t channels, std::int64_t kernel, ConvSettings settings) {
    return net.relu6(net.batch_norm(net.conv(x, channels, kernel, settings), 1e-3F));
  };
  Flow x = layer(net.image(), at_width(options.width, 32), 3, {.stride = 2});
  const std::vector<std::pair<std::int64_t, std::int64_t>> blocks = {{64, 1},  {128, 2},  {128, 1}, {256, 2}, {256, 1},
                                                                     {512, 2}, {512, 1},  {512, 1}, {512, 1}, {512, 1},
                                                                     {512, 1}, {1024, 2}, {1024, 1}};
  for (const auto& [channels, stride] : blocks) {
    x = layer(x, x.channels, 3, {.stride = stride, .groups = x.channels});
    x = layer(x, at_width(options.width, channels), 1, {});
  }
  x = net.global_pool(x);
  const Flow flat = {net.onnx().node("Squeeze", {x.name, net.onnx().integers({2, 3})}), x.channels, 1, 1};
  return net.finish(net.softmax(net.fully_connected(flat, 1000)));
}

/// Sandler et al. 2018.
ClassicFile build_mobilenet_v2(const ClassicOptions& options) {
  LayerBuilder net(10, options.weights, options.batch, resolution_or_224(options));
  const auto layer = [&](const Flow& x, std::int64_t channels, std::int64_t kernel, ConvSettings settings) {
    return net.relu6(net.batch_norm(net.conv(x, channels, kernel, settings)));
  };
  struct Stage {
    std::int64_t expansion, channels;
    int repeats;
    std::int64_t stride;
  };
  Flow x = layer(net.image(), at_width(options.width, 32), 3, {.stride = 2});
  for (const Stage& stage : {Stage{1, 16, 1, 1},
                             {6, 24, 2, 2},
                             {6, 32, 3, 2},
                             {6, 64, 4, 2},
                             {6, 96, 3, 1},
                             {6, 160, 3, 2},
                             {6, 320, 1, 1}}) {
    for (int i = 0; i < stage.repeats; ++i) {
      const std::int64_t stride = i == 0 ? stage.stride : 1;
      const std::int64_t channels = at_width(options.width, stage.channels);
      const std::int64_t expanded = x.channels * stage.expansion;
      Flow y = stage.expansion == 1 ? x : layer(x, expanded, 1, {});
      y = layer(y, expanded, 3, {.stride = stride, .groups = expanded});
      y = net.batch_norm(net.conv(y, channels, 1));
      x = stride == 1 && x.channels == channels ? net.add(x, y) : y;
    }
  }
  x = net.global_pool(layer(x, at_width(options.width, 1280), 1, {}));
  return net.finish(net.fully_connected(net.flatten(x), 1000));
}

/// Howard et al. 2019, small.
ClassicFile build_mobilenet_v3(const ClassicOptions& options) {
  LayerBuilder net(14, options.weights, options.batch, resolution_or_224(options));
  const auto wide = [&](std::int64_t channels) { return at_width(options.width, channels); };
  int spelling = 0;
  const auto layer = [&](const Flow& x, std::int64_t channels, std::int64_t kernel, bool hard, ConvSettings settings) {
    const Flow y = net.batch_norm(net.conv(x, channels, kernel, settings), 1e-3F);
    return hard ? hard_swish(net, y, spelling++) : net.relu(y);
  };
  Flow x = layer(net.image(), wide(16), 3, true, {.stride = 2});
  for (const Bottleneck& block : {Bottleneck{3, 16, 16, true, false, 2},
                                  {3, 72, 24, false, false, 2},
                                  {3, 88, 24, false, false, 1},
                                  {5, 96, 40, true, true, 2},
                                  {5, 240, 40, true, true, 1},
                                  {5, 240, 40, true, true, 1},
                                  {5, 120, 48, true, true, 1},
                                  {5, 144, 48, true, true, 1},
                                  {5, 288, 96, true, true, 2},
                                  {5, 576, 96, true, true, 1},
                                  {5, 576, 96, true, true, 1}}) {
    const std::int64_t expanded = wide(block.expanded);
    Flow y = expanded == x.channels ? x : layer(x, expanded, 1, block.hard, {});
    y = layer(y, expanded, block.kernel, block.hard, {.stride = block.stride, .groups = expanded});
    if (block.excite) y = excite_hard(net, y, divisible(static_cast<double>(expanded) / 4));
    y = net.batch_norm(net.conv(y, wide(block.channels), 1), 1e-3F);
    x = block.stride == 1 && y.channels == x.channels ? net.add(x, y) : y;
  }
  x = net.flatten(net.global_pool(layer(x, wide(576), 1, true, {})));
  x = hard_swish(net, net.fully_connected(x, wide(1024)), spelling);
  return net.finish(net.fully_connected(net.dropout(x), 1000));
}

ClassicFile build_efficientnet_b0(const ClassicOptions& options) {
  return build_efficientnet(options, 13, false);
}
ClassicFile build_efficientnet_lite0(const ClassicOptions& options) {
  return build_efficientnet(options, 17, true);
}

}  // namespace qs
