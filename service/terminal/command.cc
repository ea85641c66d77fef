#include "service/terminal/command.h"

#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace taanu::terminal {
namespace {

using nlohmann::json;

// An action, and the member that it has besides "action" and "step".
struct Form {
  std::string_view name;
  Action action;
  const char* member;  // null where it has none
  json::value_t type = json::value_t::string;
};

constexpr std::array kForms = {
    Form{"sign_on", Action::kSignOn, "operator"},
    Form{"sign_off", Action::kSignOff, nullptr},
    Form{"start", Action::kStart, "number"},
    Form{"search", Action::kSearch, nullptr},
    Form{"reissue", Action::kReissue, nullptr},
    Form{"cancel", Action::kCancel, nullptr},
    Form{"try_again", Action::kTryAgain, "next_finger", json::value_t::boolean},
    Form{"finish", Action::kFinish, nullptr},
};

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

}  // namespace

Result<Command> ParseCommand(std::string_view body) {
  TAANU_ASSIGN_OR_RETURN(const json object, ParseFlat(body));
  const Form* const form = FindForm(object);
  if (form == nullptr) return Bad("there is no such action");
  if (object.size() != (form->member != nullptr ? 3U : 2U)) return Bad("too few or many members");
  const auto step = object.find("step");
  if (step == object.end() || !step->is_number_unsigned()) return Bad("step must be a number");
  Command command{.action = form->action, .step = step->get<uint64_t>()};
  if (form->member == nullptr) return command;
  const auto member = object.find(form->member);
  if (member == object.end() || member->type() != form->type) return Bad("a member is not right");
  if (form->type == json::value_t::boolean) {
    command.next_finger = member->get<bool>();
  } else {
    command.text = member->get<std::string>();
  }
  return command;
}

}  // namespace taanu::terminal
