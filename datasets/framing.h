// From a decoded image to the pixels a network sees.
#pragma once

#include "datasets/image.h"

namespace qs {

/// Size after resizing, before cropping. Throws `Error` (bad_input) when it would have more than 2^27 pixels (a picture
/// of extreme aspect ratio).
[[nodiscard]] ImageSize resized_size(ImageSize size, const ResizeRule& resize);

/// Where a centred square of side `crop` lies in an image of `size`; x and y are negative where the image is smaller
/// and must be surrounded with zeros. Odd differences are halved as torchvision does: towards the even offset when
/// cutting, with the greater half behind when surrounding.
[[nodiscard]] ImageRegion centre_crop(ImageSize size, int crop);

/// `image` resized and cropped.
[[nodiscard]] Image frame(const Image& image, const Geometry& geometry);

}  // namespace qs
