#include "service/cli/case_text.h"

#include <array>
#include <cstdio>
#include <functional>

#include "service/cli/words.h"

namespace taanu::cli {
namespace {

std::string Number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string Rate(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2g", value);
  return text.data();
}

std::string OrDash(std::string text) { return text.empty() ? "-" : text; }

std::string StateOf(const v1::GetVoterResponse& voter) {
  return voter.state() == v1::VOTER_STATE_ACTIVE ? "on the roll" : "off the roll";
}

std::string FingersOf(const v1::GetVoterResponse& voter) {
  std::string text;
  for (const v1::FingerReport& finger : voter.fingers()) {
    if (!text.empty()) text += ' ';
    text += FingerWord(finger.position());
  }
  return OrDash(text);
}

// One row to a property, one column to a voter.
std::string Records(const v1::GetCaseResponse& answer) {
  if (answer.voters().empty()) return "  records    none is left\n";
  std::vector<std::string> header = {"record"};
  for (const v1::GetVoterResponse& voter : answer.voters()) {
    header.push_back(voter.voter().voter_number());
  }
  Table table(header, header.size());
  const auto add = [&](const std::string& name,
                       const std::function<std::string(const v1::GetVoterResponse&)>& value) {
    std::vector<std::string> row = {name};
    for (const v1::GetVoterResponse& voter : answer.voters()) row.push_back(OrDash(value(voter)));
    table.Add(std::move(row));
  };
  add("family name", [](const auto& voter) { return voter.voter().family_name(); });
  add("given names", [](const auto& voter) { return voter.voter().given_names(); });
  add("born", [](const auto& voter) {
    const uint32_t year = voter.voter().birth_year();
    return year == 0 ? std::string() : std::to_string(year);
  });
  add("precinct", [](const auto& voter) { return voter.voter().precinct_id(); });
  add("voter", StateOf);
  add("enrolled", [](const auto& voter) { return TimeWord(voter.enroll_time()); });
  add("fingers", FingersOf);
  add("reference", [](const auto& voter) { return voter.voter_reference(); });
  return table.Text();
}

std::string Attempt(const v1::DuplicateCase& item) {
  if (item.kind() == v1::CASE_KIND_REGISTER_DUPLICATE) return "";
  std::string text = "  attempt    " + OutcomeWord(item.outcome()) + " in " + item.precinct_id() +
                     ", finger " + (item.finger_matched() ? "matched" : "not matched") + "\n";
  if (item.has_earlier()) {
    text += "  before     slip " + std::to_string(item.earlier().slip_number()) + " in " +
            item.earlier().precinct_id() + ", " + TimeWord(item.earlier().accredit_time()) +
            ", by " + MethodWord(item.earlier().method()) + "\n";
  }
  return text;
}

std::string Opinions(const v1::DuplicateCase& item) {
  std::string text;
  for (const v1::CaseOpinion& opinion : item.opinions()) {
    const bool told = opinion.decision() != v1::CASE_DECISION_UNSPECIFIED;
    text += "  decision   " +
            (told ? CaseDecisionWord(opinion.decision()) : "not told before the second one") +
            ", " + TimeWord(opinion.decide_time()) + ", by " + opinion.operator_reference() +
            (opinion.as_supervisor() ? " (a supervisor)" : "") + ", log entry " +
            std::to_string(opinion.event_index()) + "\n";
  }
  return text;
}

}  // namespace

Table CaseTable() {
  return Table({"case", "opened", "kind", "state", "settled as", "precinct", "matched", "voter",
                "other voter", "score"},
               9);
}

void AddCase(const v1::DuplicateCase& item, Table* table) {
  const bool settled = item.state() == v1::CASE_STATE_SETTLED;
  table->Add({std::to_string(item.case_id()), TimeWord(item.attempt_time()),
              CaseKindWord(item.kind()), CaseStateWord(item.state()),
              settled ? CaseDecisionWord(item.settled_as()) : "-", OrDash(item.precinct_id()),
              item.finger_matched() ? "yes" : "no", item.voter_reference(),
              OrDash(item.other_voter_reference()), Number(item.score())});
}

std::string StateText(v1::CaseState state, v1::CaseDecision settled_as) {
  switch (state) {
    case v1::CASE_STATE_OPEN:
      return "OPEN: two people decide";
    case v1::CASE_STATE_ONE_OPINION:
      return "ONE_OPINION: a second person decides";
    case v1::CASE_STATE_DISPUTED:
      return "DISPUTED: a supervisor decides, who is neither of the two";
    case v1::CASE_STATE_SETTLED:
      return "SETTLED as " + CaseDecisionWord(settled_as);
    default:
      return CaseStateWord(state);
  }
}

std::string CaseText(const v1::GetCaseResponse& answer) {
  const v1::DuplicateCase& item = answer.duplicate_case();
  std::string text = "case " + std::to_string(item.case_id()) + ": " + CaseKindWord(item.kind()) +
                     "\n  state      " + StateText(item.state(), item.settled_as()) +
                     "\n  opened     " + TimeWord(item.attempt_time()) + ", log entry " +
                     std::to_string(item.event_index()) + "\n  score      " + Number(item.score()) +
                     ", threshold " + Number(item.threshold_score()) + " (FMR " +
                     Rate(item.threshold_fmr()) + ")\n";
  return text + Attempt(item) + Opinions(item) + "\n" + Records(answer);
}

std::string PictureText(const v1::GetCasePictureResponse& answer) {
  std::string text = "shows " + FingerWord(answer.shown().position()) + ": score " +
                     Number(answer.shown().score()) + ", " +
                     std::to_string(answer.matched_minutia_count()) + " minutiae correspond\n";
  for (const v1::FingerComparison& compared : answer.comparisons()) {
    text += "  " + FingerWord(compared.position()) + " and " +
            FingerWord(compared.other_position()) + ": score " + Number(compared.score()) + "\n";
  }
  return text;
}

}  // namespace taanu::cli
