#include "service/cli/file_io.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

std::vector<uint8_t> Bytes(size_t count) {
  std::vector<uint8_t> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(i * 31);
  return bytes;
}

TEST(FileIoTest, WhatIsWrittenIsReadBack) {
  const test::TempDir dir;
  for (const size_t size : {size_t{0}, size_t{1}, size_t{65536}, size_t{200'001}}) {
    const auto bytes = Bytes(size);
    ASSERT_TRUE(WriteFile(dir.path() / "file", bytes).has_value());
    const auto read = ReadFile(dir.path() / "file", 1 << 20);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, bytes);
  }
  // Nothing temporary is left behind.
  EXPECT_EQ(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()), 1);
}

TEST(FileIoTest, APipeIsReadToItsEnd) {
  const test::TempDir dir;
  const fs::path pipe = dir.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] {
    const auto bytes = Bytes(300'000);
    std::ofstream(pipe, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  });
  const auto read = ReadFile(pipe, 1 << 20);
  writer.join();
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, Bytes(300'000));
}

TEST(FileIoTest, AFileOfTheLimitIsReadAndOneByteMoreIsRefused) {
  const test::TempDir dir;
  ASSERT_TRUE(WriteFile(dir.path() / "file", Bytes(1000)).has_value());
  EXPECT_TRUE(ReadFile(dir.path() / "file", 1000).has_value());
  const auto read = ReadFile(dir.path() / "file", 999);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().reason, "FILE_TOO_LARGE");
}

TEST(FileIoTest, WhatIsNoFileIsTold) {
  const test::TempDir dir;
  EXPECT_EQ(ReadFile(dir.path() / "none", 10).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ReadFile(dir.path(), 10).error().reason, "FILE_IS_FOLDER");
  EXPECT_FALSE(WriteFile(dir.path() / "none" / "file", Bytes(1)).has_value());
  ASSERT_TRUE(WriteFile(dir.path() / "file", Bytes(1)).has_value());
  EXPECT_FALSE(MakeFolder(dir.path() / "file").has_value());
}

TEST(FileIoTest, ASecretIsPrivateAndNeverOverwritten) {
  const test::TempDir dir;
  const fs::path path = dir.path() / "secret";
  ASSERT_TRUE(CreateFile(path, "first", true).has_value());
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto again = CreateFile(path, "second", true);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  const auto read = ReadFile(path, 100);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(std::string(read->begin(), read->end()), "first");
}

}  // namespace
}  // namespace taanu::cli
