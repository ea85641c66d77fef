#include "enroll/synth/skin_surface.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "enroll/synth/exact_math.h"
#include "enroll/synth/random.h"

namespace taanu::synth {
namespace {

constexpr uint64_t kPoreStream = 4;
constexpr uint64_t kCreaseStream = 5;
// One pore is tried in each square of this side, in pixels; about half fall on a ridge.
constexpr int kPoreGrid = 7;

}  // namespace

SkinSurface::SkinSurface(const GrayImage& master)
    : width_(master.width), height_(master.height), heights_(master.pixels.size()) {
  for (size_t i = 0; i < heights_.size(); ++i) {
    heights_[i] = static_cast<float>(128 - master.pixels[i]) * (1.0F / 127);
  }
}

void SkinSurface::Lower(double x, double y, double radius, double depth) {
  const int x0 = std::max(static_cast<int>(std::floor(x - radius)), 0);
  const int y0 = std::max(static_cast<int>(std::floor(y - radius)), 0);
  const int x1 = std::min(static_cast<int>(std::floor(x + radius)) + 1, width_ - 1);
  const int y1 = std::min(static_cast<int>(std::floor(y + radius)) + 1, height_ - 1);
  for (int j = y0; j <= y1; ++j) {
    for (int i = x0; i <= x1; ++i) {
      const double dx = i - x;
      const double dy = j - y;
      const double fall = 1 - (dx * dx + dy * dy) / (radius * radius);
      if (fall <= 0) continue;
      float& height = heights_[static_cast<size_t>(j) * width_ + i];
      height = std::min(height, static_cast<float>(1 - (1 + depth) * fall));
    }
  }
}

void SkinSurface::AddPores(uint64_t finger_seed, double strength) {
  Random random(finger_seed, kPoreStream);
  for (int y = 0; y + kPoreGrid <= height_; y += kPoreGrid) {
    for (int x = 0; x + kPoreGrid <= width_; x += kPoreGrid) {
      const double px = x + kPoreGrid * random.Unit();
      const double py = y + kPoreGrid * random.Unit();
      const double size = random.Range(1.1, 1.9);
      const double open = random.Unit();
      const auto at = static_cast<size_t>(py) * width_ + static_cast<size_t>(px);
      if (heights_[at] < 0.6F || open > 0.35 + strength) continue;
      Lower(px, py, size, 1.6 * strength - 0.7);
    }
  }
}

void SkinSurface::AddLine(Random* random, double length, double width, double depth) {
  double x = random->Range(0.15, 0.85) * width_;
  double y = random->Range(0.12, 0.88) * height_;
  double direction = random->Range(-kPi, kPi);
  const double bend = 0.012 * random->Normal();
  for (double along = 0; along < length; along += 1) {
    // Lines taper towards both ends.
    const double taper = std::sqrt(std::min({along, length - along, 12.0}) / 12.0);
    Lower(x, y, std::max(width * taper, 0.5), depth);
    x += Cos(direction);
    y += Sin(direction);
    direction += bend + 0.05 * random->Normal();
  }
}

void SkinSurface::AddCreases(uint64_t finger_seed, double strength) {
  Random random(finger_seed, kCreaseStream);
  // Half of all fingers have none, a few are furrowed by work.
  const double worn = random.Unit();
  const int count = worn < 0.5 ? 0 : static_cast<int>(1 + (worn - 0.5) * (worn - 0.5) * 40);
  for (int i = 0; i < count; ++i) {
    const double length = random.Range(25, 110);
    const double width = random.Range(1.0, 2.2) * (0.5 + strength);
    AddLine(&random, length, width, 0.4 + strength);
  }
}

void SkinSurface::AddScratches(Random* random, int count) {
  for (int i = 0; i < count; ++i) {
    const double length = random->Range(15, 80);
    const double width = random->Range(0.9, 2.0);
    AddLine(random, length, width, 1.0);
  }
}

}  // namespace taanu::synth
