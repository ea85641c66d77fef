#include "enroll/load/sample_source.h"

#include <system_error>
#include <utility>

#include "enroll/load/sample_archive.h"
#include "enroll/load/sample_file.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;

class SampleFolder : public SampleSource {
 public:
  // `folder` must be canonical.
  explicit SampleFolder(fs::path folder) : folder_(std::move(folder)) {}

  Result<std::vector<uint8_t>> Read(const std::string& name, size_t bytes_max) override {
    TAANU_ASSIGN_OR_RETURN(const fs::path path, ResolveSamplePath(folder_, name));
    return ReadSampleFile(path, bytes_max);
  }

 private:
  const fs::path folder_;
};

}  // namespace

Result<std::unique_ptr<SampleSource>> OpenSampleSource(const fs::path& path) {
  std::error_code error;
  fs::path canonical = fs::canonical(path, error);
  if (error) {
    return Fail(
        ErrorCode::kNotFound, "SAMPLES_NOT_FOUND",
        path.string() +
            ", the folder or archive of the fingers' samples, cannot be used: " + error.message());
  }
  if (fs::is_directory(canonical, error)) {
    return std::make_unique<SampleFolder>(std::move(canonical));
  }
  TAANU_ASSIGN_OR_RETURN(std::unique_ptr<SampleArchive> archive, SampleArchive::Open(canonical));
  return archive;
}

Result<std::vector<uint8_t>> ReadLoadSample(SampleSource* source, const LoadSample& sample) {
  if (sample.name.empty()) return sample.bytes;
  return source->Read(sample.name, kSampleBytesMax);
}

}  // namespace taanu
