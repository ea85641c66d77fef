// Archives are made with libarchive too, and then damaged by hand where it would not make them bad.
#include "enroll/load/sample_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;

class ArchiveWriter {
 public:
  ArchiveWriter(const fs::path& path, int filter = ARCHIVE_FILTER_NONE,
                int format = ARCHIVE_FORMAT_TAR_PAX_RESTRICTED)
      : handle_(archive_write_new()) {
    Check(archive_write_set_format(handle_, format));
    Check(archive_write_add_filter(handle_, filter));
    Check(archive_write_open_filename(handle_, path.c_str()));
  }
  ~ArchiveWriter() { archive_write_free(handle_); }
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  void Add(const std::string& name, const std::string& text, mode_t type = AE_IFREG,
           const std::function<void(archive_entry*)>& change = nullptr) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    if (change) change(entry);
    Check(archive_write_header(handle_, entry));
    archive_entry_free(entry);
    if (!text.empty()) archive_write_data(handle_, text.data(), text.size());
  }
  void Close() { Check(archive_write_close(handle_)); }

 private:
  void Check(int code) {
    if (code != ARCHIVE_OK) throw std::runtime_error(archive_error_string(handle_));
  }
  archive* handle_;
};

class SampleArchiveTest : public ::testing::Test {
 protected:
  fs::path path() const { return temp_.path() / "prints.tar"; }

  std::unique_ptr<SampleSource> Open() {
    auto source = OpenSampleSource(path());
    if (!source) throw std::runtime_error(source.error().message);
    return std::move(*source);
  }
  std::string OpenReason() {
    auto source = OpenSampleSource(path());
    return source ? "" : source.error().reason;
  }
  static std::string Read(SampleSource& source, const std::string& name, size_t max = 1 << 20) {
    auto bytes = source.Read(name, max);
    return bytes ? std::string(bytes->begin(), bytes->end()) : bytes.error().reason;
  }

  test::TempDir temp_;
};

TEST_F(SampleArchiveTest, MembersAreReadInAnyOrderFromEveryFormOfTar) {
  const std::string deep = std::string(90, 'd') + "/" + std::string(150, 'n') + ".iso";
  for (const int format : {ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE,
                           ARCHIVE_FORMAT_TAR_GNUTAR}) {
    ArchiveWriter writer(path(), ARCHIVE_FILTER_NONE, format);
    for (int i = 0; i < 500; ++i) {
      writer.Add("prints/" + std::to_string(i) + ".iso", "sample " + std::to_string(i));
    }
    writer.Add("./dotted.iso", "dotted");
    writer.Add(deep, "deep");
    if (format == ARCHIVE_FORMAT_TAR_GNUTAR) writer.Add("ө.iso", "bytes");
    writer.Add("large.png", std::string(300'000, 'x'));
    writer.Close();
    const auto source = Open();
    for (int i = 499; i >= 0; i -= 7) {
      ASSERT_EQ(Read(*source, "prints/" + std::to_string(i) + ".iso"),
                "sample " + std::to_string(i));
    }
    EXPECT_EQ(Read(*source, "dotted.iso"), "dotted");
    EXPECT_EQ(Read(*source, "./prints/3.iso"), "sample 3");
    EXPECT_EQ(Read(*source, deep), "deep") << format;
    if (format == ARCHIVE_FORMAT_TAR_GNUTAR) {
      EXPECT_EQ(Read(*source, "ө.iso"), "bytes");
    }
    EXPECT_EQ(Read(*source, "large.png").size(), 300'000u);
    EXPECT_EQ(Read(*source, "large.png", 299'999), "FILE_TOO_LARGE");
    EXPECT_EQ(Read(*source, "prints/500.iso"), "MEMBER_NOT_FOUND");
  }
}

TEST_F(SampleArchiveTest, CompressedArchivesAreReadAlike) {
  for (const int filter :
       {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD}) {
    ArchiveWriter writer(path(), filter);
    writer.Add("a.iso", "first");
    writer.Add("b.iso", "second");
    writer.Close();
    const auto source = Open();
    EXPECT_EQ(Read(*source, "b.iso"), "second");
    EXPECT_EQ(Read(*source, "a.iso"), "first");
  }
}

TEST_F(SampleArchiveTest, LinksFoldersAndDevicesAreRefusedAndTheRestIsRead) {
  ArchiveWriter writer(path());
  writer.Add("good.iso", "good");
  writer.Add("symbolic", "", AE_IFLNK,
             [](archive_entry* e) { archive_entry_set_symlink(e, "/etc/passwd"); });
  writer.Add("hard", "", AE_IFREG,
             [](archive_entry* e) { archive_entry_set_hardlink(e, "good.iso"); });
  writer.Add("folder", "", AE_IFDIR);
  writer.Add("device", "", AE_IFCHR);
  writer.Add("pipe", "", AE_IFIFO);
  writer.Add("empty.iso", "");
  writer.Add("twice.iso", "one");
  writer.Add("./twice.iso", "two");
  writer.Add("../outside.iso", "outside");
  writer.Add("/absolute.iso", "absolute");
  writer.Add("last.iso", "last");
  writer.Close();
  const auto source = Open();
  for (const char* name : {"symbolic", "hard", "folder", "device", "pipe"}) {
    EXPECT_EQ(Read(*source, name),
              name == std::string("folder") ? "MEMBER_NOT_FOUND" : "MEMBER_NOT_REGULAR")
        << name;
  }
  EXPECT_EQ(Read(*source, "folder/"), "MEMBER_NOT_REGULAR");
  EXPECT_EQ(Read(*source, "empty.iso"), "FILE_EMPTY");
  EXPECT_EQ(Read(*source, "twice.iso"), "MEMBER_TWICE");
  EXPECT_EQ(Read(*source, "outside.iso"), "MEMBER_NOT_FOUND");
  EXPECT_EQ(Read(*source, "absolute.iso"), "MEMBER_NOT_FOUND");
  EXPECT_EQ(Read(*source, "last.iso"), "last");
}

TEST_F(SampleArchiveTest, ADecompressionBombIsRefused) {
  {
    ArchiveWriter writer(path(), ARCHIVE_FILTER_GZIP);
    writer.Add("zeros.png", std::string(64 << 20, '\0'));
    writer.Close();
  }
  ASSERT_LT(fs::file_size(path()), 1u << 20);
  EXPECT_EQ(OpenReason(), "ARCHIVE_BOMB");
}

TEST_F(SampleArchiveTest, WhatIsNoTarOrIsCutIsRefused) {
  std::ofstream(path()) << "this is no archive";
  EXPECT_EQ(OpenReason(), "ARCHIVE_NOT_TAR");
  std::ofstream(path(), std::ios::trunc);
  EXPECT_EQ(OpenReason(), "ARCHIVE_NOT_TAR");
  fs::remove(path());
  EXPECT_EQ(OpenReason(), "SAMPLES_NOT_FOUND");
  {
    ArchiveWriter writer(path());
    writer.Add("a.iso", std::string(5000, 'a'));
    writer.Add("b.iso", std::string(5000, 'b'));
    writer.Close();
  }
  fs::resize_file(path(), 8000);
  EXPECT_EQ(OpenReason(), "ARCHIVE_DAMAGED");
}

TEST_F(SampleArchiveTest, ASizeThatNoFileHasCostsNoMemory) {
  {
    ArchiveWriter writer(path(), ARCHIVE_FILTER_NONE, ARCHIVE_FORMAT_TAR_USTAR);
    writer.Add("huge.iso", "x");
    writer.Close();
  }
  // The size field of the header, and its checksum by the sum of the header's bytes.
  std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
  std::string header(512, '\0');
  file.read(header.data(), 512);
  header.replace(124, 12, std::string("77777777777\0", 12));
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char checksum[8];
  std::snprintf(checksum, sizeof(checksum), "%06o", sum);
  header.replace(148, 7, std::string(checksum, 7));
  file.seekp(0);
  file.write(header.data(), 512);
  file.close();
  auto source = OpenSampleSource(path());
  if (source) {
    EXPECT_EQ(Read(**source, "huge.iso"), "FILE_TOO_LARGE");
  } else {
    EXPECT_EQ(source.error().reason, "ARCHIVE_DAMAGED");
  }
}

}  // namespace
}  // namespace taanu
