// From a decoded image to the pixels a network sees.
#pragma once

#include "datasets/image.h"

namespace qs {

/// Size after resizing, before cropping. Throws `Error` (bad_input) when it would have more than 2^27 pixels (a picture
/// of extreme aspect ratio).
[[nodiscard]] ImageSize resized_size(ImageSize size, const ResizeRule& resize);

/// Where a centred square of side `crop` lies in an image of `size`; x and y are negative where the image is smaller
/// and must be surrounded with zeros. Odd differences have no middle. After a resize of the shorter side, which is
/// torchvision's recipe, the offset is torchvision's int(round(d / 2)), halves to even; after a squash or no resize it
/// is floor(d / 2), as Caffe and Keras have it. The greater half is behind when surrounding.
[[nodiscard]] ImageRegion centre_crop(ImageSize size, int crop, const ResizeRule& resize);

/// `image` resized and cropped.
[[nodiscard]] Image frame(const Image& image, const Geometry& geometry);

}  // namespace qs
