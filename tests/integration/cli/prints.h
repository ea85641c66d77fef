// Synthetic prints as files, for the commands that read them.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "enroll/image/image.h"
#include "enroll/synth/synth.h"
#include "tests/integration/cli/program.h"

namespace taanu::test {

inline GrayImage Print(uint64_t finger, uint64_t impression) {
  return SyntheticFinger(finger).Impression(impression);
}

inline void WritePng(const std::filesystem::path& path, const GrayImage& image) {
  const auto png = EncodePng(image);
  if (!png) throw std::runtime_error(png.error().message);
  WriteText(path, {reinterpret_cast<const char*>(png->data()), png->size()});
}

// PGM states no resolution.
inline void WritePgm(const std::filesystem::path& path, const GrayImage& image) {
  std::string text =
      "P5\n" + std::to_string(image.width) + " " + std::to_string(image.height) + "\n255\n";
  text.append(image.pixels.begin(), image.pixels.end());
  WriteText(path, text);
}

}  // namespace taanu::test
