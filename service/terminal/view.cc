#include "service/terminal/view.h"

#include <cctype>
#include <nlohmann/json.hpp>

namespace taanu::terminal {
namespace {

using nlohmann::json;

// "TOO_DRY" as the page has it: "too_dry".
std::string Lower(std::string_view name) {
  std::string text(name);
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string WithoutPrefix(const std::string& name, std::string_view prefix) {
  return Lower(name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}

std::string PromptName(CapturePrompt prompt) {
  switch (prompt) {
    case CapturePrompt::kPlaceFinger:
      return "place";
    case CapturePrompt::kSwipeFinger:
      return "swipe";
    case CapturePrompt::kTryAgain:
      return "again";
    case CapturePrompt::kTooShort:
      return "too_short";
    case CapturePrompt::kCentreFinger:
      return "centre";
    case CapturePrompt::kRemoveFinger:
      return "remove";
  }
  return "again";
}

std::string LinkName(LinkState link) {
  switch (link) {
    case LinkState::kConnecting:
      return "connecting";
    case LinkState::kUp:
      return "up";
    case LinkState::kDown:
      break;
  }
  return "down";
}

std::string ReaderName(ReaderState reader) {
  switch (reader) {
    case ReaderState::kSearching:
      return "searching";
    case ReaderState::kReady:
      return "ready";
    case ReaderState::kFailed:
      break;
  }
  return "failed";
}

std::string PrinterName(PrinterState printer) {
  switch (printer) {
    case PrinterState::kNone:
      return "none";
    case PrinterState::kReady:
      return "ready";
    case PrinterState::kPrinting:
      return "printing";
    case PrinterState::kFailed:
      break;
  }
  return "failed";
}

json ErrorJson(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return {{"reason", error->reason}, {"message", error->message}};
}

json TouchesJson(const std::vector<Touch>& touches) {
  json list = json::array();
  for (const Touch& touch : touches) {
    list.push_back(
        {{"quality", touch.quality}, {"reason", Lower(QualityReasonName(touch.reason))}});
  }
  return list;
}

json DecisionJson(const std::optional<Decision>& decision) {
  if (!decision) return nullptr;
  json object = {
      {"outcome", WithoutPrefix(v1::Outcome_Name(decision->outcome), "OUTCOME_")},
      {"tone", ToneName(ToneOf(decision->outcome))},
      {"finger_matched", decision->finger_matched},
      {"voter_precinct", decision->voter_precinct_id},
      {"case", decision->case_id},
      {"time", decision->time_s},
      {"replayed", decision->replayed},
      {"disputable", !decision->disputable.empty()},
      {"fallbacks", {{"used", decision->fallbacks_used}, {"max", decision->fallbacks_max}}},
      {"given", nullptr},
      {"slip", nullptr}};
  if (decision->given) {
    object["given"] = {{"slip", decision->given->slip_number},
                       {"precinct", decision->given->precinct_id},
                       {"time", decision->given->time_s}};
  }
  if (decision->slip) {
    object["slip"] = {{"text", decision->slip->text}, {"issue", decision->slip->issue_number}};
  }
  return object;
}

json PrecinctJson(const std::optional<v1::Precinct>& precinct) {
  if (!precinct) return nullptr;
  return {{"polls", WithoutPrefix(v1::PollsState_Name(precinct->state()), "POLLS_STATE_")},
          {"voters", precinct->voter_count()},
          {"accredited", precinct->accredited_count()}};
}

}  // namespace

std::string ViewJson(const Station& station, const Surroundings& around, const ViewText& text) {
  const json view = {
      {"phase", PhaseName(station.phase())},
      {"step", station.step()},
      {"precinct_id", text.precinct_id},
      {"language", text.language},
      {"station", station.station_id()},
      {"may_take_over", station.may_take_over()},
      {"asking", station.question() ? json(AskingName(station.question()->asking)) : json(nullptr)},
      {"operator", station.operator_id()},
      {"voter", station.voter_number()},
      {"searching", station.searching()},
      {"finger", AskedFingerName(station.finger())},
      {"prompt", station.prompt() ? json(PromptName(*station.prompt())) : json(nullptr)},
      {"touches", TouchesJson(station.touches())},
      {"tries_left", station.tries_left()},
      {"decision", DecisionJson(station.decision())},
      {"trouble", ErrorJson(station.trouble())},
      {"tally", {{"accredited", station.tally().accredited}, {"seconds", station.tally().seconds}}},
      {"link", {{"state", LinkName(around.link)}, {"error", ErrorJson(around.link_error)}}},
      {"reader",
       {{"state", ReaderName(around.reader)},
        {"name", around.reader_name},
        {"error", ErrorJson(around.reader_error)}}},
      {"printer",
       {{"state", PrinterName(around.printer)}, {"error", ErrorJson(around.printer_error)}}},
      {"precinct", PrecinctJson(around.precinct)},
  };
  return view.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace taanu::terminal
