// Who is told what has become durable in the register.
#pragma once

#include <string_view>

#include "enroll/store/sealing.h"

namespace taanu {

class RegisterObserver {
 public:
  virtual ~RegisterObserver() = default;

  // Called on the writer's thread after the commit, before it is acknowledged, so that whoever was
  // told of a change finds it noted here. Must not block. `precinct_id` is the roll that the voter
  // is on now, or would be; empty where the voter is gone. `from_elsewhere`: the voter may have
  // been on another roll before.
  virtual void OnVoterChanged(const KeyedReference& voter, std::string_view precinct_id,
                              bool from_elsewhere) = 0;
};

}  // namespace taanu
