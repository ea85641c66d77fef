// The roles of those who call the daemon. Source: DESIGN decision 11.
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace taanu::auth {

enum class Role : uint8_t { kTerminal, kAdministrator, kAuditor, kSupervisor, kObserver };
inline constexpr std::array<Role, 5> kRoles = {Role::kTerminal, Role::kAdministrator,
                                               Role::kAuditor, Role::kSupervisor, Role::kObserver};

std::string_view RoleName(Role role);  // "terminal"
std::optional<Role> RoleFromName(std::string_view name);

// A set of roles; an empty one allows nothing.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) Add(role);
  }
  static constexpr RoleSet All() {
    RoleSet set;
    for (const Role role : kRoles) set.Add(role);
    return set;
  }

  constexpr void Add(Role role) { bits_ = static_cast<uint8_t>(bits_ | Bit(role)); }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  // The roles that are in both.
  constexpr RoleSet And(RoleSet other) const {
    RoleSet set;
    set.bits_ = static_cast<uint8_t>(bits_ & other.bits_);
    return set;
  }

  friend constexpr bool operator==(RoleSet, RoleSet) = default;

 private:
  static constexpr uint8_t Bit(Role role) {
    return static_cast<uint8_t>(1U << static_cast<unsigned>(role));
  }
  uint8_t bits_ = 0;
};

// Names with commas, such as "terminal,auditor"; "none" for the empty set.
std::string RoleNames(RoleSet roles);

}  // namespace taanu::auth
