/* schannix_out_ulong.h: the type of sspi.h's `unsigned long *` parameters.
 *
 * On Windows DWORD, ULONG and unsigned long all have 32 bits, and programs pass the address of any of them. Here
 * unsigned long has 64. This type is made from all three, and from NULL, 0 and nullptr, and is passed like a pointer.
 *
 * C++: made from an unsigned long *, it remembers that (bit 0 of the pointer, which alignment keeps free), and the
 * library writes all of the variable. C: a transparent union, which cannot remember: the library writes 32 bits, and
 * the upper half of an unsigned long stays as it was. Initialise such a variable with 0, or declare it ULONG. (With
 * -Wpedantic gcc notes each such argument of a C program, unless this folder is a system include directory.)
 *
 * Only libschannix itself looks inside, with schannix_store.
 */
#ifndef SCHANNIX_OUT_ULONG_H
#define SCHANNIX_OUT_ULONG_H

#include <minwindef.h>

#ifdef __cplusplus

extern "C++" { /* also when a program includes sspi.h inside extern "C" */

template <typename Target>
struct schannix_out_target; /* only the two below: anything else does not convert */
template <>
struct schannix_out_target<uint32_t> {
  enum { tag = 0 };
};
template <>
struct schannix_out_target<unsigned long> {
  enum { tag = 1 };
};

class schannix_out_ulong {
 public:
  schannix_out_ulong() = default;
  constexpr schannix_out_ulong(decltype(nullptr)) noexcept : address_(nullptr) {}
  template <typename Target, int Tag = schannix_out_target<Target>::tag>
  schannix_out_ulong(Target *target) noexcept
      : address_(target == nullptr ? nullptr : reinterpret_cast<char *>(target) + Tag) {}

  explicit operator bool() const noexcept { return address_ != nullptr; }

  void store(ULONG value) const noexcept {
    if (address_ == nullptr) return;
    if ((reinterpret_cast<ULONG_PTR>(address_) & 1) != 0) {
      *reinterpret_cast<unsigned long *>(address_ - 1) = value;
    } else {
      *reinterpret_cast<ULONG *>(address_) = value;
    }
  }

 private:
  char *address_;
};

static_assert(__is_trivially_copyable(schannix_out_ulong), "passed in a register, like the pointer it stands for");
static_assert(sizeof(schannix_out_ulong) == sizeof(void *), "passed in a register, like the pointer it stands for");

/* Writes value to where the caller asked for it; nothing when that is NULL. */
inline void schannix_store(schannix_out_ulong target, ULONG value) noexcept { target.store(value); }

} /* extern "C++" */

#else

typedef union schannix_out_ulong {
  uint32_t *exact;
  unsigned long *wide;
} schannix_out_ulong __attribute__((__transparent_union__));

#endif

#endif
