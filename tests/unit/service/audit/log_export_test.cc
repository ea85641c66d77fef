// Every way to tamper with an exported log, on every leaf of a log of 10,000.
#include "service/audit/log_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "service/audit/proof_text.h"
#include "service/audit/signer.h"
#include "tests/unit/enroll/store/temp_folder.h"
#include "tests/unit/service/audit/reference_tree.h"

namespace taanu::test {
namespace {

using testing::HasSubstr;

constexpr uint64_t kLeaves = 10'000;
constexpr uint64_t kCheckpointEvery = 50;

std::string Leaf(uint64_t index) {
  return R"({"outcome":"ACCREDITED","precinct":"P-)" + std::to_string(index % 97) +
         R"(","time_us":)" + std::to_string(1'000'000 + index) + R"(,"type":"attempt","v":1})";
}

std::string LineOf(uint64_t index, const std::string& leaf) {
  std::string line = ExportLeafLine(index, merkle::HashLeaf(leaf), leaf);
  line.pop_back();
  return line;
}

// An export, line by line, with a checkpoint after every kCheckpointEvery entries.
struct Export {
  explicit Export(const Signer& signer) : signer_(signer) {
    lines.push_back(ExportHeaderLine(signer.name()));
    lines.back().pop_back();
  }
  void Add(const std::string& leaf) {
    lines.push_back(LineOf(tree.size(), leaf));
    tree.Add(merkle::HashLeaf(leaf));
  }
  void Sign() {
    notes.push_back(
        signer_.SignNote(note::CheckpointText(signer_.name(), tree.size(), tree.Get())));
    lines.push_back(ExportCheckpointLine(notes.back()));
    lines.back().pop_back();
  }

  std::vector<std::string> lines;
  std::vector<std::string> notes;
  merkle::RunningRoot tree;

 private:
  const Signer& signer_;
};

std::string Join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class LogExportTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Signer::CreateKeyFile(folder_ / "key", "log.example/2026"));
    signer_ = std::move(*Signer::FromKeyFile(folder_ / "key"));
    policy_.key = {signer_->name(), signer_->public_key()};
  }

  Export MakeExport(uint64_t leaves) {
    Export made(*signer_);
    for (uint64_t i = 0; i < leaves; ++i) {
      made.Add(Leaf(i));
      if (made.tree.size() % kCheckpointEvery == 0 || i + 1 == leaves) made.Sign();
    }
    if (leaves == 0) made.Sign();
    return made;
  }

  Result<ExportReport> Verify(const std::string& text) {
    std::istringstream in(text);
    return VerifyExport(in, policy_);
  }
  // The reason of the first problem; empty where the export is proved.
  std::string Found(const std::string& text) {
    const auto report = Verify(text);
    if (!report) return report.error().reason;
    return report->problems.empty() ? std::string() : report->problems.front().reason;
  }

  TempFolder folder_;
  std::unique_ptr<Signer> signer_;
  ExportPolicy policy_;
};

TEST_F(LogExportTest, WhatWasExportedIsProved) {
  for (const uint64_t leaves : {0, 1, 2, 49, 50, 51, 1000}) {
    const Export made = MakeExport(leaves);
    const auto report = Verify(Join(made.lines));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->problems.empty()) << report->problems.front().message;
    EXPECT_EQ(report->log_size, leaves);
    EXPECT_EQ(report->root, made.tree.Get());
    EXPECT_EQ(report->checkpoint_count, made.notes.size());
  }
}

// A hand that knows the format: every tampering comes with hashes and places that fit, so that the
// next signed checkpoint alone can tell. The lines before are the same for all, so the check goes
// on from a copy of its state.
TEST_F(LogExportTest, TamperingWithAnyLeafOfTenThousandIsFoundByTheNextCheckpoint) {
  const Export made = MakeExport(kLeaves);
  ExportVerifier before(policy_);
  ASSERT_TRUE(before.TakeHeader(made.lines[0]));
  uint64_t index = 0;
  for (size_t at = 1; at < made.lines.size(); ++at) {
    const std::string& line = made.lines[at];
    if (line.starts_with(R"({"hash")")) {
      // The entries from this one to the next checkpoint, and that.
      std::vector<std::string> leaves;
      size_t end = at;
      for (; made.lines[end].starts_with(R"({"hash")"); ++end) {
        leaves.push_back(Leaf(index + leaves.size()));
      }
      const auto caught = [&](const std::vector<std::string>& tampered) {
        ExportVerifier verifier = before;
        uint64_t place = index;
        for (const std::string& leaf : tampered) {
          if (!verifier.Take(LineOf(place++, leaf))) return false;
        }
        return !verifier.Take(made.lines[end]) &&
               verifier.problems().front().reason == "CHECKPOINT_WRONG";
      };
      auto changed = leaves;
      changed[0].replace(changed[0].find("ACCREDITED"), 10, "NO_MATCHED");
      auto dropped = leaves;
      dropped.erase(dropped.begin());
      auto added = leaves;
      added.insert(added.begin(), leaves[0]);
      // With one entry left before the checkpoint, there is none to change places with.
      auto reordered = leaves;
      if (reordered.size() > 1) std::swap(reordered[0], reordered[1]);
      ASSERT_TRUE(caught(changed)) << index;
      ASSERT_TRUE(caught(dropped)) << index;
      ASSERT_TRUE(caught(added)) << index;
      ASSERT_TRUE(reordered.size() == 1 || caught(reordered)) << index;
      ++index;
    }
    ASSERT_TRUE(before.Take(line)) << before.problems().front().message;
  }
  EXPECT_EQ(index, kLeaves);
  EXPECT_TRUE(before.Finish().problems.empty());
}

// A careless hand: the line that is wrong is named.
TEST_F(LogExportTest, ATamperedLineIsNamed) {
  const Export made = MakeExport(120);
  // Lines count from 1, the header is the first, and a checkpoint stands after 50 entries.
  const auto line_of = [](uint64_t index) { return index + (index >= 50 ? 2 : 1); };
  for (const uint64_t index : {0, 1, 49, 50, 51, 99}) {
    const size_t at = line_of(index);
    const auto tampered = [&](const std::function<void(std::vector<std::string>&)>& tamper) {
      auto lines = made.lines;
      tamper(lines);
      const auto report = Verify(Join(lines));
      EXPECT_TRUE(report);
      EXPECT_FALSE(report->problems.empty());
      return report->problems.empty() ? Error() : report->problems.front();
    };
    const std::string line_number = "line " + std::to_string(at + 1) + ": ";
    const Error changed = tampered(
        [&](auto& lines) { lines[at].replace(lines[at].find("ACCREDITED"), 10, "NO_MATCHED"); });
    EXPECT_EQ(changed.reason, "LEAF_CHANGED");
    EXPECT_THAT(changed.message, HasSubstr(line_number + "entry " + std::to_string(index)));
    const Error dropped =
        tampered([&](auto& lines) { lines.erase(lines.begin() + static_cast<ptrdiff_t>(at)); });
    EXPECT_THAT(dropped.message, HasSubstr(line_number)) << index;
    const Error doubled = tampered(
        [&](auto& lines) { lines.insert(lines.begin() + static_cast<ptrdiff_t>(at), lines[at]); });
    EXPECT_EQ(doubled.reason, "LEAF_OUT_OF_PLACE");
  }
}

TEST_F(LogExportTest, EveryChangedLeafIsListedAndNotOnlyTheFirst) {
  auto lines = MakeExport(40).lines;
  for (const size_t at : {3U, 17U, 30U}) lines[at].replace(lines[at].find("P-"), 2, "Q-");
  const auto report = Verify(Join(lines));
  ASSERT_TRUE(report);
  ASSERT_EQ(report->problems.size(), 3U) << "the hashes are those that were signed";
  EXPECT_THAT(report->problems[1].message, HasSubstr("entry 16 was changed"));
}

TEST_F(LogExportTest, TheEndCannotBeCutOffOrAddedTo) {
  const Export made = MakeExport(120);
  auto lines = made.lines;
  lines.pop_back();  // its checkpoint
  EXPECT_EQ(Found(Join(lines)), "EXPORT_CUT_OFF");
  lines = made.lines;
  lines.push_back(LineOf(120, "{}"));
  EXPECT_EQ(Found(Join(lines)), "EXPORT_CUT_OFF");
  EXPECT_EQ(Found(made.lines[0] + "\n"), "EXPORT_CUT_OFF");
  const std::string text = Join(made.lines);
  for (size_t size = made.lines[0].size() + 1; size < text.size(); size += 37) {
    // What ends with a checkpoint is the export of an earlier log, which an earlier note finds.
    const std::string cut = text.substr(0, size);
    policy_.earlier = {*note::VerifyCheckpoint(made.notes.back(), policy_.key)};
    EXPECT_NE(Found(cut), "") << size;
  }
}

TEST_F(LogExportTest, ALogThatWasRewrittenAndSignedAgainIsFoundByAnEarlierCheckpoint) {
  const Export first = MakeExport(120);
  Export second(*signer_);
  for (uint64_t i = 0; i < 200; ++i) second.Add(i == 70 ? "{}" : Leaf(i));
  second.Sign();
  const std::string text = Join(second.lines);
  EXPECT_EQ(Found(text), "") << "the key signed it";
  policy_.earlier = {*note::VerifyCheckpoint(first.notes[0], policy_.key)};
  EXPECT_EQ(Found(text), "") << "50 entries, which are the same";
  policy_.earlier.push_back(*note::VerifyCheckpoint(first.notes[1], policy_.key));
  EXPECT_EQ(Found(text), "EARLIER_LOG_DIFFERS");
  EXPECT_EQ(Found(Join(MakeExport(60).lines)), "EARLIER_LOG_LONGER");
}

TEST_F(LogExportTest, ACheckpointOfAnotherKeyOrLogIsRefused) {
  const Export made = MakeExport(3);
  ASSERT_TRUE(Signer::CreateKeyFile(folder_ / "other", signer_->name()));
  const auto other = std::move(*Signer::FromKeyFile(folder_ / "other"));
  Export forged(*other);
  for (uint64_t i = 0; i < 3; ++i) forged.Add(Leaf(i));
  forged.Sign();
  EXPECT_EQ(Found(Join(forged.lines)), "BAD_SIGNATURE");
  ASSERT_TRUE(Signer::CreateKeyFile(folder_ / "third", "another.example/2026"));
  const auto third = std::move(*Signer::FromKeyFile(folder_ / "third"));
  EXPECT_EQ(Found(Join(Export(*third).lines)), "WRONG_LOG");
}

TEST_F(LogExportTest, WhatIsNoExportIsRefused) {
  const std::string header = ExportHeaderLine(signer_->name());
  EXPECT_EQ(Found(""), "NOT_AN_EXPORT");
  EXPECT_EQ(Found("\n"), "NOT_AN_EXPORT");
  EXPECT_EQ(Found(header.substr(0, header.size() - 1)), "NOT_AN_EXPORT");
  EXPECT_EQ(Found(std::string(size_t{3} << 20, '{')), "NOT_AN_EXPORT");
  const std::string line = LineOf(0, "{}");
  for (const std::string& bad : std::vector<std::string>{
           "", "x", "{}", R"({"hash":"","index":0,"leaf":{}})", line + " ", " " + line,
           line.substr(1), std::string("\0\0", 2), std::string(size_t{2} << 20, 'a'),
           std::string(R"({"checkpoint":)") + std::string(size_t{1} << 19, '['),
           R"({"checkpoint":"a","checkpoint":"b"})", R"({"checkpoint":5})",
           R"({"checkpoint":"x" })", R"({"checkpoint":")" + std::string("\xff") + R"("})"}) {
    const std::string found = Found(header + bad + "\n");
    EXPECT_TRUE(found == "NOT_AN_ENTRY" || found == "BAD_NOTE") << bad.substr(0, 80) << found;
  }
  auto zeros = line;
  zeros.replace(zeros.find(R"("index":0)"), 9, R"("index":00)");
  EXPECT_EQ(Found(header + zeros + "\n"), "NOT_AN_ENTRY") << "one line for one entry";
}

class ProofTextTest : public LogExportTest {};

TEST_F(ProofTextTest, AProofIsReadAsItWasWrittenAndEveryChangedByteIsFound) {
  const Export made = MakeExport(3);
  std::vector<merkle::Hash> leaves;
  for (uint64_t i = 0; i < 3; ++i) leaves.push_back(merkle::HashLeaf(Leaf(i)));
  const InclusionProofText inclusion{Leaf(1), 1, ReferencePath(1, leaves), made.notes.back()};
  const std::string text = FormatProof(inclusion);
  const auto read = ParseInclusionProof(text);
  ASSERT_TRUE(read) << text;
  EXPECT_EQ(read->leaf, Leaf(1));
  EXPECT_EQ(CheckProof(*read, policy_.key)->size, 3U);
  for (size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    const auto proof = ParseInclusionProof(changed);
    EXPECT_FALSE(proof && CheckProof(*proof, policy_.key)) << at;
    EXPECT_FALSE(ParseInclusionProof(text.substr(0, at)) &&
                 CheckProof(*ParseInclusionProof(text.substr(0, at)), policy_.key))
        << at;
  }

  const note::CheckpointHead earlier{signer_->name(), 2, ReferenceRoot(std::span(leaves).first(2))};
  const ConsistencyProofText growth{2, ReferenceSubproof(2, leaves, true), made.notes.back()};
  const std::string growth_text = FormatProof(growth);
  const auto grown = ParseConsistencyProof(growth_text);
  ASSERT_TRUE(grown);
  EXPECT_EQ(CheckProof(*grown, earlier, policy_.key)->size, 3U);
  for (size_t at = 0; at < growth_text.size(); ++at) {
    std::string changed = growth_text;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    const auto proof = ParseConsistencyProof(changed);
    EXPECT_FALSE(proof && CheckProof(*proof, earlier, policy_.key)) << at;
  }
}

TEST_F(ProofTextTest, WhatIsNoProofIsRefused) {
  for (const char* bad : {"", "\n", "old", "old ", "old \n", "old 1", "old -1\n\n", "old 01\n\n",
                          "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nextra \n",
                          "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\n",
                          "c2sp.org/tlog-proof@v1\nextra \nindex 00\n\n"}) {
    EXPECT_FALSE(ParseInclusionProof(bad)) << bad;
    EXPECT_FALSE(ParseConsistencyProof(bad)) << bad;
  }
}

}  // namespace
}  // namespace taanu::test
