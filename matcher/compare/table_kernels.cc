#include "matcher/compare/table_kernels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "matcher/compare/set_bits.h"

// AVX-512 with a population count of bytes (Ice Lake and later) is a target of its own.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/compare/table_kernels.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

// What all targets share.
#ifndef TAANU_COMPARE_TABLE_KERNELS_SHARED
#define TAANU_COMPARE_TABLE_KERNELS_SHARED
namespace taanu::compare {

// At [bits] what a step (cylinder_rows.h) makes of each number.
constexpr std::array<std::array<uint8_t, 16>, CylinderRows::Step::kWhole + 1> StepTables() {
  std::array<std::array<uint8_t, 16>, CylinderRows::Step::kWhole + 1> tables{};
  for (unsigned number = 0; number < 16; ++number) {
    for (unsigned bits = 0; bits < 16; ++bits) {
      tables[bits][number] = static_cast<uint8_t>(std::popcount(bits & number));
    }
    tables[CylinderRows::Step::kWhole][number] = static_cast<uint8_t>(number);
  }
  return tables;
}
alignas(64) inline constexpr auto kStepTables = StepTables();

// Minutiae side by side.
inline constexpr int kBlockWidth = 32;
inline constexpr int kColumnsMax = 256;
static_assert(kColumnsMax >= kMinutiaePadded && kBlockWidth <= CylinderRows::kSlack);

// Some minutiae of the reference, each number in a byte.
struct Block {
  alignas(64) uint8_t rows[CylinderRows::kRows][kBlockWidth];
};

// What a minutia's cylinder and each of the other print mark in common, and all that both mark
// where both were imaged.
struct RowCounts {
  alignas(64) uint16_t common[kColumnsMax];
  alignas(64) uint16_t total[kColumnsMax];
};

}  // namespace taanu::compare
#endif

HWY_BEFORE_NAMESPACE();
namespace taanu::compare::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kLaneStep>;
using Ints = hn::RebindToSigned<Floats>;
using Shorts = hn::Rebind<uint16_t, Floats>;
// Numbers up to 1,023, signed, since every target compares those.
using Entries = hn::CappedTag<int16_t, 2 * kLaneStep>;

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

// The reference, as Similarity (cylinder.h) counts.
class RowCounter {
 public:
  RowCounter(const CylinderSide& a, const CylinderSide& b) : a_(a), b_(b) {}

  void Count(int i, RowCounts* counts) {
    const Cylinder& own = a_.cylinders[static_cast<size_t>(i)];
    const int columns = static_cast<int>(b_.cylinders.size());
    for (int j = 0; j < columns; ++j) {
      const Cylinder& other = b_.cylinders[static_cast<size_t>(j)];
      int common = 0;
      int total = 0;
      for (size_t w = 0; w < own.layers.size(); ++w) {
        common += std::popcount(own.layers[w] & other.layers[w]);
      }
      for (size_t k = 0; k < own.planes.size(); ++k) {
        total += (std::popcount(own.planes[k] & other.valid) +
                  std::popcount(own.valid & other.planes[k]))
                 << k;
      }
      counts->common[j] = static_cast<uint16_t>(common);
      counts->total[j] = static_cast<uint16_t>(total);
    }
    for (int j = columns; j < Padded(columns); ++j) counts->common[j] = counts->total[j] = 0;
  }

 private:
  const CylinderSide& a_;
  const CylinderSide& b_;
};

#else

using Bytes = hn::CappedTag<uint8_t, kBlockWidth>;
using Words = hn::RepartitionToWide<Bytes>;

// So many that bytes hold the sums.
constexpr size_t kStepsAtOnce = 255 / CylinderRows::kStepMost;

// Adds two vectors of bytes, the second to be taken away.
template <class V>
HWY_INLINE void AddBytes(V common, V lost, int first, RowCounts* counts) {
  const Words d;
  const hn::Half<Bytes> half;
  uint16_t* const commons = counts->common + first;
  uint16_t* const totals = counts->total + first;
  const size_t n = hn::Lanes(d);
  hn::Store(hn::Add(hn::Load(d, commons), hn::PromoteTo(d, hn::LowerHalf(common))), d, commons);
  hn::Store(hn::Add(hn::Load(d, commons + n), hn::PromoteTo(d, hn::UpperHalf(half, common))), d,
            commons + n);
  hn::Store(hn::Sub(hn::Load(d, totals), hn::PromoteTo(d, hn::LowerHalf(lost))), d, totals);
  hn::Store(hn::Sub(hn::Load(d, totals + n), hn::PromoteTo(d, hn::UpperHalf(half, lost))), d,
            totals + n);
}

class RowCounter {
 public:
  RowCounter(const CylinderSide& a, const CylinderSide& b)
      : a_(*a.rows),
        b_(*b.rows),
        block_count_((static_cast<int>(b.cylinders.size()) + kBlockWidth - 1) / kBlockWidth) {
    const Bytes d;
    const int lanes = static_cast<int>(hn::Lanes(d));
    const auto low = hn::Set(d, uint8_t{15});
    for (int k = 0; k < block_count_; ++k) {
      for (int at = 0; at < kBlockWidth; at += lanes) {
        for (int r = 0; r < CylinderRows::kRows; r += 2) {
          const auto two = hn::LoadU(d, b_.TwoRows(r / 2) + k * kBlockWidth + at);
          hn::Store(hn::And(two, low), d, blocks_[k].rows[r] + at);
          hn::Store(hn::ShiftRight<4>(two), d, blocks_[k].rows[r + 1] + at);
        }
      }
    }
  }

  void Count(int i, RowCounts* counts) {
    const Words dw;
    const int columns = block_count_ * kBlockWidth;
    const auto own = hn::Set(dw, a_.totals()[i]);
    for (int j = 0; j < columns; j += static_cast<int>(hn::Lanes(dw))) {
      hn::Store(hn::Zero(dw), dw, counts->common + j);
      hn::Store(hn::Add(own, hn::LoadU(dw, b_.totals() + j)), dw, counts->total + j);
    }
    std::span<const CylinderRows::Step> steps = a_.Steps(i);
    const int lanes = static_cast<int>(hn::Lanes(Bytes()));
    // Once, but for minutiae in a crowd.
    while (!steps.empty()) {
      const auto some = steps.first(std::min(steps.size(), kStepsAtOnce));
      int j = 0;
      for (; j + lanes < columns; j += 2 * lanes) CountSome<2>(some, j, counts);
      if (j < columns) CountSome<1>(some, j, counts);
      steps = steps.subspan(some.size());
    }
  }

 private:
  // Adds what some steps find common, and takes away what they find lost. Of kVectors vectors of
  // minutiae from column `first` on.
  template <int kVectors>
  HWY_INLINE void CountSome(std::span<const CylinderRows::Step> steps, int first,
                            RowCounts* counts) const {
    const Bytes d;
    const int second = first + (kVectors - 1) * static_cast<int>(hn::Lanes(d));
    const uint8_t* const rows_0 = blocks_[first / kBlockWidth].rows[0] + first % kBlockWidth;
    const uint8_t* const rows_1 = blocks_[second / kBlockWidth].rows[0] + second % kBlockWidth;
    auto common_0 = hn::Zero(d);
    auto common_1 = hn::Zero(d);
    auto lost_0 = hn::Zero(d);
    auto lost_1 = hn::Zero(d);
    for (const CylinderRows::Step& step : steps) {
      const auto table = hn::LoadDup128(d, kStepTables[step.bits].data());
      const size_t common = size_t{step.common_row} * kBlockWidth;
      const size_t lost = size_t{step.lost_row} * kBlockWidth;
      common_0 = hn::Add(common_0, hn::TableLookupBytes(table, hn::Load(d, rows_0 + common)));
      lost_0 = hn::Add(lost_0, hn::TableLookupBytes(table, hn::Load(d, rows_0 + lost)));
      if constexpr (kVectors == 2) {
        common_1 = hn::Add(common_1, hn::TableLookupBytes(table, hn::Load(d, rows_1 + common)));
        lost_1 = hn::Add(lost_1, hn::TableLookupBytes(table, hn::Load(d, rows_1 + lost)));
      }
    }
    AddBytes(common_0, lost_0, first, counts);
    if constexpr (kVectors == 2) AddBytes(common_1, lost_1, second, counts);
  }

  const CylinderRows& a_;
  const CylinderRows& b_;
  int block_count_;
  Block blocks_[kColumnsMax / kBlockWidth];
};

#endif

// Truncates a * b / c, each below 1,100 but for a * b, which is below 2^24: exact, since the
// nearest float to a quotient that is no whole number lies on the same side of the next one.
template <class V>
HWY_INLINE V Quotient(V product, V divisor) {
  return hn::Trunc(hn::Div(product, divisor));
}

// Whole numbers from 0 to 1,023 as integers: the low bits of what they are when added to 2^23.
template <class V>
HWY_INLINE hn::Vec<Shorts> Shorten(V whole) {
  const Ints di;
  const auto sum = hn::BitCast(di, hn::Add(whole, hn::Set(Floats(), 8388608.0F)));
  return hn::DemoteTo(Shorts(), hn::And(sum, hn::Set(di, 0xFFFF)));
}

void WeighSimilaritiesTarget(const CylinderSide& a, const CylinderSide& b, int prior,
                             int rival_prior, uint16_t* HWY_RESTRICT similarities) {
  const Floats df;
  const Ints di;
  const Shorts ds;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const int a_count = static_cast<int>(a.cylinders.size());
  const int stride = Padded(static_cast<int>(b.cylinders.size()));
  RowCounter counter(a, b);
  RowCounts counts;
  // The best of each row and column, then what a similarity is multiplied by for it.
  HWY_ALIGN float rows[kMinutiaePadded];
  HWY_ALIGN float columns[kMinutiaePadded];
  for (int j = 0; j < stride; ++j) columns[j] = 0.0F;
  for (int i = 0; i < a_count; ++i) {
    counter.Count(i, &counts);
    auto row_most = hn::Zero(df);
    for (int j = 0; j < stride; j += lanes) {
      const auto common = hn::PromoteTo(di, hn::LoadU(ds, counts.common + j));
      const auto total = hn::PromoteTo(di, hn::LoadU(ds, counts.total + j));
      const auto product = hn::Mul(hn::ConvertTo(df, common),
                                   hn::Set(df, 2.0F * static_cast<float>(kSimilarityMax)));
      const auto divisor =
          hn::Add(hn::ConvertTo(df, total), hn::Set(df, static_cast<float>(prior)));
      const auto s = Quotient(product, divisor);
      row_most = hn::Max(row_most, s);
      hn::StoreU(hn::Max(hn::LoadU(df, columns + j), s), df, columns + j);
      hn::StoreU(Shorten(s), ds, similarities + i * stride + j);
    }
    rows[i] = 1.0F / (hn::GetLane(hn::MaxOfLanes(df, row_most)) + static_cast<float>(rival_prior));
  }
  for (int j = 0; j < stride; ++j)
    columns[j] = 1.0F / (columns[j] + static_cast<float>(rival_prior));
  for (int i = 0; i < a_count; ++i) {
    const auto row = hn::Set(df, rows[i]);
    for (int j = 0; j < stride; j += lanes) {
      uint16_t* const place = similarities + i * stride + j;
      const auto s = hn::ConvertTo(df, hn::PromoteTo(di, hn::LoadU(ds, place)));
      const auto share = hn::Mul(s, hn::Min(row, hn::LoadU(df, columns + j)));
      const auto weighed = hn::Mul(hn::Mul(share, share), s);
      hn::StoreU(Shorten(hn::Trunc(weighed)), ds, place);
    }
  }
}

// How many of `count` entries reach `level`; what follows them, to the end of a vector, is 0.
int CountReaching(const int16_t* HWY_RESTRICT entries, int count, int level) {
  const Entries d;
  const auto below = hn::Set(d, static_cast<int16_t>(level - 1));
  size_t reaching = 0;
  for (int k = 0; k < count; k += static_cast<int>(hn::Lanes(d))) {
    reaching += hn::CountTrue(d, hn::Gt(hn::LoadU(d, entries + k), below));
  }
  return static_cast<int>(reaching);
}

// The highest level from 1 to below `too_high` that enough entries reach, or 1.
int LevelOf(const int16_t* entries, int count, int wanted, int too_high) {
  int level = 1;
  while (too_high - level > 1) {
    const int middle = (level + too_high) / 2;
    (CountReaching(entries, count, middle) >= wanted ? level : too_high) = middle;
  }
  return level;
}

// A level that the largest `wanted` entries reach, and few more: that of the greatest in each of
// many parts of the table.
int LevelBelow(const int16_t* HWY_RESTRICT table, int size, int wanted) {
  constexpr int kParts = 128;
  const Entries d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  HWY_ALIGN int16_t most[kParts] = {};
  auto highest = hn::Zero(d);
  // What is left of the last vector may hold large entries as well, but need not be looked at.
  for (int k = 0; k + lanes <= size; k += lanes) {
    const auto entries = hn::LoadU(d, table + k);
    int16_t* const part = most + k % kParts;
    hn::Store(hn::Max(hn::Load(d, part), entries), d, part);
    highest = hn::Max(highest, entries);
  }
  HWY_ALIGN int16_t lane_most[2 * kLaneStep];
  hn::Store(highest, d, lane_most);
  return LevelOf(most, kParts, wanted, *std::max_element(lane_most, lane_most + lanes) + 1);
}

// The places in a table of its largest entries, found in one go.
class LargestPlaces {
 public:
  // Of the first `size` entries the `wanted` largest, of equal ones at the limit the first, in
  // their order. All of them reach `level`.
  LargestPlaces(const int16_t* HWY_RESTRICT table, int size, int wanted, int level) {
    const hn::CappedTag<int16_t, kLaneStep> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    auto below = hn::Set(d, static_cast<int16_t>(level - 1));
    int count = 0;
    for (int k = 0; k < size; k += static_cast<int>(hn::Lanes(d))) {
      uint8_t bits[8] = {};
      hn::StoreMaskBits(d, hn::Gt(hn::LoadU(d, table + k), below), bits);
      const auto lanes = hn::LoadU(du, kSetBits<uint16_t>[bits[0]].data());
      hn::StoreU(hn::Add(lanes, hn::Set(du, static_cast<uint16_t>(k))), du, &places_[count]);
      count += std::popcount(bits[0]);
      if (count <= kRoom) continue;
      // Later entries that only reach the limit come too late.
      below = hn::Set(d, static_cast<int16_t>(Shrink(table, wanted, &count)));
    }
    if (count > wanted) Shrink(table, wanted, &count);
    count_ = count;
  }

  int count() const { return count_; }
  int place(int k) const { return places_[k]; }

 private:
  static constexpr int kRoom = 512;

  // Keeps the largest. Returns the least of them.
  int Shrink(const int16_t* table, int wanted, int* count) {
    const Entries d;
    HWY_ALIGN int16_t entries[kRoom + 4 * kLaneStep];
    for (int k = 0; k < *count; ++k) entries[k] = table[places_[k]];
    hn::StoreU(hn::Zero(d), d, entries + *count);
    const int level = LevelOf(entries, *count, wanted, kSimilarityMax + 1);
    int at_level = wanted - CountReaching(entries, *count, level + 1);
    int kept = 0;
    for (int k = 0; k < *count; ++k) {
      places_[kept] = places_[k];
      const int at = entries[k] == level ? 1 : 0;
      kept += (entries[k] > level ? 1 : 0) | (at & (at_level > 0 ? 1 : 0));
      at_level -= at;
    }
    *count = kept;
    return level;
  }

  int count_ = 0;
  uint16_t places_[kRoom + 2 * kLaneStep];
};

int FindLargestTarget(const uint16_t* HWY_RESTRICT table, int rows, int stride, int wanted,
                      uint32_t* HWY_RESTRICT entries) {
  const auto* const numbers = reinterpret_cast<const int16_t*>(table);
  const int size = rows * stride;
  const LargestPlaces largest(numbers, size, wanted, LevelBelow(numbers, size, wanted));
  // A place over the stride, exactly, since places are below 2^16 and strides up to 2^8.
  const auto inverse = static_cast<uint64_t>((1 << 24) / stride + 1);
  for (int k = 0; k < largest.count(); ++k) {
    const int row = static_cast<int>(static_cast<uint64_t>(largest.place(k)) * inverse >> 24);
    entries[k] = LargeEntry::Pack(row, largest.place(k) - row * stride);
  }
  return largest.count();
}

void CountRivalsTarget(const uint16_t* HWY_RESTRICT table, int rows, int stride,
                       std::span<const TablePlace> places, uint16_t* HWY_RESTRICT rivals) {
  const Entries d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto* const numbers = reinterpret_cast<const int16_t*>(table);
  // The entry at the place in each column, or more than there is, and how many are larger.
  HWY_ALIGN int16_t own[kMinutiaePadded + 2 * kLaneStep];
  HWY_ALIGN int16_t larger[kMinutiaePadded + 2 * kLaneStep];
  for (int j = 0; j < stride; j += lanes) {
    hn::Store(hn::Set(d, std::numeric_limits<int16_t>::max()), d, own + j);
  }
  for (const TablePlace& place : places) {
    own[place.column] = numbers[place.row * stride + place.column];
  }
  for (int j = 0; j < stride; j += lanes) {
    const auto limit = hn::Load(d, own + j);
    auto count = hn::Zero(d);
    for (int i = 0; i < rows; ++i) {
      const auto entries = hn::LoadU(d, numbers + i * stride + j);
      count = hn::Sub(count, hn::VecFromMask(d, hn::Gt(entries, limit)));
    }
    hn::Store(count, d, larger + j);
  }
  const hn::CappedTag<int16_t, kLaneStep> dr;
  for (size_t k = 0; k < places.size(); ++k) {
    const TablePlace place = places[k];
    const int16_t* const row = numbers + place.row * stride;
    const auto limit = hn::Set(dr, row[place.column]);
    size_t count = 0;
    for (int j = 0; j < stride; j += static_cast<int>(hn::Lanes(dr))) {
      count += hn::CountTrue(dr, hn::Gt(hn::LoadU(dr, row + j), limit));
    }
    rivals[k] = static_cast<uint16_t>(static_cast<int>(count) + larger[place.column]);
  }
}

}  // namespace taanu::compare::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace taanu::compare {

HWY_EXPORT(WeighSimilaritiesTarget);
HWY_EXPORT(FindLargestTarget);
HWY_EXPORT(CountRivalsTarget);

void WeighSimilarities(const CylinderSide& a, const CylinderSide& b, int prior, int rival_prior,
                       uint16_t* similarities) {
  HWY_DYNAMIC_DISPATCH(WeighSimilaritiesTarget)(a, b, prior, rival_prior, similarities);
}

int FindLargest(const uint16_t* table, int rows, int stride, int wanted, uint32_t* entries) {
  return HWY_DYNAMIC_DISPATCH(FindLargestTarget)(table, rows, stride, wanted, entries);
}

void CountRivals(const uint16_t* table, int rows, int stride, std::span<const TablePlace> places,
                 uint16_t* rivals) {
  HWY_DYNAMIC_DISPATCH(CountRivalsTarget)(table, rows, stride, places, rivals);
}

}  // namespace taanu::compare
#endif
