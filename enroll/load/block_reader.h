// Reads a stream in blocks, so that a line of any length costs no more memory than one block.
//
// Thread-safety: belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string_view>
#include <vector>

namespace taanu {

class BlockReader {
 public:
  // Drops a UTF-8 byte order mark at the beginning. `in` must outlive the reader, and be read by
  // nobody else.
  explicit BlockReader(std::istream* in);

  // What is read and not yet taken; empty at the end of the stream alone.
  std::string_view Peek() {
    if (at_ == size_) Fill();
    return {block_.data() + at_, size_ - at_};
  }
  // Takes the first `count` bytes of what Peek() gave.
  void Take(size_t count) { at_ += count; }

  // Takes everything up to a line feed, which stays. False where the stream ends before one.
  bool SkipToLineFeed();

  // Bytes taken from the stream so far.
  uint64_t bytes_taken() const { return bytes_before_block_ + at_; }
  // True where the stream broke rather than ended.
  bool failed() const { return in_->bad(); }

 private:
  void Fill();

  std::istream* in_;
  std::vector<char> block_;
  size_t at_ = 0;
  size_t size_ = 0;
  uint64_t bytes_before_block_ = 0;
};

}  // namespace taanu
