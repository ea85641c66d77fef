#include "service/daemon/sd_notify.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

TEST(SdNotifyTest, TheStateReachesTheSocketThatTheEnvironmentNames) {
  const test::TempDir folder;
  const std::string path = folder.path() / "notify";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  EXPECT_TRUE(SdNotify("READY=1"));
  std::array<char, 64> buffer{};
  const ssize_t size = recv(fd, buffer.data(), buffer.size(), 0);
  EXPECT_EQ(std::string(buffer.data(), static_cast<size_t>(size)), "READY=1");
  close(fd);
  unsetenv("NOTIFY_SOCKET");
}

TEST(SdNotifyTest, WithoutASocketThereIsNothingToTell) {
  unsetenv("NOTIFY_SOCKET");
  EXPECT_TRUE(SdNotify("READY=1"));
}

TEST(SdNotifyTest, ASocketThatNobodyReadsIsToldAsAFailure) {
  setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
  EXPECT_FALSE(SdNotify("READY=1"));
  setenv("NOTIFY_SOCKET", std::string(200, 'x').c_str(), 1);
  EXPECT_FALSE(SdNotify("READY=1"));
  unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace taanu
