// Reads any bytes as a manifest. Whatever is rejected, and written as a manifest of rejects, must
// be read again without a fault of form: as many rows, each of which could be taken apart.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "enroll/load/csv_manifest.h"

namespace {

using taanu::CsvManifest;
using taanu::ManifestOptions;

ManifestOptions Options() { return {.sample_folder = "/nonexistent", .this_year = 2026}; }

void Check(bool holds) {
  if (!holds) std::abort();
}

// Writes every row as a reject; gives how many there were.
size_t RejectAll(CsvManifest& manifest, std::ostream& out) {
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

void ReadRejects(std::string text, size_t rows) {
  auto manifest =
      CsvManifest::Open(std::make_unique<std::istringstream>(std::move(text)), Options());
  Check(manifest.has_value());
  size_t again = 0;
  for (;; ++again) {
    auto row = (*manifest)->Next();
    Check(row.has_value());
    if (!*row) break;
    Check(!(*row)->source.empty());
  }
  Check(again == rows);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  auto manifest =
      CsvManifest::Open(std::make_unique<std::istringstream>(std::move(text)), Options());
  if (!manifest) return 0;
  std::ostringstream rejects;
  const size_t rows = RejectAll(**manifest, rejects);
  ReadRejects(rejects.str(), rows);
  return 0;
}
