// Where the samples that a manifest names lie: a folder, or a tar archive.
//
// Thread-safety: a source belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "enroll/load/manifest.h"
#include "matcher/error.h"

namespace taanu {

class SampleSource {
 public:
  virtual ~SampleSource() = default;

  // The bytes of the sample of that name, which has passed CheckSampleName; at most `bytes_max`.
  // Errors: those of ResolveSamplePath and ReadSampleFile; for an archive (sample_archive.h) also
  // MEMBER_NOT_REGULAR, MEMBER_TWICE and ARCHIVE_DAMAGED.
  virtual Result<std::vector<uint8_t>> Read(const std::string& name, size_t bytes_max) = 0;
};

// A folder, or a tar archive, told by content. Errors: kNotFound (SAMPLES_NOT_FOUND), kBadInput
// (those of SampleArchive::Open), kUnavailable.
Result<std::unique_ptr<SampleSource>> OpenSampleSource(const std::filesystem::path& path);

// The bytes of the sample, wherever it is. Errors: as SampleSource::Read.
Result<std::vector<uint8_t>> ReadLoadSample(SampleSource* source, const LoadSample& sample);

}  // namespace taanu
