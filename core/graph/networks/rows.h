// The networks, each defined in the file of its name and listed in networks.cpp.
#pragma once

#include "core/graph/networks/networks.h"

namespace qs {

extern const Network mobilenet_v1_network, resnet_cifar_network, plain_cnn_network;

}  // namespace qs
