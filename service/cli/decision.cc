#include "service/cli/decision.h"

#include <array>
#include <cstdio>

#include "service/cli/words.h"

namespace taanu::cli {
namespace {

std::string Line(const char* name, const std::string& value) {
  std::array<char, 32> label{};
  std::snprintf(label.data(), label.size(), "  %-14s", name);
  return label.data() + value + "\n";
}

std::string ScoreText(const v1::VerifyVoterResponse& decision) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(),
                "%.1f, a match from %.1f on (one false match in %.0f attempts)", decision.score(),
                decision.threshold_score(),
                decision.threshold_fmr() > 0 ? 1.0 / decision.threshold_fmr() : 0.0);
  return text.data();
}

std::string SearchLines(const v1::AccreditedSearch& search) {
  if (!search.has_holder()) {
    if (search.complete()) return {};
    return Line("not searched", "some who were accredited, since rolls are being read into memory");
  }
  const v1::Accreditation& holder = search.holder();
  std::array<char, 96> score{};
  std::snprintf(score.data(), score.size(), "%.1f, a match from %.1f on, among %llu accredited",
                search.holder_score(), search.threshold_score(),
                static_cast<unsigned long long>(search.searched_count()));
  return Line("other slip", std::to_string(holder.slip_number()) + " of precinct " +
                                holder.precinct_id() + ", voter " + holder.voter_reference()) +
         Line("given", TimeWord(holder.accredit_time())) + Line("other score", score.data()) +
         Line("to dispute", search.disputable_request_id());
}

std::string SampleLines(const v1::VerifyVoterResponse& decision) {
  std::string text;
  int number = 0;
  for (const v1::SampleReport& sample : decision.sample_reports()) {
    text += Line(("capture " + std::to_string(++number)).c_str(),
                 "quality " + std::to_string(sample.quality()) + ", " +
                     std::to_string(sample.minutia_count()) + " minutiae, " +
                     QualityWords(sample.reason()));
  }
  return text;
}

}  // namespace

std::string OutcomeSentence(const v1::VerifyVoterResponse& decision) {
  switch (decision.outcome()) {
    case v1::OUTCOME_ACCREDITED:
    case v1::OUTCOME_ACCREDITED_BY_FALLBACK:
      return "The voter may take a ballot.";
    case v1::OUTCOME_NO_MATCH:
      return "The finger is not one of this voter's. Try again, or another finger.";
    case v1::OUTCOME_LOW_QUALITY:
      return "No capture was good enough to compare. Capture again.";
    case v1::OUTCOME_ALREADY_ACCREDITED:
      return std::string("This voter has been accredited before. ") +
             (decision.finger_matched() ? "The finger is the voter's."
                                        : "The finger is not the voter's.");
    case v1::OUTCOME_DUPLICATE_FINGER:
      return "This finger belongs to somebody who was accredited under another identity. Two "
             "officers "
             "settle a chance likeness by the fallback FINGER_DISPUTED.";
    case v1::OUTCOME_AMBIGUOUS:
      return "More than one voter of this roll matches. Ask for another finger, or for the number.";
    case v1::OUTCOME_NOT_ON_ROLL:
      return "No voter of this number is in the register. Check the number.";
    case v1::OUTCOME_WRONG_PRECINCT:
      return "The voter is on the roll of precinct " + decision.voter_precinct_id() + ".";
    case v1::OUTCOME_NO_REFERENCE:
      return "The voter has no enrolled finger to compare with. Use the fallback.";
    case v1::OUTCOME_POLLS_NOT_OPEN:
      return "The polls of this precinct are not open yet.";
    case v1::OUTCOME_POLLS_CLOSED:
      return "The polls of this precinct are closed.";
    case v1::OUTCOME_FALLBACK_CAP_REACHED:
      return "The precinct has no more fallbacks. Identify the voter by a finger, or call the "
             "commission.";
    default:
      return "This program does not know this outcome; is the daemon of a newer version?";
  }
}

namespace {

// The outcome large, and what it means.
std::string Headline(v1::Outcome outcome, const std::string& sentence, bool replayed) {
  std::string word = OutcomeWord(outcome);
  for (char& c : word) {
    if (c == '_') c = ' ';
  }
  const std::string rule(word.size() + 8, '=');
  std::string text = rule + "\n    " + word + "\n" + rule + "\n" + sentence + "\n";
  if (replayed) text += "This is the first answer to this request, given again.\n";
  return text + "\n";
}

std::string SlipLines(v1::Outcome outcome, const v1::Accreditation& accreditation) {
  const bool earlier = outcome == v1::OUTCOME_ALREADY_ACCREDITED;
  std::string text =
      Line(earlier ? "earlier slip" : "slip", std::to_string(accreditation.slip_number()) +
                                                  " of precinct " + accreditation.precinct_id());
  if (earlier) text += Line("given", TimeWord(accreditation.accredit_time()));
  return text;
}

}  // namespace

std::string DecisionText(const v1::VerifyVoterResponse& decision) {
  std::string text = Headline(decision.outcome(), OutcomeSentence(decision), decision.replayed());
  if (decision.has_accreditation()) text += SlipLines(decision.outcome(), decision.accreditation());
  if (decision.score() > 0 || decision.finger_matched() ||
      decision.outcome() == v1::OUTCOME_NO_MATCH) {
    text += Line("score", ScoreText(decision));
  }
  if (decision.finger_matched()) text += Line("finger", FingerWord(decision.matched_position()));
  if (decision.has_accredited_search()) text += SearchLines(decision.accredited_search());
  text += SampleLines(decision);
  if (decision.case_id() != 0) {
    text += Line("case", std::to_string(decision.case_id()) + ", opened for adjudication");
  }
  text += Line("decided", TimeWord(decision.decision_time()));
  text += Line("log entry", std::to_string(decision.event_index()));
  return text;
}

std::string FallbackText(const v1::RecordFallbackResponse& decision) {
  std::string sentence = "This voter has been accredited before.";
  if (decision.outcome() != v1::OUTCOME_ALREADY_ACCREDITED) {
    v1::VerifyVoterResponse same;
    same.set_outcome(decision.outcome());
    same.set_voter_precinct_id(decision.voter_precinct_id());
    sentence = OutcomeSentence(same);
  }
  std::string text = Headline(decision.outcome(), sentence, decision.replayed());
  if (decision.has_accreditation()) text += SlipLines(decision.outcome(), decision.accreditation());
  text += Line("fallbacks", std::to_string(decision.fallbacks_used()) + " of " +
                                std::to_string(decision.fallbacks_max()) + " used");
  if (decision.case_id() != 0) {
    text += Line("case", std::to_string(decision.case_id()) + ", opened for adjudication");
  }
  text += Line("decided", TimeWord(decision.decision_time()));
  text += Line("log entry", std::to_string(decision.event_index()));
  return text;
}

ExitStatus StatusFor(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_ACCREDITED:
    case v1::OUTCOME_ACCREDITED_BY_FALLBACK:
      return ExitStatus::kSuccess;
    case v1::OUTCOME_LOW_QUALITY:
      return ExitStatus::kBadInput;
    case v1::OUTCOME_NOT_ON_ROLL:
      return ExitStatus::kNotFound;
    default:
      return ExitStatus::kRefused;
  }
}

}  // namespace taanu::cli
