// One impression of a finger on an optical sensor.
//
// Source: the order of SFinGe (Handbook of Fingerprint Recognition, chapter 6): contact region,
// ridge thickness, skin distortion, noise, placement, background.
//
// Thread-safety: may be called from any thread.
#pragma once

#include <cstdint>

#include "enroll/image/image.h"
#include "enroll/synth/synth.h"

namespace taanu::synth {

GrayImage RenderImpression(const GrayImage& master, uint64_t finger_seed, uint64_t impression_seed,
                           const ImpressionOptions& options);

}  // namespace taanu::synth
