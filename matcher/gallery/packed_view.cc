#include "matcher/gallery/packed_view.h"

#include <algorithm>

#include "matcher/compare/prepared.h"

namespace taanu::gallery {

Result<PackedView> Pack(const FingerView& view) {
  const Prepared prepared(view);
  const Prepared::Data& data = prepared.data();
  PackedView packed;
  packed.position = view.position;
  if (data.count == 0) return packed;

  int64_t x_min = INT64_MAX;
  int64_t y_min = INT64_MAX;
  int64_t x_max = INT64_MIN;
  int64_t y_max = INT64_MIN;
  for (const uint16_t k : data.indices) {
    const Minutia& m = view.minutiae[k];
    x_min = std::min<int64_t>(x_min, m.x_um);
    x_max = std::max<int64_t>(x_max, m.x_um);
    y_min = std::min<int64_t>(y_min, m.y_um);
    y_max = std::max<int64_t>(y_max, m.y_um);
  }
  if (x_max - x_min > kViewExtentMaxUm || y_max - y_min > kViewExtentMaxUm) {
    return Fail(ErrorCode::kUnsupported, "VIEW_TOO_LARGE",
                "the minutiae span " + std::to_string(std::max(x_max - x_min, y_max - y_min)) +
                    " micrometres, and a finger at most " + std::to_string(kViewExtentMaxUm) +
                    ": check the resolution of the template");
  }
  for (const uint16_t k : data.indices) {
    const Minutia& m = view.minutiae[k];
    packed.places.push_back(
        {static_cast<uint16_t>(m.x_um - x_min), static_cast<uint16_t>(m.y_um - y_min), m.angle});
    packed.types.push_back(static_cast<uint8_t>(m.type));
  }
  packed.descriptors = Describe(data);
  return packed;
}

}  // namespace taanu::gallery
