// Holds the current version of an immutable thing, which readers take without waiting for a writer.
//
// Two slots, each with a count of the readers that are just copying its pointer. A reader counts
// itself in, and looks again whether the slot is still the current one; a writer touches only the
// other slot, and only after its readers have left, which takes them some nanoseconds. A reader
// tries again only where a writer has published in between, so some thread always gets on.
// (std::atomic<std::shared_ptr> of GCC 12 takes a lock in load(), which readers could wait for.)
//
// Thread-safety: Load from any thread at any time; Store from one thread at a time.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>

namespace taanu::gallery {

template <typename T>
class SnapshotCell {
 public:
  explicit SnapshotCell(std::shared_ptr<const T> first) { slots_[0].value = std::move(first); }

  std::shared_ptr<const T> Load() const {
    for (;;) {
      const unsigned k = current_.load();
      Slot& slot = slots_[k];
      slot.readers.fetch_add(1);
      // In the single total order of these operations, either the writer sees this reader before
      // it touches the slot, or this reader sees that the slot is no longer current.
      if (current_.load() == k) {
        std::shared_ptr<const T> value = slot.value;
        slot.readers.fetch_sub(1);
        return value;
      }
      slot.readers.fetch_sub(1);
    }
  }

  void Store(std::shared_ptr<const T> value) {
    const unsigned old = current_.load();
    AwaitReaders(1 - old);
    slots_[1 - old].value = std::move(value);
    current_.store(1 - old);
    // What nobody can see any more is let go at once, and not at the next change.
    AwaitReaders(old);
    slots_[old].value.reset();
  }

 private:
  struct Slot {
    std::atomic<unsigned> readers{0};
    std::shared_ptr<const T> value;
  };

  void AwaitReaders(unsigned k) const {
    while (slots_[k].readers.load() != 0) std::this_thread::yield();
  }

  mutable std::array<Slot, 2> slots_;
  std::atomic<unsigned> current_{0};
};

}  // namespace taanu::gallery
