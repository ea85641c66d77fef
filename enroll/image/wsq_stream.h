// The marker segments of a WSQ stream, as values that have been checked.
//
// Source: FBI IAFIS-IC-0110 (V3), "WSQ Gray-Scale Fingerprint Image Compression Specification",
// annex B (compressed data formats). Internal to enroll/image. Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "enroll/image/bytes.h"
#include "enroll/image/wsq_entropy.h"
#include "enroll/image/wsq_wavelet.h"
#include "matcher/error.h"

namespace taanu::image_internal {

struct WsqQuantizer {
  float bin = 0;       // Q; 0 where the subband was discarded
  float zero_bin = 0;  // Z
};

// One run of entropy-coded bytes between two markers, stuffed zero bytes still in it.
struct WsqSegment {
  std::shared_ptr<const WsqHuffmanTable> table;
  Bytes data;
};

struct WsqStream {
  int width = 0;
  int height = 0;
  float shift = 0;       // M, the mean that the encoder took off
  float scale = 0;       // R, what it divided by
  float bin_center = 0;  // C, where in its bin a value is put back
  std::array<WsqQuantizer, kWsqSubbands> quantizers;
  WsqFilters filters;
  std::vector<WsqSegment> segments;
  std::optional<double> dpi;  // from a NIST_COM comment
};

// Reads every segment up to EOI. Allocates no more than a few words for each segment of the file.
Result<WsqStream> ParseWsq(Bytes bytes);

}  // namespace taanu::image_internal
