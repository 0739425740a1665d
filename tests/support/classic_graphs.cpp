#include "tests/support/classic_graphs.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace qs {

// Published sizes: Caffe's model zoo (AlexNet, GoogLeNet), torchvision's model table (VGG, ResNet, DenseNet,
// SqueezeNet, MobileNet v2 and v3, EfficientNet), Keras applications (MobileNet v1), timm (EfficientNet-Lite0),
// Cadene's pretrained-models (Inception v2).
std::span<const ClassicGraph> classic_graphs() {
  static constexpr std::array kGraphs = {
      ClassicGraph{"AlexNet", build_alexnet, 5, 3, 60'965'224, 0.125, 0},
      ClassicGraph{"ZFNet", build_zfnet, 5, 3, 0, 0.0625, 128},
      ClassicGraph{"VGG-16", build_vgg16, 13, 3, 138'357'544, 0.125, 32},
      ClassicGraph{"SqueezeNet 1.1", build_squeezenet, 26, 0, 1'235'496, 0.25, 64},
      ClassicGraph{"Inception v1", build_inception_v1, 57, 1, 6'998'552, 0.125, 64},
      ClassicGraph{"Inception v2", build_inception_v2, 69, 1, 11'295'240, 0.125, 64},
      ClassicGraph{"ResNet-18 v1", build_resnet18, 20, 1, 11'689'512, 0.125, 64},
      ClassicGraph{"ResNet-50 v1", build_resnet50, 53, 1, 25'557'032, 0.125, 64},
      ClassicGraph{"ResNet-18 v2", build_resnet18_v2, 20, 1, 0, 0.125, 64},
      ClassicGraph{"DenseNet-121", build_densenet121, 120, 1, 7'978'856, 0.25, 64},
      ClassicGraph{"ShuffleNet v1 (g = 3)", build_shufflenet, 49, 1, 0, 0.25, 64},
      ClassicGraph{"MobileNet v1", build_mobilenet_v1, 27, 1, 4'231'976, 0.25, 64},
      ClassicGraph{"MobileNet v2", build_mobilenet_v2, 52, 1, 3'504'872, 0.25, 64},
      ClassicGraph{"MobileNet v3 small", build_mobilenet_v3, 52, 2, 2'542'856, 0.5, 64},
      ClassicGraph{"EfficientNet-B0", build_efficientnet_b0, 81, 1, 5'288'548, 0.25, 64},
      ClassicGraph{"EfficientNet-Lite0", build_efficientnet_lite0, 49, 1, 4'652'008, 0.25, 64},
  };
  return kGraphs;
}

std::int64_t at_width(double width, std::int64_t channels) {
  if (width == 1) return channels;
  return std::max<std::int64_t>(8, std::llround(static_cast<double>(channels) * width / 8) * 8);
}

}  // namespace qs
