// Reads any bytes as a manifest, CSV or JSON Lines. Whatever is rejected, and written as a manifest
// of rejects, must be read again without a fault of form: as many rows, each of which could be
// taken apart; and a resumed load must find each of them in the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "enroll/load/manifest.h"

namespace {

using taanu::ManifestReader;

void Check(bool holds) {
  if (!holds) std::abort();
}

auto Open(std::string text) {
  return taanu::ReadManifest(std::make_unique<std::istringstream>(std::move(text)),
                             {.this_year = 2026});
}

// Writes every row as a reject; gives how many there were.
size_t RejectAll(ManifestReader& manifest, std::ostream& out) {
  const auto rejects = manifest.MakeRejectWriter(&out);
  size_t rows = 0;
  for (;;) {
    auto row = manifest.Next();
    Check(row.has_value());
    if (!*row) return rows;
    ++rows;
    const taanu::RowProblem why{"voter_number", "FUZZ", "a \"reason\", with\r\nall signs"};
    Check(rejects->Add(**row, (*row)->problem.value_or(why)).has_value());
  }
}

void ReadRejects(const ManifestReader& manifest, const std::string& text, size_t rows) {
  std::istringstream in(text);
  const auto kept = manifest.ReadRejects(&in, std::numeric_limits<uint64_t>::max());
  Check(kept.has_value());
  Check(kept->count == rows);
  if (rows == 0) return;
  auto again_manifest = Open(text);
  Check(again_manifest.has_value());
  size_t again = 0;
  for (;; ++again) {
    auto row = (*again_manifest)->Next();
    Check(row.has_value());
    if (!*row) break;
    Check(!(*row)->source.empty());
  }
  Check(again == rows);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto manifest = Open(std::string(reinterpret_cast<const char*>(data), size));
  if (!manifest) return 0;
  std::ostringstream rejects;
  const size_t rows = RejectAll(**manifest, rejects);
  ReadRejects(**manifest, rejects.str(), rows);
  return 0;
}
