#include "core/graph/networks/networks.h"

#include <fmt/ranges.h>

#include <array>

#include "core/base/error.h"
#include "core/graph/networks/rows.h"

namespace qs {

namespace {

constexpr std::int64_t kLargestExtent = 4096;
constexpr std::int64_t kMostClasses = 100000;

void check_extent(std::int64_t extent, std::int64_t least, std::int64_t most, std::string_view what) {
  if (extent < least || extent > most) bad_input("{} is {}, but must lie from {} to {}", what, extent, least, most);
}

}  // namespace

std::span<const Network* const> networks() {
  static constexpr std::array kNetworks = {&mobilenet_v1_network, &resnet_cifar_network, &plain_cnn_network};
  return kNetworks;
}

const Network& network(std::string_view id) {
  std::vector<std::string_view> known;
  for (const Network* candidate : networks()) {
    if (candidate->id == id) return *candidate;
    known.push_back(candidate->id);
  }
  bad_input("there is no network \"{}\"; there are: {}", id, fmt::join(known, ", "));
}

Graph build_network(const Network& network, const std::map<std::string, double>& settings, NetworkInput input,
                    std::int64_t classes, std::uint64_t seed) {
  const std::string what = fmt::format("network \"{}\"", network.id);
  check_settings(settings, network.params, what);
  return with_context(what, [&] {
    check_extent(input.channels, 1, kLargestExtent, "the number of input channels");
    check_extent(input.height, 1, kLargestExtent, "the input's height");
    check_extent(input.width, 1, kLargestExtent, "the input's width");
    check_extent(classes, 2, kMostClasses, "the number of classes");
    Graph graph = network.build(settings, input, classes, seed);
    check_invariants(graph);
    return graph;
  });
}

}  // namespace qs
