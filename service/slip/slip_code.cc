#include "service/slip/slip_code.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include "enroll/text/utf8.h"
#include "service/slip/digits.h"

namespace taanu::slip {
namespace {

constexpr std::string_view kDomain = "taanu-slip-v1";
constexpr uint8_t kVersion = 1;
constexpr size_t kTimeBytes = 5;
constexpr size_t kNumberBytes = 4;
constexpr size_t kCrcBytes = 4;
// Text that comes with blanks and line ends, as somebody may have typed it.
constexpr size_t kTextBytesMax = 16 * kCodeDigitsMax;

tl::unexpected<Error> Damaged(std::string_view what) {
  return Fail(ErrorCode::kBadInput, "SLIP_DAMAGED",
              "this is not the whole code of a slip (" + std::string(what) +
                  "): it was read wrongly, is torn, or was changed; scan it again");
}

uint32_t Crc32(std::span<const uint8_t> bytes) {
  uint32_t crc = 0xffffffff;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

void PutNumber(uint64_t value, size_t size, std::vector<uint8_t>* out) {
  for (size_t i = size; i-- > 0;) out->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void PutText(std::string_view text, std::vector<uint8_t>* out) {
  out->push_back(static_cast<uint8_t>(text.size()));
  std::ranges::copy(text, std::back_inserter(*out));
}

// What is signed.
std::vector<uint8_t> Body(const SlipFacts& facts, const note::KeyHash& key_hash) {
  std::vector<uint8_t> body;
  body.push_back(kVersion);
  std::ranges::copy(key_hash, std::back_inserter(body));
  PutNumber(facts.number, kNumberBytes, &body);
  PutNumber(static_cast<uint64_t>(facts.time_s), kTimeBytes, &body);
  std::ranges::copy(facts.voter, std::back_inserter(body));
  PutText(facts.precinct_id, &body);
  PutText(facts.election, &body);
  return body;
}

// Takes bytes from the front; once there are too few, everything that it gives is empty.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  std::span<const uint8_t> Take(size_t size) {
    if (size > bytes_.size()) {
      good_ = false;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  uint64_t Number(size_t size) {
    uint64_t value = 0;
    for (const uint8_t byte : Take(size)) value = value << 8 | byte;
    return value;
  }
  std::string Text() {
    const auto bytes = Take(Number(1));
    return {bytes.begin(), bytes.end()};
  }
  template <size_t N>
  void Copy(std::array<uint8_t, N>* out) {
    std::ranges::copy(Take(N), out->begin());
  }
  bool AtEnd() const { return good_ && bytes_.empty(); }

 private:
  std::span<const uint8_t> bytes_;
  bool good_ = true;
};

bool IsPrecinctId(std::string_view id) {
  return !id.empty() && id.size() <= kPrecinctBytesMax && std::ranges::all_of(id, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

bool AreInRange(const SlipFacts& facts) {
  return facts.number >= 1 && facts.number >> (8 * kNumberBytes) == 0 && facts.time_s >= 0 &&
         facts.time_s >> (8 * kTimeBytes) == 0 && IsPrecinctId(facts.precinct_id) &&
         IsElectionName(facts.election);
}

}  // namespace

bool IsElectionName(std::string_view name) {
  if (name.empty() || name.size() > kElectionBytesMax) return false;
  while (!name.empty()) {
    uint32_t character = 0;
    const size_t size = DecodeUtf8(name, &character);
    if (size == 0 || character < 0x20 || (character >= 0x7f && character < 0xa0)) return false;
    name.remove_prefix(size);
  }
  return true;
}

Result<SignedSlip> SignSlip(const SlipFacts& facts, const Signer& signer) {
  if (!AreInRange(facts)) {
    return Fail(ErrorCode::kBadInput, "BAD_SLIP",
                "a slip needs a number and a time that are possible, a precinct, and the name of "
                "the election on one line of at most 100 bytes");
  }
  const note::KeyHash key_hash = note::HashKey(signer.name(), signer.public_key());
  return SignedSlip{facts, key_hash, signer.SignInDomain(kDomain, Body(facts, key_hash))};
}

std::string FormatSlipCode(const SignedSlip& slip) {
  std::vector<uint8_t> bytes = Body(slip.facts, slip.key_hash);
  std::ranges::copy(slip.signature, std::back_inserter(bytes));
  PutNumber(Crc32(bytes), kCrcBytes, &bytes);
  return ToDigits(bytes);
}

Result<SignedSlip> ParseSlipCode(std::string_view text) {
  if (text.size() > kTextBytesMax) return Damaged("it is too long");
  std::string digits(text);
  std::erase_if(digits, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  const auto bytes = digits.size() <= kCodeDigitsMax ? FromDigits(digits) : std::nullopt;
  if (!bytes || bytes->size() <= kCrcBytes) return Damaged("its digits are not those of a code");
  const auto signed_part = std::span(*bytes).first(bytes->size() - kCrcBytes);
  Reader crc{std::span<const uint8_t>{*bytes}.last(kCrcBytes)};
  if (crc.Number(kCrcBytes) != Crc32(signed_part)) return Damaged("its check digits are wrong");

  Reader in(signed_part);
  if (in.Number(1) != kVersion) return Damaged("it is not of version 1");
  SignedSlip slip;
  in.Copy(&slip.key_hash);
  slip.facts.number = in.Number(kNumberBytes);
  slip.facts.time_s = static_cast<int64_t>(in.Number(kTimeBytes));
  in.Copy(&slip.facts.voter);
  slip.facts.precinct_id = in.Text();
  slip.facts.election = in.Text();
  in.Copy(&slip.signature);
  if (!in.AtEnd() || !AreInRange(slip.facts)) return Damaged("a field of it is impossible");
  return slip;
}

Status VerifySlip(const SignedSlip& slip, const note::VerifierKey& key) {
  if (slip.key_hash != note::HashKey(key.name, key.key)) {
    return Fail(ErrorCode::kRefused, "SLIP_OF_ANOTHER_KEY",
                "the slip says that another key signed it, not " + key.name +
                    ": it is of another election, or of an earlier key of this one");
  }
  if (IsSignedInDomain(key.key, kDomain, Body(slip.facts, slip.key_hash), slip.signature)) {
    return {};
  }
  return Fail(ErrorCode::kRefused, "SLIP_FORGED",
              "the signature is not that of " + key.name + ": the slip is forged");
}

}  // namespace taanu::slip
