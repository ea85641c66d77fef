#include "service/polls/file_lines.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "enroll/store/sealing.h"
#include "service/audit/note.h"

namespace taanu::polls {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "taanu-polls-export-v1";
constexpr std::string_view kIndex = "{\"index\":";
constexpr std::string_view kProof = ",\"proof\":[";
constexpr std::string_view kLeaf = "],\"leaf\":";
constexpr std::string_view kEnd = "}\n";
constexpr size_t kHashBase64Bytes = 44;
// A log of 2^64 entries has paths of 64 hashes.
constexpr size_t kProofHashesMax = 64;

std::string Quoted(std::string_view text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

bool Skip(std::string_view start, std::string_view* text) {
  if (!text->starts_with(start)) return false;
  text->remove_prefix(start.size());
  return true;
}

std::optional<merkle::Hash> TakeHash(std::string_view* text) {
  if (text->size() < kHashBase64Bytes + 2 || text->front() != '"' ||
      (*text)[kHashBase64Bytes + 1] != '"') {
    return std::nullopt;
  }
  const auto hash = ParseHash(text->substr(1));
  text->remove_prefix(kHashBase64Bytes + 2);
  return hash;
}

}  // namespace

std::string HeaderLine(std::string_view precinct_id) {
  std::string line = "{\"format\":\"";
  line.append(kFormat).append("\",\"precinct\":").append(Quoted(precinct_id)).append(kEnd);
  return line;
}

std::string TextLine(std::string_view name, std::string_view text) {
  std::string line = "{\"";
  line.append(name).append("\":").append(Quoted(text)).append(kEnd);
  return line;
}

std::string EntryLine(uint64_t index, std::string_view leaf, std::span<const merkle::Hash> proof) {
  std::string line(kIndex);
  line.append(std::to_string(index)).append(kProof);
  for (size_t i = 0; i < proof.size(); ++i) {
    line.append(i == 0 ? "\"" : ",\"");
    line.append(note::ToBase64(proof[i].data(), proof[i].size())).append("\"");
  }
  return line.append(kLeaf).append(leaf).append(kEnd);
}

std::optional<merkle::Hash> ParseHash(std::string_view text) {
  merkle::Hash hash{};
  size_t size = 0;
  if (text.size() < kHashBase64Bytes ||
      sodium_base642bin(hash.data(), hash.size(), text.data(), kHashBase64Bytes, nullptr, &size,
                        nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size != hash.size()) {
    return std::nullopt;
  }
  return hash;
}

std::optional<std::string> ParseHeaderLine(std::string_view line) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  const auto precinct = object.is_object() ? object.find("precinct") : object.end();
  if (precinct == object.end() || !precinct->is_string()) return std::nullopt;
  auto id = precinct->get<std::string>();
  if (HeaderLine(id) != line) return std::nullopt;
  return id;
}

std::optional<std::string> ParseTextLine(std::string_view name, std::string_view line) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  const auto text = object.is_object() ? object.find(name) : object.end();
  if (text == object.end() || !text->is_string()) return std::nullopt;
  auto value = text->get<std::string>();
  if (TextLine(name, value) != line) return std::nullopt;
  return value;
}

std::optional<EntryParts> ParseEntryLine(std::string_view line) {
  EntryParts entry;
  const std::string_view whole = line;
  if (!Skip(kIndex, &line)) return std::nullopt;
  const auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), entry.index);
  if (code != std::errc()) return std::nullopt;
  line.remove_prefix(static_cast<size_t>(end - line.data()));
  if (!Skip(kProof, &line)) return std::nullopt;
  while (!line.starts_with(kLeaf)) {
    if (!entry.proof.empty() && !Skip(",", &line)) return std::nullopt;
    const auto hash = TakeHash(&line);
    if (!hash || entry.proof.size() == kProofHashesMax) return std::nullopt;
    entry.proof.push_back(*hash);
  }
  Skip(kLeaf, &line);
  if (!line.ends_with(kEnd)) return std::nullopt;
  entry.leaf = line.substr(0, line.size() - kEnd.size());
  // A number with zeros before it, say, is another text.
  if (EntryLine(entry.index, entry.leaf, entry.proof) != whole) return std::nullopt;
  return entry;
}

struct RunningDigest::State {
  crypto_hash_sha256_state sha256;
};

RunningDigest::RunningDigest() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->sha256);
}
RunningDigest::~RunningDigest() = default;

void RunningDigest::Add(std::string_view bytes) {
  crypto_hash_sha256_update(&state_->sha256, reinterpret_cast<const uint8_t*>(bytes.data()),
                            bytes.size());
}

std::string RunningDigest::Hex() {
  std::array<uint8_t, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256_final(&state_->sha256, hash.data());
  return ToHex(hash);
}

}  // namespace taanu::polls
