#include "service/daemon/harden.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace taanu {
namespace {

// The search for leaks at the end of a sanitized program reads its memory.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLeakCheck = true;
#elif defined(__has_feature)
constexpr bool kLeakCheck = __has_feature(address_sanitizer);
#else
constexpr bool kLeakCheck = false;
#endif

// In a process of its own, since it cannot be undone.
TEST(HardenTest, AProcessLeavesNoCoreFileAndItsMemoryIsItsOwn) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1) _exit(2);  // otherwise nothing would be shown
    if (!ForbidMemoryDumps()) _exit(3);
    rlimit limit{1, 1};
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0) _exit(4);
    if (!kLeakCheck && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) _exit(5);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace taanu
