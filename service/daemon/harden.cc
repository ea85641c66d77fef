#include "service/daemon/harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace taanu {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLeakCheck = true;
#elif defined(__has_feature)
constexpr bool kLeakCheck = __has_feature(address_sanitizer);
#else
constexpr bool kLeakCheck = false;
#endif

}  // namespace

Status ForbidMemoryDumps() {
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 ||
      (!kLeakCheck && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)) {
    return Fail(ErrorCode::kInternal, "CANNOT_HARDEN",
                std::string("core files cannot be forbidden: ") + std::strerror(errno));
  }
  return {};
}

}  // namespace taanu
