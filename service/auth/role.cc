#include "service/auth/role.h"

namespace taanu::auth {

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kTerminal:
      return "terminal";
    case Role::kAdministrator:
      return "administrator";
    case Role::kAuditor:
      return "auditor";
    case Role::kSupervisor:
      return "supervisor";
    case Role::kObserver:
      return "observer";
  }
  return "unknown";
}

std::optional<Role> RoleFromName(std::string_view name) {
  for (const Role role : kRoles) {
    if (RoleName(role) == name) return role;
  }
  return std::nullopt;
}

std::string RoleNames(RoleSet roles) {
  std::string names;
  for (const Role role : kRoles) {
    if (!roles.Has(role)) continue;
    if (!names.empty()) names += ',';
    names += RoleName(role);
  }
  return names.empty() ? "none" : names;
}

}  // namespace taanu::auth
