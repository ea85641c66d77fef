// An allocator of large arrays that are read here and there: on pages of 2 MB, where the system
// gives them, so that finding a page's address does not take longer than reading from it.
//
// Thread-safety: as the default allocator's.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace taanu::gallery {

template <typename T>
struct HugePages {
  using value_type = T;
  static constexpr size_t kPage = size_t{1} << 21;
  static constexpr size_t kSmall = 64;

  HugePages() = default;
  template <typename U>
  explicit HugePages(const HugePages<U>& /*other*/) {}

  // What is smaller than a page is aligned to kSmall bytes, as the widest vectors need it.
  T* allocate(size_t count) {
    const size_t bytes = count * sizeof(T);
    if (bytes < kPage) return static_cast<T*>(::operator new (bytes, std::align_val_t{kSmall}));
    void* memory = ::operator new (bytes, std::align_val_t{kPage});
    // Only advice: where it is not taken, and beyond the last whole page, pages are small ones.
    madvise(memory, bytes, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) noexcept {
    if (count * sizeof(T) < kPage) {
      ::operator delete (memory, std::align_val_t{kSmall});
    } else {
      ::operator delete (memory, std::align_val_t{kPage});
    }
  }

  friend bool operator==(const HugePages&, const HugePages&) { return true; }
};

}  // namespace taanu::gallery
