#include "service/polls/polls_file.h"

#include <algorithm>

#include "tests/unit/service/polls/polls_fixture.h"

namespace taanu::test {
namespace {

class PollsFileTest : public PollsTest {};

TEST_F(PollsFileTest, WhatWasWrittenIsProvedAndCounted) {
  const auto report = Verify(TwoPrecincts().File("P1", *signer_));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->statement.closed);
  EXPECT_EQ(report->statement.precinct_id, "P1");
  EXPECT_EQ(report->statement.election, "Шайлоо 2026");
  EXPECT_EQ(report->statement.voters, 100U);
  EXPECT_EQ(report->statement.accredited, 3U);
  EXPECT_EQ(report->statement.entries, 9U);
  EXPECT_EQ(report->statement.log_size, 13U);
  ASSERT_EQ(report->accreditations.size(), 3U);
  EXPECT_EQ(report->accreditations[2].voter, VoterReference(3));
  EXPECT_EQ(report->accreditations[2].method, "FALLBACK");
  EXPECT_EQ(report->accredited_by_method.at("FINGER_SEARCH"), 1U);
  EXPECT_EQ(report->attempts_after_closing.at("POLLS_CLOSED"), 1U);
  EXPECT_EQ(report->statement.attempts.count("POLLS_CLOSED"), 0U);
  EXPECT_EQ(report->slips_reissued, 1U);
  EXPECT_EQ(report->entries_by_type.at("attempt"), 6U);
}

TEST_F(PollsFileTest, EveryByteThatIsChangedIsFound) {
  const std::string file = TwoPrecincts().File("P1", *signer_);
  for (size_t i = 0; i < file.size(); ++i) {
    for (const int mask : {0x01, 0x20}) {
      std::string changed = file;
      changed[i] = static_cast<char>(changed[i] ^ mask);
      EXPECT_NE(ReasonOf(changed), "")
          << "byte " << i << " of " << file.size() << ": " << file.substr(i, 20);
    }
  }
}

TEST_F(PollsFileTest, EveryByteThatIsLeftOutOrAddedIsFound) {
  const std::string file = TwoPrecincts().File("P1", *signer_);
  for (size_t i = 0; i < file.size(); ++i) {
    std::string shorter = file;
    shorter.erase(i, 1);
    EXPECT_NE(ReasonOf(shorter), "") << i;
    EXPECT_NE(ReasonOf(file.substr(0, i)), "") << i;
    std::string longer = file;
    longer.insert(i, 1, i % 2 == 0 ? ' ' : '\n');
    EXPECT_NE(ReasonOf(longer), "") << i;
  }
  EXPECT_NE(ReasonOf(file + "\n"), "");
  EXPECT_NE(ReasonOf(file + file), "");
  EXPECT_EQ(ReasonOf(file), "");
}

TEST_F(PollsFileTest, ALineThatIsLeftOutSwappedOrTwiceIsFound) {
  const std::string file = TwoPrecincts().File("P1", *signer_);
  std::vector<std::string> lines;
  std::istringstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
  const auto join = [](const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += part;
    return text;
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    auto without = lines;
    without.erase(without.begin() + static_cast<ptrdiff_t>(i));
    EXPECT_NE(ReasonOf(join(without)), "") << i;
    auto twice = lines;
    twice.insert(twice.begin() + static_cast<ptrdiff_t>(i), lines[i]);
    EXPECT_NE(ReasonOf(join(twice)), "") << i;
    if (i + 1 == lines.size()) break;
    auto swapped = lines;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_NE(ReasonOf(join(swapped)), "") << i;
  }
}

// Whoever holds the key could sign a file that leaves something out; the sealed totals tell.
TEST_F(PollsFileTest, AnAttemptThatTheSignerLeftOutIsMissed) {
  for (const uint64_t attempt : {2, 3, 5, 6, 8}) {
    EXPECT_EQ(ReasonOf(TwoPrecincts().File("P1", *signer_, std::string(32, 'a'), attempt)),
              "POLLS_FILE_INCOMPLETE")
        << attempt;
  }
  EXPECT_EQ(ReasonOf(TwoPrecincts().File("P1", *signer_, std::string(32, 'a'), 10)),
            "POLLS_FILE_INCOMPLETE")
      << "the closing itself";
}

TEST_F(PollsFileTest, AnAccreditationAfterTheClosingIsRefused) {
  LogInMemory log = TwoPrecincts();
  log.Attempt("P1", 77, "ACCREDITED");
  EXPECT_EQ(ReasonOf(log.File("P1", *signer_)), "POLLS_FILE_CHANGED");
}

TEST_F(PollsFileTest, AnotherKeyDoesNotPass) {
  const auto other = MakeSigner("other.key", "example.org/2026");
  const auto third = MakeSigner("third.key", "example.org/2027");
  const std::string file = TwoPrecincts().File("P1", *signer_);
  EXPECT_EQ(Verify(file, {Public(*other)}).error().reason, "BAD_SIGNATURE");
  EXPECT_EQ(Verify(file, {Public(*third)}).error().reason, "BAD_SIGNATURE");
  EXPECT_FALSE(Verify(file, {}));
  EXPECT_TRUE(Verify(file, {Public(*third), Public(*signer_)}));
  // A checkpoint of one log and a statement of another.
  const std::string mixed = file.substr(0, file.rfind("{\"statement\"")) +
                            TwoPrecincts().File("P1", *other).substr(file.rfind("{\"statement\""));
  EXPECT_FALSE(Verify(mixed, {Public(*signer_), Public(*other)}));
}

TEST_F(PollsFileTest, BeforeTheClosingItIsPreliminary) {
  LogInMemory log;
  log.Open("P1");
  log.Attempt("P1", 1, "ACCREDITED");
  const auto report = Verify(log.File("P1", *signer_));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->statement.closed);
  EXPECT_EQ(report->accreditations.size(), 1U);
}

TEST_F(PollsFileTest, ACorrectionStandsBesideTheSealedTotal) {
  LogInMemory log = TwoPrecincts();
  EXPECT_FALSE(Verify(log.File("P1", *signer_))->corrected);
  log.Add({{"type", "totals_corrected"}, {"precinct", "P1"}, {"sealed", 3}, {"accredited", 4}});
  log.Add({{"type", "totals_corrected"}, {"precinct", "P2"}, {"sealed", 2}, {"accredited", 9}});
  const auto report = Verify(log.File("P1", *signer_));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->corrected, 4U);
  EXPECT_EQ(report->statement.accredited, 3U);
}

TEST_F(PollsFileTest, AnotherFileIsNotOne) {
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string("{}\n"), std::string(1 << 21, '['),
        std::string(100, '\0') + "\n",
        std::string("{\"format\":\"taanu-log-export-v1\",\"origin\":\"x\"}\n")}) {
    const auto report = Verify(text);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kBadInput);
  }
}

TEST(PollsStatementTest, ItIsTakenAsItIsWrittenAndInNoOtherForm) {
  polls::PollsStatement statement;
  statement.origin = "example.org/2026";
  statement.election = "a b=c";
  statement.precinct_id = "P1";
  statement.closed = true;
  statement.closing_entry = 0;
  statement.made_us = -5;
  statement.attempts = {{"ACCREDITED", 3}, {"NO_MATCH", 1}};
  const std::string text = FormatPollsStatement(statement);
  const auto parsed = polls::ParsePollsStatement(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, statement);
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"voters 0", "voters 00"},
           {"closed", "open"},
           {"closing-entry 0", "closing-entry -"},
           {"ACCREDITED=3 NO_MATCH=1", "NO_MATCH=1 ACCREDITED=3"},
           {"ACCREDITED=3", "ACCREDITED=+3"},
           {"taanu-polls-v1", "taanu-polls-v2"}}) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_FALSE(polls::ParsePollsStatement(changed)) << to;
  }
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(polls::ParsePollsStatement(text.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace taanu::test
