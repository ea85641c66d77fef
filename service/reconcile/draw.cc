#include "service/reconcile/draw.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "enroll/store/sealing.h"  // ToHex

namespace taanu::reconcile {
namespace {

bool IsTypeable(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

Status CheckSeed(std::string_view seed, std::string_view stratum) {
  if (!seed.empty() && seed.size() <= kSeedBytesMax && IsTypeable(seed) && IsTypeable(stratum)) {
    return {};
  }
  return Fail(ErrorCode::kBadInput, "BAD_SEED",
              "the seed must be 1 to 1000 bytes without control characters, and so must the name "
              "of a stratum; write dice as their digits");
}

Status CheckList(const std::vector<std::string>& sorted, size_t count) {
  if (sorted.size() > kDrawListMax || std::ranges::adjacent_find(sorted) != sorted.end()) {
    return Fail(ErrorCode::kBadInput, "BAD_LIST",
                "the list of precincts must have each one once, and at most 100000");
  }
  if (count == 0 || count > sorted.size()) {
    return Fail(ErrorCode::kBadInput, "BAD_COUNT",
                "cannot draw " + std::to_string(count) + " of " + std::to_string(sorted.size()) +
                    " precincts; the count must be 1 to that");
  }
  return {};
}

}  // namespace

std::string Sha256Hex(std::string_view text) {
  std::array<uint8_t, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const uint8_t*>(text.data()), text.size());
  return ToHex(hash);
}

uint64_t HexModulo(std::string_view hex, uint64_t divisor) {
  uint64_t remainder = 0;
  for (const char c : hex) {
    const auto digit = static_cast<uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    remainder = (remainder * 16 + digit) % divisor;
  }
  return remainder;
}

Result<Draw> DrawPrecincts(std::string_view seed, std::string_view stratum,
                           std::vector<std::string> precinct_ids, size_t count) {
  TAANU_RETURN_IF_ERROR(CheckSeed(seed, stratum));
  std::ranges::sort(precinct_ids);
  TAANU_RETURN_IF_ERROR(CheckList(precinct_ids, count));
  Draw draw;
  draw.stratum = stratum;
  draw.precinct_ids = std::move(precinct_ids);
  std::string list;
  for (const std::string& id : draw.precinct_ids) list += id + "\n";
  draw.list_sha256 = Sha256Hex(list);

  std::string prefix(seed);
  if (!stratum.empty()) prefix.append(",").append(stratum);
  std::set<uint64_t> numbers;
  // Every number comes up sooner or later; all of n take about n ln n hashes.
  for (uint64_t counter = 1; draw.drawn.size() < count; ++counter) {
    DrawStep step;
    step.text = prefix + "," + std::to_string(counter);
    step.sha256 = Sha256Hex(step.text);
    step.number = HexModulo(step.sha256, draw.precinct_ids.size()) + 1;
    step.precinct_id = draw.precinct_ids[step.number - 1];
    step.repeated = !numbers.insert(step.number).second;
    if (!step.repeated) draw.drawn.push_back(step.precinct_id);
    draw.steps.push_back(std::move(step));
  }
  return draw;
}

}  // namespace taanu::reconcile
