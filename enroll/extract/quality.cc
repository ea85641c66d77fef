// Quality of an image, 0-100, and the reason a person can act on where it is low.
//
// A product of four shares, each 1 where nothing is wanting: how strong the enhanced ridges are,
// how much of a finger there is, how many minutiae can be relied on, and how well the best of them
// can be. `taanu evaluate` draws how it predicts errors. The strength of the ridges, squared, was
// chosen on FVC2000 and FVC2004 over the coherence of their gradients, which strands of hair have
// as well, over their correlation with the image, and over the power of their period.
//
// The reason is read from what is wanting most. Its constants were chosen on one impression of each
// finger of the six real sets, plain and spoilt in the ways that the reasons name, as
// quality_reasons_test (tests/unit/enroll/extract) spoils them; that test is how they can be
// measured again.
#include <algorithm>
#include <array>
#include <cmath>

#include "enroll/extract/extractor.h"
#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

// Areas in square millimetres: an index finger pressed flat covers about 200.
constexpr float kAreaNone = 8;
constexpr float kAreaFull = 150;
constexpr float kMmPerCell = kCell * 25.4F / static_cast<float>(kWorkDpi);
// The mean amplitude of the enhanced ridges; 0.36 and more is a clean print.
constexpr float kStrengthBad = 0.15F;
constexpr float kStrengthGood = 0.36F;
// So many minutiae, each of quality 1, identify a finger beyond doubt; the best of a real print's
// have 0.9 each.
constexpr float kMinutiaeEnough = 20;
constexpr float kBestQualities = 18;

// A person is told a reason below this score, as for 5 % of the prints of FVC2000 and FVC2004.
constexpr int kLowScore = 75;
// And below this coherence of the cleared gradients, as for another 4 % of them, whatever the
// score: a slide of the finger makes strong ridges and minutiae in plenty.
constexpr float kLowCoherence = 0.918F;
// Of the two, extent or clarity, that which is wanting more is named. Clarity goes by coherence
// here, since the filters lose strength at the border, where a small print has much of itself.
constexpr float kCoherenceBad = 0.80F;
constexpr float kCoherenceGood = 0.97F;
// So much of the finger's outline, in square roots of its area, lies on the border of the image
// where the border cut it.
constexpr float kCutOutline = 0.5F;
// Thin dark lines on a light ground have a negative skewness, broad ones a positive one. Of the
// spoilt prints all dry ones were below -0.66, and all wet and smudged ones above -0.48.
constexpr float kDrySkewness = -0.57F;
// Where the mean grey of the finger lies between the darkest and the lightest of the image. Water
// darkens it; a slide mixes ridges and valleys, and leaves the mean as it was.
constexpr float kWetTone = 0.45F;

// What there is to be seen of a finger.
struct Evidence {
  float area = 0;       // square millimetres
  float strength = 0;   // mean amplitude of the enhanced ridges
  float coherence = 0;  // mean over the finger, 0-1
  float outline = 0;    // length on the border of the image over the square root of the area
  float tone = 0;       // 0 as dark as the image gets, 1 as light
  float skewness = 0;   // of the grey levels about their local mean
  float minutiae = 0;   // sum of their qualities
  float best = 0;       // the same of the best kMinutiaeEnough
};

// The grey levels that 1 % of the image are darker and 1 % lighter than.
struct GreyRange {
  float dark = 0;
  float light = 255;
};

GreyRange RangeOf(const Plane& grey) {
  std::array<size_t, 256> counts{};
  for (const float value : grey.data) {
    ++counts[static_cast<size_t>(std::clamp(value, 0.0F, 255.0F))];
  }
  const size_t tail = grey.data.size() / 100;
  size_t low = 0;
  for (size_t below = counts[0]; below <= tail && low < 255;) below += counts[++low];
  size_t high = 255;
  for (size_t above = counts[255]; above <= tail && high > 0;) above += counts[--high];
  return {static_cast<float>(low), static_cast<float>(high)};
}

void SeePixels(const Plane& grey, const Plane& local, const Plane& enhanced, const Plane& mask,
               Evidence* evidence) {
  double amplitude = 0;
  double sum = 0;
  double second = 0;
  double third = 0;
  double pixels = 0;
  for (int y = 0; y < grey.height; ++y) {
    const float* in_mask = mask.row(y / kCell);
    for (int x = 0; x < grey.width; ++x) {
      if (in_mask[x / kCell] == 0) continue;
      const double value = static_cast<double>(local.at(x, y));
      amplitude += static_cast<double>(std::abs(enhanced.at(x, y)));
      sum += static_cast<double>(grey.at(x, y));
      second += value * value;
      third += value * value * value;
      ++pixels;
    }
  }
  if (pixels == 0 || second == 0) return;
  evidence->strength = static_cast<float>(amplitude / pixels);
  const GreyRange range = RangeOf(grey);
  const auto mean = static_cast<float>(sum / pixels);
  evidence->tone = (mean - range.dark) / std::max(range.light - range.dark, 1.0F);
  evidence->skewness = static_cast<float>(third / pixels / std::pow(second / pixels, 1.5));
}

void SeeCells(const Plane& coherence, const Plane& mask, Evidence* evidence) {
  double cells = 0;
  double sum = 0;
  int on_border = 0;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      if (mask.at(x, y) == 0) continue;
      ++cells;
      sum += static_cast<double>(coherence.at(x, y));
      if (x == 0 || y == 0 || x == mask.width - 1 || y == mask.height - 1) ++on_border;
    }
  }
  if (cells == 0) return;
  evidence->area = static_cast<float>(cells) * kMmPerCell * kMmPerCell;
  evidence->coherence = static_cast<float>(sum / cells);
  evidence->outline = static_cast<float>(on_border / std::sqrt(cells));
}

void SeeMinutiae(const std::vector<RawMinutia>& minutiae, Evidence* evidence) {
  std::vector<float> qualities;
  for (const RawMinutia& minutia : minutiae) qualities.push_back(minutia.quality);
  std::sort(qualities.rbegin(), qualities.rend());
  for (size_t k = 0; k < qualities.size(); ++k) {
    evidence->minutiae += qualities[k];
    if (k < static_cast<size_t>(kMinutiaeEnough)) evidence->best += qualities[k];
  }
}

// From 0 at `bad` to 1 at `good`, but never quite 0: each share alone shall tell prints apart.
float Share(float value, float bad, float good) {
  return std::clamp((value - bad) / (good - bad), 0.01F, 1.0F);
}

float Clarity(const Evidence& e) {
  const float share = Share(e.strength, kStrengthBad, kStrengthGood);
  return share * share;
}
float Extent(const Evidence& e) { return Share(e.area, 0, kAreaFull); }

int Score(const Evidence& e) {
  const float product = Clarity(e) * Extent(e) * Share(e.minutiae, 0, kMinutiaeEnough) *
                        Share(e.best, 0, kBestQualities);
  return std::clamp(static_cast<int>(std::lround(100 * std::pow(product, 0.25F))), 1, 100);
}

QualityReason Wanting(const Evidence& e) {
  if (Extent(e) < Share(e.coherence, kCoherenceBad, kCoherenceGood)) {
    return e.outline > kCutOutline ? QualityReason::kOffCentre : QualityReason::kTooSmall;
  }
  if (e.skewness < kDrySkewness) return QualityReason::kTooDry;
  return e.tone < kWetTone ? QualityReason::kTooWet : QualityReason::kSmudged;
}

}  // namespace

ImageQuality RateImage(const Plane& grey, const Normalised& normalised, const Plane& enhanced,
                       const Orientation& orientation, const Segmentation& segmentation,
                       const std::vector<RawMinutia>& minutiae) {
  Evidence evidence;
  SeeCells(orientation.coherence, segmentation.mask, &evidence);
  if (evidence.area < kAreaNone) return {};
  SeePixels(grey, normalised.image, enhanced, segmentation.mask, &evidence);
  SeeMinutiae(minutiae, &evidence);
  // Ridges without a minutia are of no use, but there is a finger.
  const int score = minutiae.empty() ? 0 : Score(evidence);
  const bool good = score >= kLowScore && evidence.coherence >= kLowCoherence;
  const QualityReason wanting = Wanting(evidence);
  return {score, good ? QualityReason::kGood : wanting, wanting};
}

}  // namespace taanu::extract
