#include "service/daemon/unix_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>

#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

class UnixSocketTest : public testing::Test {
 protected:
  // A socket at path_, listening or only left behind.
  int Bind(bool listening) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    if (listening) {
      EXPECT_EQ(listen(fd, 1), 0);
    }
    return fd;
  }

  test::TempDir folder_;
  const std::filesystem::path path_ = folder_.path() / "s";
};

TEST_F(UnixSocketTest, NothingThereIsFine) { EXPECT_TRUE(RemoveStaleSocket(path_).has_value()); }

TEST_F(UnixSocketTest, AStaleSocketIsRemoved) {
  close(Bind(true));
  EXPECT_TRUE(RemoveStaleSocket(path_).has_value());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(UnixSocketTest, ASocketOnWhichSomebodyListensStays) {
  const int fd = Bind(true);
  const Status status = RemoveStaleSocket(path_);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().reason, "SOCKET_IN_USE");
  EXPECT_TRUE(std::filesystem::exists(path_));
  close(fd);
}

TEST_F(UnixSocketTest, AnotherKindOfFileStays) {
  std::ofstream(path_) << "precious";
  EXPECT_FALSE(RemoveStaleSocket(path_).has_value());
  EXPECT_TRUE(std::filesystem::is_regular_file(path_));
}

TEST_F(UnixSocketTest, ALinkToASocketIsNotFollowed) {
  const int fd = Bind(false);
  const auto link = folder_.path() / "link";
  std::filesystem::create_symlink(path_, link);
  EXPECT_FALSE(RemoveStaleSocket(link).has_value());
  EXPECT_TRUE(std::filesystem::exists(path_));
  close(fd);
}

TEST_F(UnixSocketTest, APathThatIsTooLongForASocketIsRefused) {
  const Status status = RemoveStaleSocket("/" + std::string(107, 'x'));
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().reason, "SOCKET_PATH_TOO_LONG");
}

TEST_F(UnixSocketTest, TheModeIsSet) {
  close(Bind(false));
  ASSERT_TRUE(SetSocketMode(path_, 0600).has_value());
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_FALSE(SetSocketMode(folder_.path() / "nothing", 0600).has_value());
}

}  // namespace
}  // namespace taanu
