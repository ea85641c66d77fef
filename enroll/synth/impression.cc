#include "enroll/synth/impression.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "enroll/synth/exact_math.h"
#include "enroll/synth/finger_shape.h"
#include "enroll/synth/noise_texture.h"
#include "enroll/synth/random.h"
#include "enroll/synth/skin_distortion.h"
#include "enroll/synth/skin_surface.h"

namespace taanu::synth {
namespace {

constexpr uint64_t kImpressionStream = 6;
constexpr uint64_t kRoughnessStream = 7;

// A value that is not a number counts as the lowest.
double Clamp(double value, double low, double high) {
  return value >= low ? std::min(value, high) : low;
}

ImpressionOptions Sane(ImpressionOptions o) {
  o.width = std::clamp(o.width, kImageSideMin, kImageSideMax);
  o.height = std::clamp(o.height, kImageSideMin, kImageSideMax);
  o.dpi = Clamp(o.dpi, kDpiMin, kDpiMax);
  o.placement = Clamp(o.placement, 0, 1);
  o.distortion = Clamp(o.distortion, 0, 1);
  o.pressure = Clamp(o.pressure, 0, 1);
  o.noise = Clamp(o.noise, 0, 1);
  o.partial = Clamp(o.partial, 0, 1);
  return o;
}

// How rough the skin of a finger is, in all of its impressions: 0.7 for most, up to 1.4 for a
// finger worn by work or age.
double SkinRoughness(uint64_t finger_seed) {
  Random random(finger_seed, kRoughnessStream);
  const double worn = random.Unit();
  return 0.7 + 0.7 * worn * worn * worn * worn;
}

// Where the finger lies on the sensor.
class Placement {
 public:
  Placement(const ImpressionOptions& o, Random* random)
      : middle_x_(o.width * 0.5), middle_y_(o.height * 0.5), scale_(500 / o.dpi) {
    const double turn = o.placement * Radians(random->Range(-30, 30));
    shift_x_ = o.placement * random->Range(-70, 70);
    shift_y_ = o.placement * random->Range(-70, 70);
    cos_ = Cos(turn);
    sin_ = Sin(turn);
  }

  // From a pixel of the sensor to pixels of 500 dpi from the middle of the finger.
  Point ToFinger(double x, double y) const {
    const double u = (x - middle_x_) * scale_ - shift_x_;
    const double v = (y - middle_y_) * scale_ - shift_y_;
    return {.x = u * cos_ - v * sin_, .y = u * sin_ + v * cos_};
  }

 private:
  double middle_x_;
  double middle_y_;
  double scale_;
  double shift_x_;
  double shift_y_;
  double cos_;
  double sin_;
};

// The part of the skin that touches.
class Contact {
 public:
  Contact(double partial, Random* random) {
    const double loss = partial * random->Unit();
    a_ = random->Range(116, 146) * (1 - 0.42 * loss);
    b_ = random->Range(168, 206) * (1 - 0.42 * loss);
    const double away = partial * random->Unit();
    const double direction = random->Range(-kPi, kPi);
    x_ = 55 * away * Cos(direction);
    y_ = 80 * away * Sin(direction);
  }

  // 0 in the middle, 1 on the border.
  double Edge(Point p) const {
    const double u = (p.x - x_) / a_;
    const double v = (p.y - y_) / b_;
    return std::sqrt(u * u + v * v);
  }

 private:
  double x_;
  double y_;
  double a_;
  double b_;
};

// What varies slowly over the sensor, computed at nodes and interpolated.
struct Node {
  float x = 0;  // on the finger, pixels of 500 dpi
  float y = 0;
  float press = 0;  // added to the height of the skin: more is wetter, thicker ridges
};

Node Mix(const Node& a, const Node& b, float t) {
  return {.x = a.x + t * (b.x - a.x),
          .y = a.y + t * (b.y - a.y),
          .press = a.press + t * (b.press - a.press)};
}

class Renderer {
 public:
  Renderer(const GrayImage& master, uint64_t finger_seed, uint64_t impression_seed,
           const ImpressionOptions& options)
      : options_(Sane(options)),
        random_(synth::Mix(finger_seed) + impression_seed, kImpressionStream),
        placement_(options_, &random_),
        distortion_(options_.distortion, &random_),
        contact_(options_.partial, &random_),
        shape_(finger_seed),
        surface_(master) {
    press_ = options_.pressure * random_.Range(-0.75, 0.85);
    press_variation_ = options_.pressure * random_.Range(0.10, 0.55);
    const double roughness = SkinRoughness(finger_seed);
    grain_ = options_.noise * roughness * random_.Range(0.6, 1.6);
    blotch_ = options_.noise * roughness * random_.Range(0.3, 0.8);
    dark_ = random_.Range(12, 45);
    softness_ = random_.Range(1.3, 2.3);
    light_ = random_.Range(248, 254.5);
    sensor_noise_ = 1 + 8 * options_.noise * random_.Unit();
    noise_x_ = static_cast<float>(random_.Range(0, NoiseTexture::kSide));
    noise_y_ = static_cast<float>(random_.Range(0, NoiseTexture::kSide));
    const double pores = options_.noise * random_.Range(0.5, 1.3);
    surface_.AddPores(finger_seed, std::min(pores, 1.0));
    surface_.AddCreases(finger_seed, options_.noise * random_.Range(0.6, 1.2));
    const auto scratches = static_cast<int>(options_.noise * random_.Range(0, 9));
    surface_.AddScratches(&random_, scratches);
  }

  GrayImage Render() {
    GrayImage image{
        .width = options_.width, .height = options_.height, .dpi = options_.dpi, .pixels = {}};
    image.pixels.resize(static_cast<size_t>(image.width) * image.height);
    ComputeNodes();
    for (int y = 0; y < image.height; ++y) {
      RenderRow(y, image.pixels.data() + static_cast<size_t>(y) * image.width);
    }
    AddSpecks(&image);
    return image;
  }

 private:
  static constexpr int kStep = 8;

  Node ComputeNode(double x, double y) const {
    const Point on_finger = placement_.ToFinger(x, y);
    const Point p = distortion_.Apply(on_finger);
    const auto fx = static_cast<float>(p.x);
    const auto fy = static_cast<float>(p.y);
    const NoiseTexture& blotches = NoiseTexture::Blotches();
    const double slow =
        static_cast<double>(blotches.At(fx * 0.16F + noise_y_, fy * 0.16F + noise_x_));
    const double ragged =
        static_cast<double>(blotches.At(fx * 0.6F + noise_x_, fy * 0.6F + noise_y_));
    // Contact ends on a ragged border, and is thinner before it.
    const double edge = std::max(contact_.Edge(on_finger), shape_.Edge(p.x, -p.y)) + 0.022 * ragged;
    const double fade =
        1.1 * Smoothstep((edge - 0.80) / 0.2) + 3.0 * Smoothstep((edge - 0.97) / 0.1);
    const double press = press_ + press_variation_ * slow - fade;
    return {.x = fx, .y = fy, .press = static_cast<float>(press)};
  }

  void ComputeNodes() {
    columns_ = options_.width / kStep + 2;
    const int rows = options_.height / kStep + 2;
    nodes_.reserve(static_cast<size_t>(columns_) * rows);
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns_; ++column) {
        nodes_.push_back(ComputeNode(column * kStep, row * kStep));
      }
    }
  }

  void RenderRow(int y, uint8_t* out) {
    const NoiseTexture& grain = NoiseTexture::Grain();
    const NoiseTexture& blotches = NoiseTexture::Blotches();
    const auto dark = static_cast<float>(dark_);
    const auto light = static_cast<float>(light_);
    const auto grain_size = static_cast<float>(grain_);
    const auto blotch_size = static_cast<float>(blotch_);
    const auto sensor_noise = static_cast<float>(sensor_noise_);
    // How much higher the skin is where it is darkest than where it is lightest: the blur of a
    // pixel, which spans more of a ridge at a lower resolution.
    const auto softness = static_cast<float>(softness_ * std::clamp(500 / options_.dpi, 0.6, 1.4));
    const Node* nodes = nodes_.data() + static_cast<size_t>(y / kStep) * columns_;
    const float down = static_cast<float>(y % kStep) / kStep;
    for (int x = 0; x < options_.width; ++x) {
      const Node* corner = nodes + x / kStep;
      const float along = static_cast<float>(x % kStep) / kStep;
      const Node at = Mix(Mix(corner[0], corner[1], along),
                          Mix(corner[columns_], corner[columns_ + 1], along), down);
      const uint64_t bits = random_.Bits();
      const auto speckle = static_cast<float>(static_cast<int>(bits & 0xFFFF) +
                                              static_cast<int>((bits >> 16) & 0xFFFF) - 65535) *
                           (1.0F / 65536);
      float ink = 0;
      float tone = 0;
      if (at.press > -2.5F) {
        const float fine = grain.At(at.x + noise_x_, at.y + noise_y_);
        const float mid = blotches.At(at.x + noise_y_, at.y + noise_x_);
        const float height = surface_.At(at.x, at.y);
        const float touch = height + at.press + grain_size * fine + blotch_size * mid;
        ink = std::clamp(0.5F + touch / softness, 0.0F, 1.0F);
        ink = ink * ink * (3 - 2 * ink);
        // Skin that is pressed harder is darker; moist and dry spots vary it further.
        tone = std::clamp(
            34 - 28 * at.press - (8 + 14 * grain_size) * fine - (8 + 16 * blotch_size) * mid,
            -30.0F, 110.0F);
      }
      const float ridge = dark + tone;
      const float value = light + (ridge - light) * ink + sensor_noise * speckle;
      out[x] = static_cast<uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F);
    }
  }

  // Dust and remains of other fingers on the glass.
  void AddSpecks(GrayImage* image) {
    const auto count = static_cast<int>(options_.noise * random_.Range(0, 24));
    for (int i = 0; i < count; ++i) {
      const auto x = static_cast<int>(random_.Below(static_cast<uint32_t>(image->width - 2)));
      const auto y = static_cast<int>(random_.Below(static_cast<uint32_t>(image->height - 2)));
      const double darkness = random_.Range(0.3, 0.95);
      for (int j = 0; j < 2; ++j) {
        for (int k = 0; k < 2; ++k) {
          uint8_t& pixel = image->pixels[static_cast<size_t>(y + j) * image->width + x + k];
          pixel = static_cast<uint8_t>(pixel * darkness);
        }
      }
    }
  }

  ImpressionOptions options_;
  Random random_;
  Placement placement_;
  SkinDistortion distortion_;
  Contact contact_;
  FingerShape shape_;
  SkinSurface surface_;
  double press_;
  double press_variation_;
  double grain_;
  double blotch_;
  double dark_;
  double softness_;
  double light_;
  double sensor_noise_;
  float noise_x_;
  float noise_y_;
  int columns_ = 0;
  std::vector<Node> nodes_;
};

}  // namespace

GrayImage RenderImpression(const GrayImage& master, uint64_t finger_seed, uint64_t impression_seed,
                           const ImpressionOptions& options) {
  return Renderer(master, finger_seed, impression_seed, options).Render();
}

}  // namespace taanu::synth
