// WSQ, the FBI's wavelet scalar quantisation (IAFIS-IC-0110 V3): the decoding process of annex A.
#include <algorithm>
#include <vector>

#include "enroll/image/formats.h"
#include "enroll/image/wsq_entropy.h"
#include "enroll/image/wsq_stream.h"
#include "enroll/image/wsq_wavelet.h"

namespace taanu::image_internal {
namespace {

// The first subband of the highest diagonal quarter, which common encoders discard.
constexpr size_t kDiagonalFirst = 60;

float Dequantize(int32_t index, const WsqQuantizer& quantizer, float center) {
  if (index == 0) return 0;
  const auto value = static_cast<float>(index);
  if (index > 0) return quantizer.bin * (value - center) + quantizer.zero_bin / 2;
  return quantizer.bin * (value + center) - quantizer.zero_bin / 2;
}

uint8_t ToGrey(float value, const WsqStream& stream) {
  const float grey = value * stream.scale + stream.shift + 0.5F;
  return static_cast<uint8_t>(std::clamp(grey, 0.0F, 255.0F));
}

// The indices of all subbands that are in the stream, one subband after the other.
Result<std::vector<int32_t>> ReadIndices(const WsqStream& stream, size_t count) {
  std::vector<int32_t> indices(count);
  size_t position = 0;
  for (const WsqSegment& segment : stream.segments) {
    const auto next = DecodeWsqSegment(*segment.table, segment.data, indices, position);
    if (!next)
      return Damaged("WSQ", position, "a block of data that is no code; counted in values");
    position = *next;
  }
  if (position != count) return Damaged("WSQ", position, "data is missing; counted in values");
  return indices;
}

}  // namespace

Result<ImageHeader> ReadWsqHeader(Bytes bytes) {
  TAANU_ASSIGN_OR_RETURN(const WsqStream stream, ParseWsq(bytes));
  return ImageHeader{stream.width, stream.height, stream.dpi};
}

Result<Pixels> DecodeWsq(Bytes bytes, const ImageHeader&) {
  TAANU_ASSIGN_OR_RETURN(const WsqStream stream, ParseWsq(bytes));
  const auto bands = WsqSubbandsOf(stream.width, stream.height);
  size_t count = 0;
  for (size_t i = 0; i < kWsqSubbands; ++i) {
    if (stream.quantizers[i].bin == 0) continue;
    count += static_cast<size_t>(bands[i].width) * static_cast<size_t>(bands[i].height);
  }
  TAANU_ASSIGN_OR_RETURN(const std::vector<int32_t> indices, ReadIndices(stream, count));

  const auto width = static_cast<size_t>(stream.width);
  std::vector<float> plane(width * static_cast<size_t>(stream.height));
  bool with_diagonal = false;
  const int32_t* next = indices.data();
  for (size_t i = 0; i < kWsqSubbands; ++i) {
    if (stream.quantizers[i].bin == 0) continue;
    if (i >= kDiagonalFirst) with_diagonal = true;
    const WsqBand& band = bands[i];
    for (int y = 0; y < band.height; ++y) {
      float* row = &plane[static_cast<size_t>(band.y + y) * width + static_cast<size_t>(band.x)];
      for (int x = 0; x < band.width; ++x) {
        row[x] = Dequantize(*next++, stream.quantizers[i], stream.bin_center);
      }
    }
  }
  WsqSynthesize(plane, stream.width, stream.height, stream.filters, with_diagonal);

  Pixels pixels(plane.size());
  std::transform(plane.begin(), plane.end(), pixels.begin(),
                 [&](float value) { return ToGrey(value, stream); });
  return pixels;
}

}  // namespace taanu::image_internal
