// GoogLeNet and its successor with batch normalisation.
#include "tests/support/classic_graphs.h"

namespace qs {

namespace {

std::int64_t resolution_or_224(const ClassicOptions& options) {
  return options.resolution > 0 ? options.resolution : 224;
}

Flow classifier(LayerBuilder& net, const Flow& x) {
  return net.fully_connected(net.flatten(net.dropout(net.global_pool(x))), 1000);
}

}  // namespace

/// Szegedy et al. 2014, without the auxiliary classifiers.
ClassicFile build_inception_v1(const ClassicOptions& options) {
  LayerBuilder net(9, options.weights, options.batch, resolution_or_224(options));
  const auto layer = [&](const Flow& x, std::int64_t channels, std::int64_t kernel, std::int64_t stride = 1) {
    return net.relu(net.conv(x, at_width(options.width, channels), kernel, {.stride = stride, .bias = true}));
  };
  const auto module = [&](const Flow& x, std::vector<std::int64_t> c) {
    return net.concat({layer(x, c[0], 1), layer(layer(x, c[1], 1), c[2], 3), layer(layer(x, c[3], 1), c[4], 5),
                       layer(net.max_pool(x, 3, 1, 1), c[5], 1)});
  };
  Flow x = net.local_response_norm(net.max_pool(layer(net.image(), 64, 7, 2), 3, 2, 0, true));
  x = net.local_response_norm(layer(layer(x, 64, 1), 192, 3));
  x = net.max_pool(x, 3, 2, 0, true);
  x = module(module(x, {64, 96, 128, 16, 32, 32}), {128, 128, 192, 32, 96, 64});
  x = net.max_pool(x, 3, 2, 0, true);
  x = module(module(x, {192, 96, 208, 16, 48, 64}), {160, 112, 224, 24, 64, 64});
  x = module(module(x, {128, 128, 256, 24, 64, 64}), {112, 144, 288, 32, 64, 64});
  x = module(x, {256, 160, 320, 32, 128, 128});
  x = net.max_pool(x, 3, 2, 0, true);
  x = module(module(x, {256, 160, 320, 32, 128, 128}), {384, 192, 384, 48, 128, 128});
  return net.finish(net.softmax(classifier(net, x)));
}

/// Ioffe and Szegedy 2015 (BN-Inception), convolutions with bias as in Caffe.
ClassicFile build_inception_v2(const ClassicOptions& options) {
  LayerBuilder net(10, options.weights, options.batch, resolution_or_224(options));
  const auto layer = [&](const Flow& x, std::int64_t channels, std::int64_t kernel, std::int64_t stride = 1) {
    return net.conv_bn_relu(x, at_width(options.width, channels), kernel, {.stride = stride, .bias = true});
  };
  const auto towers = [&](const Flow& x, std::vector<std::int64_t> c, const Flow& pool) {
    return net.concat({layer(x, c[0], 1), layer(layer(x, c[1], 1), c[2], 3),
                       layer(layer(layer(x, c[3], 1), c[4], 3), c[4], 3), layer(pool, c[5], 1)});
  };
  const auto module = [&](const Flow& x, const std::vector<std::int64_t>& c) {
    return towers(x, c, net.average_pool(x, 3, 1, 1));
  };
  const auto reduction = [&](const Flow& x, std::vector<std::int64_t> c) {
    const Flow pool = net.max_pool(x, 3, 2, 1);  // padded, so that it fits the convolutions at every resolution
    return net.concat(
        {layer(layer(x, c[0], 1), c[1], 3, 2), layer(layer(layer(x, c[2], 1), c[3], 3), c[3], 3, 2), pool});
  };
  Flow x = net.max_pool(layer(net.image(), 64, 7, 2), 3, 2, 0, true);
  x = net.max_pool(layer(layer(x, 64, 1), 192, 3), 3, 2, 0, true);
  x = module(module(x, {64, 64, 64, 64, 96, 32}), {64, 64, 96, 64, 96, 64});
  x = reduction(x, {128, 160, 64, 96});
  x = module(module(x, {224, 64, 96, 96, 128, 128}), {192, 96, 128, 96, 128, 128});
  x = module(module(x, {160, 128, 160, 128, 160, 128}), {96, 128, 192, 160, 192, 128});
  x = reduction(x, {128, 192, 192, 256});
  x = module(x, {352, 192, 320, 160, 224, 128});
  x = towers(x, {352, 192, 320, 192, 224, 128}, net.max_pool(x, 3, 1, 1));
  return net.finish(classifier(net, x));
}

}  // namespace qs
