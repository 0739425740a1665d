#include "datasets/builtin_shapes.h"

#include <algorithm>

#include "core/base/error.h"
#include "datasets/shapes/backgrounds.h"
#include "datasets/shapes/outlines.h"

namespace qs {
namespace {

using namespace shapes;

/// The sequence one picture is drawn from, its class first.
Draws draws_of(std::uint64_t seed, std::uint64_t index) {
  return Draws(random_bits(seed, index));
}

int drawn_class(Draws& draws) {
  return draws.between(0, static_cast<int>(shape_classes().size()) - 1);
}

struct Subject {
  Placement placement{};
  Polygon outline{};
  Paint coat{};
};

Subject subject_of(int label, Draws& draws, int side) {
  const int shapes = static_cast<int>(outlines().size());
  Subject subject;
  const int radius = draws.between(side * kUnit * 20 / 100, side * kUnit * 42 / 100);
  const int margin = radius * 85 / 100;
  const int x = draws.between(margin, side * kUnit - margin), y = draws.between(margin, side * kUnit - margin);
  const int angle = draws.between(0, kTurn - 1);
  const int narrow = draws.between(80, 100) * kOne / 100;
  subject.placement = {.centre = {x, y}, .radius = radius, .angle = angle, .width = narrow};
  subject.outline = placed(outlines()[static_cast<std::size_t>(label % shapes)].make(), subject.placement);

  constexpr int kLeastContrast = 100, kTries = 12;
  Paint& coat = subject.coat;
  coat.base = bright(draws);
  Colour other = bright(draws);
  for (int i = 0; i < kTries && difference(coat.base, other) < kLeastContrast; ++i) other = bright(draws);
  coat.mark = mixed(coat.base, other, draws.between(110, 256));
  const int period = draws.between(radius * 30 / 100, radius * 62 / 100);
  const Point origin{x + draws.between(-period, period), y + draws.between(-period, period)};
  const int turn = draws.between(0, kTurn - 1);
  coat.texture = laid(textures()[static_cast<std::size_t>(label / shapes)], origin, turn, period);
  return subject;
}

void paint_shadow(Image& image, const Subject& subject, Draws& draws) {
  const Point towards = direction(draws.between(0, kTurn - 1));
  const std::int64_t distance = draws.between(0, subject.placement.radius / 4);
  Polygon shadow = subject.outline;
  for (Point& point : shadow) point = {point.x + scaled(towards.x * distance), point.y + scaled(towards.y * distance)};
  paint(image, shadow, {.base = {20, 20, 30}, .opacity = draws.between(40, 140)});
}

/// Covers a part of the shape with a stone or a band that crosses its border.
void cover(Image& image, const Subject& subject, Draws& draws) {
  const int radius = subject.placement.radius;
  const int angle = draws.between(0, kTurn - 1);
  const Point outwards = direction(angle);
  const std::int64_t distance = draws.between(radius * 60 / 100, radius * 110 / 100);
  const Point centre{subject.placement.centre.x + scaled(outwards.x * distance),
                     subject.placement.centre.y + scaled(outwards.y * distance)};
  const Colour base = muted(draws);
  if (draws.chance(40)) {
    const int width = draws.between(radius / 6, radius * 45 / 100);
    const int length = image.size.width * kUnit * 3;
    paint(image, band(centre, angle + kTurn / 4 + draws.between(-60, 60), width, length), {.base = base});
  } else {
    const int reach = draws.between(radius * 30 / 100, radius * 60 / 100);
    const int corners = draws.between(5, 9);
    paint(image, stone(draws, centre, reach, corners), {.base = base});
  }
}

/// Light from one side, of some brightness and tint, and the camera's noise.
void expose(Image& image, Draws& draws) {
  const int side = image.size.width;
  const Point towards = direction(draws.between(0, kTurn - 1));
  const int brightness = draws.between(190, 300), slope = draws.between(0, 90);
  const Colour tint{draws.between(-16, 16), draws.between(-16, 16), draws.between(-16, 16)};
  const int noise = std::max(0, draws.between(-8, 24));
  const std::uint64_t grains = draws.seed();
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const std::int64_t along =
          std::int64_t{2 * x + 1 - side} * towards.x + std::int64_t{2 * y + 1 - side} * towards.y;
      const int light = brightness + static_cast<int>(along * slope / (std::int64_t{side} * kOne));
      const Colour seen = pixel(image, x, y);
      const std::uint64_t bits = random_bits(grains, static_cast<std::uint64_t>(y * side + x));
      const auto exposed = [&](int value, int own_tint, int first_bit) {
        // The sum of two uniform numbers of 10 bits each: its standard deviation is half of `noise`.
        const int sum =
            static_cast<int>((bits >> first_bit) & 1023) + static_cast<int>((bits >> (first_bit + 10)) & 1023);
        return value * (light + own_tint) / 256 + (sum - 1023) * noise / 820;
      };
      set_pixel(
          image, x, y,
          {exposed(seen.red, tint.red, 0), exposed(seen.green, tint.green, 20), exposed(seen.blue, tint.blue, 40)});
    }
  }
}

}  // namespace

const std::vector<std::string>& shape_classes() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Texture& texture : textures())
      for (const Outline& outline : outlines()) all.push_back(fmt::format("{} {}", texture.name, outline.name));
    return all;
  }();
  return names;
}

int shape_class(std::uint64_t seed, std::uint64_t index) {
  Draws draws = draws_of(seed, index);
  return drawn_class(draws);
}

Image draw_shape(std::uint64_t seed, std::uint64_t index, int side) {
  QS_ASSERT(side >= 16 && side <= 512);
  Draws draws = draws_of(seed, index);
  const int label = drawn_class(draws);
  const Subject subject = subject_of(label, draws, side);
  Image image({side, side});
  paint_background(image, draws, subject.coat.base);
  if (draws.chance(60)) paint_shadow(image, subject, draws);
  paint(image, subject.outline, subject.coat);
  const int covers = std::max(0, draws.between(-1, 2));
  for (int i = 0; i < covers; ++i) cover(image, subject, draws);
  expose(image, draws);
  return image;
}

}  // namespace qs
