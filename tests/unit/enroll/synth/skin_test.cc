#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "enroll/synth/noise_texture.h"
#include "enroll/synth/skin_distortion.h"
#include "enroll/synth/skin_surface.h"
#include "enroll/synth/synth.h"

namespace taanu::synth {
namespace {

TEST(SkinDistortionTest, MovesNothingWithoutStrength) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed, 0);
    const SkinDistortion distortion(0, &random);
    for (double y = -200; y <= 200; y += 25) {
      for (double x = -150; x <= 150; x += 25) {
        const Point moved = distortion.Apply({.x = x, .y = y});
        EXPECT_NEAR(moved.x, x, 1e-9);
        EXPECT_NEAR(moved.y, y, 1e-9);
      }
    }
  }
}

// Skin stretches, but neither tears nor folds: the determinant of the map stays positive.
TEST(SkinDistortionTest, NeverFoldsTheSkinAtFullStrength) {
  double farthest = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed, 0);
    const SkinDistortion distortion(1, &random);
    for (double y = -200; y <= 200; y += 10) {
      for (double x = -150; x <= 150; x += 10) {
        const Point here = distortion.Apply({.x = x, .y = y});
        const Point right = distortion.Apply({.x = x + 0.5, .y = y});
        const Point below = distortion.Apply({.x = x, .y = y + 0.5});
        const double area =
            (right.x - here.x) * (below.y - here.y) - (right.y - here.y) * (below.x - here.x);
        ASSERT_GT(area / 0.25, 0.05) << seed << " at " << x << " " << y;
        farthest = std::max(farthest, std::hypot(here.x - x, here.y - y));
      }
    }
  }
  EXPECT_GT(farthest, 20);
}

TEST(SkinSurfaceTest, PoresOpenOnlyOnRidges) {
  const SyntheticFinger finger(21);
  const SkinSurface plain(finger.master());
  SkinSurface porous(finger.master());
  porous.AddPores(21, 1);
  int opened = 0;
  for (int y = -200; y < 200; ++y) {
    for (int x = -140; x < 140; ++x) {
      const auto fx = static_cast<float>(x);
      const auto fy = static_cast<float>(y);
      EXPECT_LE(porous.At(fx, fy), plain.At(fx, fy) + 1e-6F);
      if (porous.At(fx, fy) < plain.At(fx, fy) - 0.8F) {
        ++opened;
        EXPECT_GT(plain.At(fx, fy), -0.2F);
      }
    }
  }
  EXPECT_GT(opened, 200);
}

TEST(SkinSurfaceTest, CreasesBelongToTheFinger) {
  // A seed whose finger has creases.
  const SyntheticFinger finger(21);
  int creased = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SkinSurface one(finger.master());
    SkinSurface two(finger.master());
    const SkinSurface plain(finger.master());
    one.AddCreases(seed, 0.5);
    two.AddCreases(seed, 0.5);
    bool differs = false;
    for (int y = -200; y < 200; ++y) {
      for (int x = -140; x < 140; ++x) {
        const auto fx = static_cast<float>(x);
        const auto fy = static_cast<float>(y);
        ASSERT_EQ(one.At(fx, fy), two.At(fx, fy));
        differs |= one.At(fx, fy) != plain.At(fx, fy);
      }
    }
    creased += differs ? 1 : 0;
  }
  EXPECT_GE(creased, 4);
  EXPECT_LE(creased, 16);
}

TEST(SkinSurfaceTest, BeyondTheMasterIsNoSkin) {
  const SkinSurface surface(SyntheticFinger(21).master());
  EXPECT_EQ(surface.At(-1e6F, 0), -1);
  EXPECT_EQ(surface.At(0, 1e6F), -1);
  EXPECT_EQ(surface.At(NAN, NAN), -1);
}

TEST(NoiseTextureTest, HasMeanNoughtAndDeviationOneWithoutASeam) {
  for (const NoiseTexture* texture : {&NoiseTexture::Grain(), &NoiseTexture::Blotches()}) {
    double sum = 0;
    double squares = 0;
    for (int y = 0; y < NoiseTexture::kSide; ++y) {
      for (int x = 0; x < NoiseTexture::kSide; ++x) {
        const auto fx = static_cast<float>(x);
        const auto fy = static_cast<float>(y);
        const double value = static_cast<double>(texture->At(fx, fy));
        EXPECT_EQ(texture->At(fx + NoiseTexture::kSide, fy - NoiseTexture::kSide),
                  texture->At(fx, fy));
        sum += value;
        squares += value * value;
      }
    }
    constexpr double kPixels = double{NoiseTexture::kSide} * NoiseTexture::kSide;
    EXPECT_NEAR(sum / kPixels, 0, 1e-3);
    EXPECT_NEAR(squares / kPixels, 1, 1e-3);
  }
}

}  // namespace
}  // namespace taanu::synth
