#include "enroll/load/block_reader.h"

#include <cstring>

namespace taanu {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

BlockReader::BlockReader(std::istream* in) : in_(in), block_(kBlockBytes) {
  // The first block is as long as the file or far longer than the mark, so the mark is not cut.
  if (Peek().starts_with(kByteOrderMark)) Take(kByteOrderMark.size());
}

void BlockReader::Fill() {
  bytes_before_block_ += size_;
  at_ = 0;
  size_ = 0;
  if (!in_->good()) return;
  in_->read(block_.data(), static_cast<std::streamsize>(block_.size()));
  size_ = static_cast<size_t>(in_->gcount());
}

bool BlockReader::SkipToLineFeed() {
  for (;;) {
    const std::string_view block = Peek();
    if (block.empty()) return false;
    const void* const feed = std::memchr(block.data(), '\n', block.size());
    if (feed != nullptr) {
      Take(static_cast<size_t>(static_cast<const char*>(feed) - block.data()));
      return true;
    }
    Take(block.size());
  }
}

}  // namespace taanu
