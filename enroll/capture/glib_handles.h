// Owners of GLib's objects, so that none leaks on any path.
//
// Thread-safety: as the objects themselves.
#pragma once

#include <glib-object.h>

#include <memory>

namespace taanu::capture {

struct ObjectUnref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using GObjectPtr = std::unique_ptr<T, ObjectUnref>;

struct ErrorFree {
  void operator()(GError* error) const { g_error_free(error); }
};
using GErrorPtr = std::unique_ptr<GError, ErrorFree>;

// Adopts a reference that the caller already holds one of.
template <typename T>
GObjectPtr<T> AddReference(T* object) {
  return GObjectPtr<T>(static_cast<T*>(g_object_ref(object)));
}

}  // namespace taanu::capture
