#include "enroll/load/sample_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;

class SampleFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::canonical(temp_.path()) / "set";
    fs::create_directories(folder_ / "prints");
    Write(folder_ / "prints/a.png", "abc");
    Write(folder_.parent_path() / "outside.png", "secret");
    Write(folder_.parent_path() / "set-beside.png", "secret");
  }
  static void Write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  std::string ReasonOf(std::string_view name) {
    auto path = ResolveSamplePath(folder_, name);
    return path ? "" : path.error().reason;
  }

  test::TempDir temp_;
  fs::path folder_;
};

TEST_F(SampleFile, AFileInsideTheFolderIsFound) {
  auto path = ResolveSamplePath(folder_, "prints/./a.png");
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, folder_ / "prints/a.png");
  auto bytes = ReadSampleFile(*path, 3);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(std::string(bytes->begin(), bytes->end()), "abc");
}

TEST_F(SampleFile, NoPathLeavesTheFolder) {
  EXPECT_EQ(ReasonOf("../outside.png"), "PATH_LEAVES_FOLDER");
  EXPECT_EQ(ReasonOf("prints/../../outside.png"), "PATH_LEAVES_FOLDER");
  EXPECT_EQ(ReasonOf("prints/../prints/a.png"), "PATH_LEAVES_FOLDER");
  EXPECT_EQ(ReasonOf("/etc/passwd"), "PATH_ABSOLUTE");
  EXPECT_EQ(ReasonOf((folder_ / "prints/a.png").string()), "PATH_ABSOLUTE");
  EXPECT_EQ(ReasonOf("."), "PATH_LEAVES_FOLDER");
  EXPECT_EQ(ReasonOf(std::string_view("prints/a.png\0.txt", 17)), "PATH_NOT_USABLE");
}

TEST_F(SampleFile, NoSymbolicLinkLeavesTheFolder) {
  fs::create_symlink("../outside.png", folder_ / "file-link.png");
  fs::create_directory_symlink("..", folder_ / "folder-link");
  fs::create_symlink("prints/a.png", folder_ / "good-link.png");
  fs::create_symlink("loop", folder_ / "loop");
  EXPECT_EQ(ReasonOf("file-link.png"), "PATH_LEAVES_FOLDER");
  EXPECT_EQ(ReasonOf("folder-link/outside.png"), "PATH_LEAVES_FOLDER");
  EXPECT_EQ(ReasonOf("folder-link/set-beside.png"), "PATH_LEAVES_FOLDER");
  EXPECT_EQ(ReasonOf("good-link.png"), "");
  EXPECT_EQ(ReasonOf("loop/a.png"), "PATH_NOT_USABLE");
}

TEST_F(SampleFile, EachKindOfUnusableFileHasItsReason) {
  const auto reason = [&](std::string_view name, size_t bytes_max) {
    auto bytes = ReadSampleFile(folder_ / name, bytes_max);
    return bytes ? std::string() : bytes.error().reason;
  };
  Write(folder_ / "empty.png", "");
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(reason("absent.png", 10), "FILE_NOT_FOUND");
  EXPECT_EQ(reason("prints/a.png/below", 10), "FILE_NOT_FOUND");
  EXPECT_EQ(reason("prints/a.png", 2), "FILE_TOO_LARGE");
  EXPECT_EQ(reason("empty.png", 10), "FILE_EMPTY");
  EXPECT_EQ(reason("prints", 10), "FILE_NOT_REGULAR");
  EXPECT_EQ(reason("pipe", 10), "FILE_NOT_REGULAR");
}

}  // namespace
}  // namespace taanu
