// What the page is told: the whole screen as one JSON object, every time that it changes.
//
// Thread-safety: a pure function.
#pragma once

#include <string>

#include "service/terminal/station.h"
#include "service/terminal/surroundings.h"

namespace taanu::terminal {

struct ViewText {
  std::string precinct_id;
  std::string language;  // in which the page begins: ky, ru or en
};

// One line of JSON. It names the voter whom the operator has before them, by number, and nobody
// else; it never holds an image, a template or a name of a voter.
std::string ViewJson(const Station& station, const Surroundings& around, const ViewText& text);

}  // namespace taanu::terminal
