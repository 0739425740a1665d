// ResNets and DenseNet.
#include "tests/support/classic_graphs.h"

namespace qs {

namespace {

using Dims = OnnxBuilder::Dims;

std::int64_t resolution_or_224(const ClassicOptions& options) {
  return options.resolution > 0 ? options.resolution : 224;
}

/// x.view(x.size(0), -1), as PyTorch's exporter spells it before opset 13.
Flow flatten_by_shape(LayerBuilder& net, const Flow& x) {
  OnnxBuilder& onnx = net.onnx();
  onnx::TensorProto zero;
  zero.set_data_type(onnx::TensorProto::INT64);
  zero.add_int64_data(0);
  const std::string batch = onnx.node("Gather", {onnx.node("Shape", {x.name}), onnx.initializer(zero)});
  const std::string target =
      onnx.node("Concat", {onnx.node("Unsqueeze", {batch}, {{"axes", Dims{0}}}), onnx.integers({-1})},
                {{"axis", std::int64_t{0}}});
  return {onnx.node("Reshape", {x.name, target}), x.channels * x.height * x.width, 1, 1};
}

Flow stem(LayerBuilder& net, double width) {
  return net.max_pool(net.conv_bn_relu(net.image(), at_width(width, 64), 7, {.stride = 2}), 3, 2, 1);
}

Flow basic_block(LayerBuilder& net, const Flow& x, std::int64_t channels, std::int64_t stride) {
  const Flow y = net.conv_bn_relu(x, channels, 3, {.stride = stride});
  const Flow z = net.batch_norm(net.conv(y, channels, 3));
  const bool same = stride == 1 && x.channels == channels;
  return net.relu(net.add(z, same ? x : net.batch_norm(net.conv(x, channels, 1, {.stride = stride}))));
}

Flow bottleneck_block(LayerBuilder& net, const Flow& x, std::int64_t channels, std::int64_t stride) {
  Flow y = net.conv_bn_relu(x, channels, 1);
  y = net.conv_bn_relu(y, channels, 3, {.stride = stride});
  const Flow z = net.batch_norm(net.conv(y, 4 * channels, 1));
  const bool same = stride == 1 && x.channels == 4 * channels;
  return net.relu(net.add(z, same ? x : net.batch_norm(net.conv(x, 4 * channels, 1, {.stride = stride}))));
}

/// He et al. 2016, "Identity mappings": normalisation before convolution, nothing behind the addition.
Flow preactivated_block(LayerBuilder& net, const Flow& x, std::int64_t channels, std::int64_t stride) {
  const Flow a = net.relu(net.batch_norm(x));
  const Flow y = net.relu(net.batch_norm(net.conv(a, channels, 3, {.stride = stride})));
  const bool same = stride == 1 && x.channels == channels;
  return net.add(net.conv(y, channels, 3), same ? x : net.conv(a, channels, 1, {.stride = stride}));
}

using Block = Flow (*)(LayerBuilder&, const Flow&, std::int64_t, std::int64_t);

Flow stages(LayerBuilder& net, Flow x, double width, Block block, const std::vector<int>& repeats) {
  for (std::size_t stage = 0; stage < repeats.size(); ++stage) {
    for (int i = 0; i < repeats[stage]; ++i) {
      x = block(net, x, at_width(width, std::int64_t{64} << stage), stage > 0 && i == 0 ? 2 : 1);
    }
  }
  return x;
}

}  // namespace

ClassicFile build_resnet18(const ClassicOptions& options) {
  LayerBuilder net(11, options.weights, options.batch, resolution_or_224(options));
  const Flow x = stages(net, stem(net, options.width), options.width, basic_block, {2, 2, 2, 2});
  return net.finish(net.fully_connected(flatten_by_shape(net, net.global_pool(x)), 1000));
}

ClassicFile build_resnet50(const ClassicOptions& options) {
  LayerBuilder net(17, options.weights, options.batch, resolution_or_224(options));
  const Flow x = stages(net, stem(net, options.width), options.width, bottleneck_block, {3, 4, 6, 3});
  return net.finish(net.fully_connected(net.flatten(net.global_pool(x)), 1000));
}

ClassicFile build_resnet18_v2(const ClassicOptions& options) {
  LayerBuilder net(9, options.weights, options.batch, resolution_or_224(options));
  const Flow x = stages(net, stem(net, options.width), options.width, preactivated_block, {2, 2, 2, 2});
  const Flow y = net.global_pool(net.relu(net.batch_norm(x)));
  return net.finish(net.fully_connected(flatten_by_shape(net, y), 1000));
}

/// Huang et al. 2016.
ClassicFile build_densenet121(const ClassicOptions& options) {
  LayerBuilder net(13, options.weights, options.batch, resolution_or_224(options));
  const std::int64_t growth = at_width(options.width, 32);
  const auto bn_relu = [&](const Flow& x) { return net.relu(net.batch_norm(x)); };
  Flow x = stem(net, options.width);
  const std::vector<int> blocks = {6, 12, 24, 16};
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    if (block > 0) x = net.average_pool(net.conv(bn_relu(x), x.channels / 2, 1), 2, 2);
    for (int i = 0; i < blocks[block]; ++i) {
      const Flow narrow = net.conv(bn_relu(x), 4 * growth, 1);
      x = net.concat({x, net.conv(bn_relu(narrow), growth, 3)});
    }
  }
  return net.finish(net.fully_connected(net.flatten(net.global_pool(bn_relu(x))), 1000));
}

}  // namespace qs
