// Networks that are one chain of layers, and SqueezeNet.
#include "tests/support/classic_graphs.h"

namespace qs {

namespace {

using Dims = OnnxBuilder::Dims;

std::int64_t resolution_or(const ClassicOptions& options, std::int64_t own) {
  return options.resolution > 0 ? options.resolution : own;
}

/// The two hidden layers and the classifier of AlexNet and its kin.
Flow three_connected_layers(LayerBuilder& net, Flow x, double width) {
  x = net.flatten(x);
  for (int i = 0; i < 2; ++i) x = net.dropout(net.relu(net.fully_connected(x, at_width(width, 4096))));
  return net.fully_connected(x, 1000);
}

}  // namespace

/// Krizhevsky et al. 2012 as in Caffe (groups and normalisation, one tower's worth of outputs); ends in a softmax.
ClassicFile build_alexnet(const ClassicOptions& options) {
  LayerBuilder net(7, options.weights, options.batch, resolution_or(options, 227));
  const auto wide = [&](std::int64_t channels) { return at_width(options.width, channels); };
  Flow x = net.relu(net.conv(net.image(), wide(96), 11, {.stride = 4, .pad = 0, .bias = true}));
  x = net.max_pool(net.local_response_norm(x), 3, 2);
  x = net.relu(net.conv(x, wide(256), 5, {.groups = 2, .bias = true}));
  x = net.max_pool(net.local_response_norm(x), 3, 2);
  x = net.relu(net.conv(x, wide(384), 3, {.bias = true}));
  x = net.relu(net.conv(x, wide(384), 3, {.groups = 2, .bias = true}));
  x = net.relu(net.conv(x, wide(256), 3, {.groups = 2, .bias = true}));
  x = three_connected_layers(net, net.max_pool(x, 3, 2), options.width);
  return net.finish(net.softmax(x));
}

/// Zeiler and Fergus 2013, the widened variant (ZFNet-512).
ClassicFile build_zfnet(const ClassicOptions& options) {
  LayerBuilder net(8, options.weights, options.batch, resolution_or(options, 224));
  const auto wide = [&](std::int64_t channels) { return at_width(options.width, channels); };
  Flow x = net.relu(net.conv(net.image(), wide(96), 7, {.stride = 2, .pad = 0, .bias = true}));
  x = net.local_response_norm(net.max_pool(x, 3, 2, 0, false));
  x = net.relu(net.conv(x, wide(256), 5, {.stride = 2, .pad = 0, .bias = true}));
  x = net.local_response_norm(net.max_pool(x, 3, 2));
  x = net.relu(net.conv(x, wide(512), 3, {.bias = true}));
  x = net.relu(net.conv(x, wide(1024), 3, {.bias = true}));
  x = net.relu(net.conv(x, wide(512), 3, {.bias = true}));
  return net.finish(three_connected_layers(net, net.max_pool(x, 3, 2), options.width));
}

/// Simonyan and Zisserman 2014, configuration D.
ClassicFile build_vgg16(const ClassicOptions& options) {
  LayerBuilder net(8, options.weights, options.batch, resolution_or(options, 224));
  Flow x = net.image();
  const std::vector<std::vector<std::int64_t>> stages = {
      {64, 64}, {128, 128}, {256, 256, 256}, {512, 512, 512}, {512, 512, 512}};
  for (const auto& stage : stages) {
    for (std::int64_t channels : stage) {
      x = net.relu(net.conv(x, at_width(options.width, channels), 3, {.bias = true}));
    }
    x = net.max_pool(x, 2, 2);
  }
  return net.finish(three_connected_layers(net, x, options.width));
}

/// Iandola et al. 2016, version 1.1; its classifier is a convolution, and the target of the Reshape is a literal.
ClassicFile build_squeezenet(const ClassicOptions& options) {
  LayerBuilder net(12, options.weights, options.batch, resolution_or(options, 224));
  const auto layer = [&](const Flow& x, std::int64_t channels, std::int64_t kernel, ConvSettings settings = {}) {
    settings.bias = true;
    return net.relu(net.conv(x, channels, kernel, settings));
  };
  const auto fire = [&](const Flow& x, std::int64_t squeeze, std::int64_t expand) {
    const Flow s = layer(x, at_width(options.width, squeeze), 1);
    const std::int64_t channels = at_width(options.width, expand);
    return net.concat({layer(s, channels, 1), layer(s, channels, 3)});
  };
  Flow x = layer(net.image(), at_width(options.width, 64), 3, {.stride = 2, .pad = 0});
  x = net.max_pool(x, 3, 2, 0, true);
  x = fire(fire(x, 16, 64), 16, 64);
  x = net.max_pool(x, 3, 2, 0, true);
  x = fire(fire(x, 32, 128), 32, 128);
  x = net.max_pool(x, 3, 2, 0, true);
  x = fire(fire(fire(fire(x, 48, 192), 48, 192), 64, 256), 64, 256);
  x = net.global_pool(layer(net.dropout(x), 1000, 1));
  return net.finish({net.onnx().node("Reshape", {x.name, net.onnx().integers({-1, 1000})}), 1000, 1, 1});
}

}  // namespace qs
