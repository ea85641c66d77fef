// Who is told that a voter was accredited, by whatever method.
#pragma once

#include "service/rules/election.h"

namespace taanu {

class AccreditationObserver {
 public:
  virtual ~AccreditationObserver() = default;

  // Called on the writer's thread after the commit, before it is acknowledged. Must not block.
  virtual void OnAccredited(const rules::Accreditation& accreditation) = 0;
};

}  // namespace taanu
