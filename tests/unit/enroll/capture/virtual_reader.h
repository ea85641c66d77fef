// Plays the finger of libfprint's virtual image device.
//
// The device appears where the environment variable FP_VIRTUAL_IMAGE names a socket, on which it
// listens once it is open. A message is two native 32-bit integers: the width and height of the
// grey pixels that follow; or, where the first is negative, a command and its argument
// (libfprint, libfprint/drivers/virtual-image.c).
//
// The device reads its socket only while a capture runs, so that what is sent before waits; but
// what is sent after a retry was asked for must wait for the next prompt.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "enroll/image/image.h"

namespace taanu::test {

enum class VirtualCommand : int32_t { kRetry = -1, kFail = -2 };

class VirtualFinger {
 public:
  VirtualFinger() = default;
  ~VirtualFinger() {
    if (sender_.joinable()) sender_.join();
    if (fd_ >= 0) ::close(fd_);
  }
  VirtualFinger(const VirtualFinger&) = delete;
  VirtualFinger& operator=(const VirtualFinger&) = delete;

  // False where nothing listens at `path` yet.
  bool Connect(const std::string& path) {
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (fd_ < 0 || path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  void Press(const GrayImage& image) { Send({image.width, image.height}, image.pixels); }
  void Command(VirtualCommand command, int32_t argument) {
    Send({static_cast<int32_t>(command), argument}, {});
  }

 private:
  // On a thread, since an image may be longer than what the socket holds.
  void Send(std::array<int32_t, 2> header, std::vector<uint8_t> pixels) {
    if (sender_.joinable()) sender_.join();
    sender_ = std::thread([fd = fd_, header, pixels = std::move(pixels)] {
      WriteAll(fd, {reinterpret_cast<const uint8_t*>(header.data()), sizeof header});
      WriteAll(fd, pixels);
    });
  }

  static void WriteAll(int fd, std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes = bytes.subspan(static_cast<size_t>(sent));
    }
  }

  int fd_ = -1;
  std::thread sender_;
};

}  // namespace taanu::test
