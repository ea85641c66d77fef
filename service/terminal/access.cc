#include "service/terminal/access.h"

#include <sodium.h>

#include <array>
#include <utility>

namespace taanu::terminal {
namespace {

constexpr size_t kSecretBytes = 32;
constexpr std::array<std::string_view, 2> kOwnNames = {"127.0.0.1:", "localhost:"};
constexpr std::string_view kScheme = "http://";

std::string NewSecret() {
  std::array<unsigned char, kSecretBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, 2 * kSecretBytes + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  return hex.data();
}

// In time that does not tell how much of it was right.
bool SameSecret(std::string_view a, std::string_view b) {
  return !a.empty() && a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

// A browser sends one cookie to all ports of a host, so that its name has the port.
std::string CookieName(const std::string& port) { return "taanu_terminal_" + port; }

}  // namespace

Access::Access(int port, std::function<void(const std::string&)> on_new_url)
    : port_(std::to_string(port)), on_new_url_(std::move(on_new_url)) {
  on_new_url_(NewUrl());
}

std::string Access::NewUrl() {
  token_ = NewSecret();
  return std::string(kScheme) + std::string(kOwnNames[0]) + port_ + "/start?token=" + token_;
}

std::optional<std::string> Access::Exchange(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (!SameSecret(token, token_)) return std::nullopt;
  session_ = NewSecret();
  ++session_number_;
  on_new_url_(NewUrl());
  return CookieName(port_) + "=" + session_ + "; Path=/; HttpOnly; SameSite=Strict";
}

std::optional<uint64_t> Access::SessionOf(std::string_view cookie_header) const {
  const std::string name = CookieName(port_) + "=";
  const std::lock_guard lock(mutex_);
  while (!cookie_header.empty()) {
    const size_t end = cookie_header.find(';');
    std::string_view cookie = cookie_header.substr(0, end);
    cookie_header.remove_prefix(end == std::string_view::npos ? cookie_header.size() : end + 1);
    while (cookie.starts_with(' ')) cookie.remove_prefix(1);
    if (cookie.starts_with(name) && SameSecret(cookie.substr(name.size()), session_)) {
      return session_number_;
    }
  }
  return std::nullopt;
}

bool Access::IsOwnHost(std::string_view host) const {
  for (const std::string_view name : kOwnNames) {
    if (host == std::string(name) + port_) return true;
  }
  return false;
}

bool Access::IsOwnOrigin(std::string_view origin) const {
  return origin.starts_with(kScheme) && IsOwnHost(origin.substr(kScheme.size()));
}

}  // namespace taanu::terminal
