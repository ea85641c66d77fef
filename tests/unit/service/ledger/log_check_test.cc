// Edits of the database itself, by someone who knows its tables: every one of them, on every entry
// of a log of 10,000, is found.
#include "service/ledger/log_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/unit/service/ledger/stored_log.h"

namespace taanu::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kEntries = 10'000;
constexpr uint64_t kEvery = 16;

class LogCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    log_.Append(0, kEntries, kEvery);
    edit_ = log_.Edit();
    ASSERT_TRUE(edit_->RunScript("BEGIN"));
  }

  void Run(const Status& status) { ASSERT_TRUE(status) << status.error().message; }

  std::vector<std::string> Problems(const LogPart& part) {
    const auto check = CheckLogPart(*edit_, part);
    EXPECT_TRUE(check) << check.error().message;
    return check ? check->problems : std::vector<std::string>();
  }

  // The part between the two checkpoints around an entry, as the daemon's start checks the last one
  // and the full check all of them.
  static LogPart PartOf(uint64_t index) {
    return {.from = index / kEvery * kEvery, .to = (index / kEvery + 1) * kEvery};
  }

  // What is found after an edit, which is then undone.
  std::vector<std::string> Tampered(const LogPart& part, const std::function<void()>& tamper) {
    Run(edit_->RunScript("SAVEPOINT edit"));
    tamper();
    auto problems = Problems(part);
    Run(edit_->RunScript("ROLLBACK TO edit; RELEASE edit"));
    return problems;
  }

  void SetText(uint64_t index, const std::string& leaf) {
    Run(edit_->Run("UPDATE event SET leaf = ?2 WHERE idx = ?1", index, leaf));
  }
  void SetEntry(uint64_t index, const std::string& leaf) {
    Run(edit_->Run("UPDATE event SET leaf = ?2, leaf_hash = ?3 WHERE idx = ?1", index, leaf,
                   merkle::HashLeaf(leaf)));
  }
  // Makes every node above an entry fit again, as a careful hand would.
  void MendNodes(uint64_t index) {
    const merkle::NodeReader nodes = LogNodes(*edit_);
    for (int level = 1; ((index >> level) + 1) << level <= kEntries; ++level) {
      const uint64_t at = index >> level;
      const auto left = nodes({level - 1, 2 * at});
      const auto right = nodes({level - 1, 2 * at + 1});
      ASSERT_TRUE(left && right);
      Run(edit_->Run("UPDATE event_node SET hash = ?3 WHERE level = ?1 AND idx = ?2", level, at,
                     merkle::HashNode(*left, *right)));
    }
  }

  StoredLog log_;
  std::unique_ptr<Connection> edit_;
};

TEST_F(LogCheckTest, AnUntouchedLogIsGood) {
  const note::VerifierKey key = log_.key();
  EXPECT_THAT(Problems({.key = &key}), IsEmpty());
  EXPECT_THAT(Problems({.from = 9984, .key = &key}), IsEmpty());
  for (uint64_t index = 0; index < kEntries; index += 997) {
    EXPECT_THAT(Problems(PartOf(index)), IsEmpty()) << index;
  }
}

TEST_F(LogCheckTest, EveryEditOfEveryEntryIsFound) {
  const auto found = [&](uint64_t index, const std::function<void()>& tamper) {
    return !Tampered(PartOf(index), tamper).empty();
  };
  for (uint64_t index = 0; index < kEntries; ++index) {
    const uint64_t last = std::min(PartOf(index).to, kEntries) - 1;
    ASSERT_TRUE(found(index, [&] { SetText(index, "{}"); })) << index;
    ASSERT_TRUE(found(index, [&] {
      SetEntry(index, "{}");
      MendNodes(index);
    })) << index;
    ASSERT_TRUE(found(index, [&] { Run(edit_->Run("DELETE FROM event WHERE idx = ?1", index)); }))
        << index;
    // An entry put in between moves those after it.
    ASSERT_TRUE(found(index, [&] {
      SetEntry(index, "{}");
      for (uint64_t at = index + 1; at <= last; ++at) SetEntry(at, NumberedLeaf(at - 1));
    })) << index;
    if (index == last) continue;
    ASSERT_TRUE(found(index, [&] {
      SetEntry(index, NumberedLeaf(index + 1));
      SetEntry(index + 1, NumberedLeaf(index));
      MendNodes(index);
      MendNodes(index + 1);
    })) << index;
  }
}

TEST_F(LogCheckTest, TheFullCheckSaysWhere) {
  const note::VerifierKey key = log_.key();
  for (const uint64_t index : {0, 4711, 9999}) {
    const std::string name = std::to_string(index);
    EXPECT_THAT(Tampered({.key = &key}, [&] { SetText(index, "{}"); }),
                Contains(HasSubstr("entry " + name + " of the audit log is not what was written")));
    EXPECT_THAT(Tampered({.key = &key},
                         [&] { Run(edit_->Run("DELETE FROM event WHERE idx = ?1", index)); }),
                index == kEntries - 1 ? Contains(HasSubstr("ends after 9999"))
                                      : Contains(HasSubstr("entry " + name)));
  }
  // The last good checkpoint and the first bad one are around the entry.
  EXPECT_THAT(Tampered({.key = &key},
                       [&] {
                         SetEntry(4711, "{}");
                         MendNodes(4711);
                       }),
              Contains(HasSubstr("the first 4720 entries of the audit log are not those that were "
                                 "signed; up to entry 4704 they are")));
}

TEST_F(LogCheckTest, NodesAndCheckpointsCannotBeEditedEither) {
  const note::VerifierKey key = log_.key();
  const auto found = [&](const std::function<void()>& tamper) {
    return !Tampered({.key = &key}, tamper).empty();
  };
  EXPECT_TRUE(found([&] {
    Run(edit_->Run("UPDATE event_node SET hash = zeroblob(32) WHERE level = 3 AND idx = 77"));
  }));
  EXPECT_TRUE(
      found([&] { Run(edit_->Run("DELETE FROM event_node WHERE level = 1 AND idx = 1200")); }));
  EXPECT_TRUE(found([&] {
    Run(
        edit_->Run("UPDATE checkpoint SET signed_note = replace(signed_note, '160', '161') WHERE "
                   "log_size = 160"));
  }));
  EXPECT_TRUE(found(
      [&] { Run(edit_->Run("UPDATE checkpoint SET log_size = 10001 WHERE log_size = 10000")); }));
  EXPECT_TRUE(found([&] { Run(edit_->Run("DELETE FROM event WHERE idx >= 9000")); }));
}

}  // namespace
}  // namespace taanu::test
