// Reads any bytes as a tar archive of samples: whatever it claims, a sample that is given is not
// empty and no longer than asked for, and is the same when it is read once more.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "enroll/load/sample_archive.h"

namespace {

constexpr size_t kBytesMax = 64 << 10;

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("archive", MFD_CLOEXEC);
  Check(fd >= 0);
  Check(size == 0 || write(fd, data, size) == static_cast<ssize_t>(size));
  auto archive = taanu::SampleArchive::Open("/proc/self/fd/" + std::to_string(fd));
  close(fd);
  if (!archive) return 0;
  for (const char* name : {"a.iso", "prints/a.iso", "symbolic", "hard", "device", "huge.iso"}) {
    const auto bytes = (*archive)->Read(name, kBytesMax);
    if (!bytes) continue;
    Check(!bytes->empty() && bytes->size() <= kBytesMax);
    const auto again = (*archive)->Read(name, kBytesMax);
    Check(again.has_value() && *again == *bytes);
  }
  return 0;
}
