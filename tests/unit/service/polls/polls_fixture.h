// A log in memory, and the files of its precincts.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "service/audit/proof.h"
#include "service/polls/polls_file.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {

inline KeyedReference VoterReference(int voter) {
  KeyedReference reference{};
  reference[0] = static_cast<uint8_t>(voter >> 8);
  reference[1] = static_cast<uint8_t>(voter);
  reference[15] = 0xaa;
  return reference;
}

// What one daemon would have logged. Figures are kept beside, as the daemon keeps them.
class LogInMemory {
 public:
  void Add(nlohmann::json leaf) {
    leaf["v"] = 1;
    leaf["time_us"] = 1'790'000'000'000'000 + static_cast<int64_t>(leaves_.size()) * 1'000'000;
    leaves_.push_back(leaf.dump());
    const auto read = [this](const merkle::NodeId& id) -> Result<merkle::Hash> {
      return nodes_.at(id);
    };
    const auto added = merkle::Append(leaves_.size() - 1, merkle::HashLeaf(leaves_.back()), read);
    for (const merkle::Node& node : *added) nodes_[node.id] = node.hash;
  }
  void Open(const std::string& precinct) {
    Add({{"type", "polls_opened"}, {"precinct", precinct}});
  }
  void Attempt(const std::string& precinct, int voter, const std::string& outcome,
               const std::string& method = "FINGER") {
    nlohmann::json leaf = {{"type", "attempt"},
                           {"precinct", precinct},
                           {"voter", ToHex(VoterReference(voter))},
                           {"outcome", outcome},
                           {"method", method}};
    Totals& totals = totals_[precinct];
    if (outcome.starts_with("ACCREDITED")) leaf["slip"] = ++totals.accredited;
    if (outcome == "ALREADY_ACCREDITED") leaf["slip"] = 1;
    if (!totals.closing) ++totals.attempts[outcome];
    Add(std::move(leaf));
  }
  void Close(const std::string& precinct) {
    Totals& totals = totals_[precinct];
    totals.closing = leaves_.size();
    Add({{"type", "polls_closed"},
         {"precinct", precinct},
         {"voters", 100},
         {"accredited", totals.accredited},
         {"attempts", totals.attempts}});
  }

  // As the daemon writes it; `leave_out` is an entry that is not in it.
  std::string File(const std::string& precinct, const Signer& signer,
                   const std::string& references = std::string(32, 'a'),
                   uint64_t leave_out = UINT64_MAX) {
    const auto read = [this](const merkle::NodeId& id) -> Result<merkle::Hash> {
      return nodes_.at(id);
    };
    const merkle::Hash root = *merkle::Root(leaves_.size(), read);
    polls::PollsFileWriter writer;
    std::string file = writer.Header(
        precinct, signer.SignNote(note::CheckpointText(signer.name(), leaves_.size(), root)));
    for (uint64_t i = 0; i < leaves_.size(); ++i) {
      if (nlohmann::json::parse(leaves_[i])["precinct"] != precinct || i == leave_out) continue;
      file += writer.Entry(i, leaves_[i], *merkle::InclusionProof(i, leaves_.size(), read));
    }
    const Totals& totals = totals_[precinct];
    polls::PollsStatement statement;
    statement.origin = signer.name();
    statement.election = "Шайлоо 2026";
    statement.precinct_id = precinct;
    statement.closed = totals.closing.has_value();
    statement.voters = 100;
    statement.accredited = totals.accredited;
    statement.attempts = totals.attempts;
    statement.closing_entry = totals.closing;
    statement.log_size = leaves_.size();
    statement.log_root = ToHex(root);
    statement.references = references;
    return file + writer.Statement(std::move(statement), signer);
  }

 private:
  struct Totals {
    uint64_t accredited = 0;
    std::map<std::string, uint64_t> attempts;
    std::optional<uint64_t> closing;
  };
  std::vector<std::string> leaves_;
  std::map<merkle::NodeId, merkle::Hash> nodes_;
  std::map<std::string, Totals> totals_;
};

class PollsTest : public testing::Test {
 protected:
  PollsTest() : signer_(MakeSigner("audit.key", "example.org/2026")) {}

  std::unique_ptr<Signer> MakeSigner(const std::string& file, const std::string& name) {
    EXPECT_TRUE(Signer::CreateKeyFile(folder_ / file, name));
    return std::move(*Signer::FromKeyFile(folder_ / file));
  }
  static note::VerifierKey Public(const Signer& signer) {
    return {signer.name(), signer.public_key()};
  }
  static Result<polls::PollsReport> Verify(const std::string& file,
                                           const std::vector<note::VerifierKey>& keys) {
    std::istringstream in(file);
    return polls::VerifyPollsFile(in, keys);
  }
  Result<polls::PollsReport> Verify(const std::string& file) {
    return Verify(file, {Public(*signer_)});
  }
  std::string ReasonOf(const std::string& file) {
    const auto report = Verify(file);
    return report ? "" : report.error().reason;
  }

  TempFolder folder_;
  std::unique_ptr<Signer> signer_;
};

// Two precincts on one daemon, both closed. P1: voters 1 to 3, P2: voters 4 and 5.
inline LogInMemory TwoPrecincts() {
  LogInMemory log;
  for (const char* precinct : {"P1", "P2"}) log.Open(precinct);
  log.Attempt("P1", 1, "NO_MATCH");
  log.Attempt("P1", 1, "ACCREDITED");
  log.Attempt("P2", 4, "ACCREDITED");
  log.Attempt("P1", 2, "ACCREDITED", "FINGER_SEARCH");
  log.Attempt("P1", 2, "ALREADY_ACCREDITED");
  log.Add({{"type", "slip_reissued"}, {"precinct", "P1"}, {"slip", 2}, {"issue", 2}});
  log.Attempt("P1", 3, "ACCREDITED_BY_FALLBACK", "FALLBACK");
  log.Attempt("P2", 5, "ACCREDITED");
  log.Close("P1");
  log.Attempt("P1", 9, "POLLS_CLOSED");
  log.Close("P2");
  return log;
}

}  // namespace taanu::test
