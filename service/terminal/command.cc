#include "service/terminal/command.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace taanu::terminal {
namespace {

using nlohmann::json;

// An action, and the members that it has besides "action" and "step".
struct Form {
  std::string_view name;
  Action action;
  std::array<const char*, 4> texts = {};
  const char* flag = nullptr;
};

constexpr std::array kForms = {
    Form{"sign_on", Action::kSignOn, {"operator"}},
    Form{"sign_off", Action::kSignOff},
    Form{"start", Action::kStart, {"number"}},
    Form{"search", Action::kSearch},
    Form{"reissue", Action::kReissue},
    Form{"print", Action::kPrint},
    Form{"fallback",
         Action::kFallback,
         {"reason", "second_officer", "operator_code", "second_code"}},
    Form{"take_over",
         Action::kTakeOver,
         {"reason", "second_officer", "operator_code", "second_code"}},
    Form{"cancel", Action::kCancel},
    Form{"try_again", Action::kTryAgain, {}, "next_finger"},
    Form{"finish", Action::kFinish},
};

template <typename Reason>
struct Named {
  std::string_view name;
  Reason reason;
};
constexpr std::array<Named<v1::FallbackReason>, 5> kFallbackReasons = {{
    {"no_usable_finger", v1::FALLBACK_REASON_NO_USABLE_FINGER},
    {"finger_not_matched", v1::FALLBACK_REASON_FINGER_NOT_MATCHED},
    {"no_reference", v1::FALLBACK_REASON_NO_REFERENCE},
    {"reader_failed", v1::FALLBACK_REASON_READER_FAILED},
    {"finger_disputed", v1::FALLBACK_REASON_FINGER_DISPUTED},
}};
constexpr std::array<Named<v1::TakeOverReason>, 4> kTakeOverReasons = {{
    {"device_failed", v1::TAKE_OVER_REASON_DEVICE_FAILED},
    {"device_lost", v1::TAKE_OVER_REASON_DEVICE_LOST},
    {"power_lost", v1::TAKE_OVER_REASON_POWER_LOST},
    {"other", v1::TAKE_OVER_REASON_OTHER},
}};

tl::unexpected<Error> Bad(const char* what) {
  return Fail(ErrorCode::kBadInput, "BAD_COMMAND", what);
}

// The parser builds nothing below the first level: depth is refused as it is met.
Result<json> ParseFlat(std::string_view body) {
  if (body.size() > kCommandBytesMax) return Bad("the command is too long");
  // The parser takes a zero byte for the end.
  if (body.find('\0') != std::string_view::npos) return Bad("a command is text");
  bool flat = true;
  std::set<std::string> names;
  const auto check = [&](int depth, json::parse_event_t event, json& value) {
    using Event = json::parse_event_t;
    if (event == Event::array_start || (event == Event::object_start && depth > 0)) flat = false;
    if (event == Event::key && !names.insert(value.get<std::string>()).second) flat = false;
    return flat;
  };
  json object = json::parse(body.begin(), body.end(), check, false);
  if (!flat || !object.is_object()) return Bad("a command is one flat JSON object");
  return object;
}

const Form* FindForm(const json& object) {
  const auto action = object.find("action");
  if (action == object.end() || !action->is_string()) return nullptr;
  for (const Form& form : kForms) {
    if (action->get_ref<const std::string&>() == form.name) return &form;
  }
  return nullptr;
}

// What two officers state: a reason, then the members in the order of the form.
template <typename Statement, size_t kCount>
Status ReadStatement(const std::array<Named<decltype(Statement::reason)>, kCount>& reasons,
                     std::array<std::string, 4>& texts, Statement* statement) {
  const auto* const reason =
      std::ranges::find(reasons, texts[0], &Named<decltype(Statement::reason)>::name);
  if (reason == reasons.end()) return Bad("there is no such reason");
  *statement = {.reason = reason->reason,
                .second_officer = std::move(texts[1]),
                .operator_code = std::move(texts[2]),
                .second_code = std::move(texts[3])};
  return {};
}

}  // namespace

Result<Command> ParseCommand(std::string_view body) {
  TAANU_ASSIGN_OR_RETURN(const json object, ParseFlat(body));
  const Form* const form = FindForm(object);
  if (form == nullptr) return Bad("there is no such action");
  const auto step = object.find("step");
  if (step == object.end() || !step->is_number_unsigned()) return Bad("step must be a number");
  Command command{.action = form->action, .step = step->get<uint64_t>()};
  size_t members = 2;
  std::array<std::string, 4> texts;
  for (size_t i = 0; i < texts.size() && form->texts[i] != nullptr; ++i, ++members) {
    const auto text = object.find(form->texts[i]);
    if (text == object.end() || !text->is_string()) return Bad("a text is missing");
    texts[i] = text->get<std::string>();
  }
  if (form->flag != nullptr) {
    const auto flag = object.find(form->flag);
    if (flag == object.end() || !flag->is_boolean()) return Bad("a flag is missing");
    command.next_finger = flag->get<bool>();
    ++members;
  }
  if (object.size() != members) return Bad("there are members that the action has not");
  switch (form->action) {
    case Action::kFallback:
      TAANU_RETURN_IF_ERROR(ReadStatement(kFallbackReasons, texts, &command.fallback));
      break;
    case Action::kTakeOver:
      TAANU_RETURN_IF_ERROR(ReadStatement(kTakeOverReasons, texts, &command.take_over));
      break;
    default:
      command.text = std::move(texts[0]);
  }
  return command;
}

}  // namespace taanu::terminal
