#include "tests/accuracy/kept_prints.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "enroll/extract/extractor.h"
#include "enroll/register/byte_io.h"
#include "enroll/synth/synth.h"

namespace taanu::accuracy {
namespace {

constexpr size_t kHeadBytes = 2 * sizeof(uint64_t) + 1 + 2 * sizeof(int32_t) + 1;
constexpr size_t kMinutiaBytes = 2 * sizeof(int32_t) + sizeof(uint16_t) + 2;

std::vector<uint8_t> FileHead() {
  const std::string head = "taanu prints 1, " + std::string(SynthVersion()) + ", " +
                           std::string(ExtractorVersion()) + "\n";
  return {head.begin(), head.end()};
}

std::vector<uint8_t> Packed(uint64_t finger, uint64_t impression, const FingerView& view) {
  std::vector<uint8_t> bytes;
  PutInt(&bytes, finger);
  PutInt(&bytes, impression);
  PutInt(&bytes, view.quality);
  PutInt(&bytes, view.width_um);
  PutInt(&bytes, view.height_um);
  PutInt(&bytes, static_cast<uint8_t>(view.minutiae.size()));
  for (const Minutia& minutia : view.minutiae) {
    PutInt(&bytes, minutia.x_um);
    PutInt(&bytes, minutia.y_um);
    PutInt(&bytes, minutia.angle);
    PutInt(&bytes, static_cast<uint8_t>(minutia.type));
    PutInt(&bytes, minutia.quality);
  }
  return bytes;
}

// Whatever follows `count` minutiae is left unread.
FingerView ViewOf(ByteReader* bytes) {
  FingerView view;
  view.quality = bytes->Int<uint8_t>();
  view.width_um = bytes->Int<int32_t>();
  view.height_um = bytes->Int<int32_t>();
  view.minutiae.resize(bytes->Int<uint8_t>());
  for (Minutia& minutia : view.minutiae) {
    minutia.x_um = bytes->Int<int32_t>();
    minutia.y_um = bytes->Int<int32_t>();
    minutia.angle = bytes->Int<uint16_t>();
    minutia.type = static_cast<MinutiaType>(bytes->Int<uint8_t>());
    minutia.quality = bytes->Int<uint8_t>();
  }
  return view;
}

Result<FingerView> Grow(uint64_t finger, uint64_t impression) {
  TAANU_ASSIGN_OR_RETURN(auto extraction, Extract(SyntheticFinger(finger).Impression(impression)));
  return std::move(extraction.view);
}

}  // namespace

Result<std::unique_ptr<KeptPrints>> KeptPrints::Open(const std::filesystem::path& path) {
  auto prints = std::make_unique<KeptPrints>();
  std::vector<uint8_t> bytes;
  if (std::ifstream in(path, std::ios::binary); in) {
    bytes.resize(std::filesystem::file_size(path));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  const std::vector<uint8_t> head = FileHead();
  ByteReader reader(bytes);
  const auto found = reader.Take(std::min(head.size(), bytes.size()));
  if (!bytes.empty() && !std::ranges::equal(found, head)) {
    return Fail(ErrorCode::kBadInput, "OTHER_VERSION",
                path.string() + ": not prints of this generator and extractor; take another file");
  }
  size_t whole = bytes.size() - reader.remaining();
  while (reader.remaining() >= kHeadBytes) {
    const auto finger = reader.Int<uint64_t>();
    const auto impression = reader.Int<uint64_t>();
    FingerView view = ViewOf(&reader);
    if (reader.failed()) break;
    whole = bytes.size() - reader.remaining();
    prints->views_.emplace(Key{finger, impression}, std::move(view));
  }
  prints->file_ = std::fopen(path.c_str(), bytes.empty() ? "wb" : "r+b");
  if (prints->file_ == nullptr) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_OPEN",
                path.string() + ": cannot be opened for writing");
  }
  if (bytes.empty()) {
    std::fwrite(head.data(), 1, head.size(), prints->file_);
  } else {
    std::filesystem::resize_file(path, whole);
    std::fseek(prints->file_, 0, SEEK_END);
  }
  return prints;
}

KeptPrints::~KeptPrints() {
  if (file_ != nullptr) std::fclose(file_);
}

Result<FingerView> KeptPrints::Get(uint64_t finger, uint64_t impression) {
  {
    const std::lock_guard lock(mutex_);
    const auto kept = views_.find({finger, impression});
    if (kept != views_.end()) return kept->second;
  }
  TAANU_ASSIGN_OR_RETURN(FingerView view, Grow(finger, impression));
  const std::vector<uint8_t> bytes = Packed(finger, impression, view);
  const std::lock_guard lock(mutex_);
  if (file_ != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_WRITE", "the file of prints cannot be written");
  }
  views_.emplace(Key{finger, impression}, view);
  return view;
}

}  // namespace taanu::accuracy
