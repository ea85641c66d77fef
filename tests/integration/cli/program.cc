#include "tests/integration/cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace taanu::test {
namespace {

std::vector<char*> Pointers(std::vector<std::string>* texts) {
  std::vector<char*> pointers;
  for (std::string& text : *texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> MergedEnvironment(const Environment& added) {
  std::vector<std::string> merged;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry(*at);
    if (!added.contains(std::string(entry.substr(0, entry.find('='))))) merged.emplace_back(entry);
  }
  for (const auto& [name, value] : added) merged.push_back(name + "=" + value);
  return merged;
}

// Appends what can be read; closes the descriptor, and makes it -1, at the end.
void ReadSome(int* fd, std::string* into) {
  std::array<char, 65536> block;
  const ssize_t got = ::read(*fd, block.data(), block.size());
  if (got > 0) {
    into->append(block.data(), static_cast<size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    ::close(*fd);
    *fd = -1;
  }
}

}  // namespace

Program::Program(const std::vector<std::string>& arguments, const Environment& environment) {
  int out[2];
  int err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe for taanu");
  }
  std::vector<std::string> words = {std::string(TAANU_BIN_DIR) + "/taanu"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = MergedEnvironment(environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  const int failed = posix_spawn(&pid_, words.front().c_str(), &actions, nullptr,
                                 Pointers(&words).data(), Pointers(&variables).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  out_fd_ = out[0];
  err_fd_ = err[0];
  if (failed != 0) throw std::runtime_error("cannot start " + words.front());
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (out_fd_ >= 0) ::close(out_fd_);
  if (err_fd_ >= 0) ::close(err_fd_);
}

bool Program::Pump() {
  if (out_fd_ < 0 && err_fd_ < 0) return false;
  std::array<pollfd, 2> waiting = {{{out_fd_, POLLIN, 0}, {err_fd_, POLLIN, 0}}};
  if (::poll(waiting.data(), waiting.size(), -1) < 0) return errno == EINTR;
  if (waiting[0].revents != 0) ReadSome(&out_fd_, &out_);
  if (waiting[1].revents != 0) ReadSome(&err_fd_, &err_);
  return true;
}

bool Program::WaitForError(std::string_view text) {
  while (err_.find(text) == std::string::npos) {
    if (!Pump()) return false;
  }
  return true;
}

Finished Program::Wait() {
  while (Pump()) {
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), out_, err_};
}

Finished RunTaanu(const std::vector<std::string>& arguments, const Environment& environment) {
  return Program(arguments, environment).Wait();
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void WriteText(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace taanu::test
