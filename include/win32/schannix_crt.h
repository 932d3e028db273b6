/* schannix_crt.h: what programs for Windows take from Microsoft's C run-time, and which Linux has under other names.
 *
 * Inline, so it needs no library. The ..._s functions answer with an errno value; where Microsoft's would end the program
 * (no room, a NULL), these empty the destination and answer EINVAL or ERANGE. Source: Microsoft's C run-time reference.
 */
#ifndef SCHANNIX_CRT_H
#define SCHANNIX_CRT_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#include <minwindef.h>

typedef int errno_t;
#define _TRUNCATE SCHANNIX_CAST(size_t, -1)

static __inline__ int schannix_fold(int c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

/* ASCII letters count as equal in either case; other characters do not (in Microsoft's default locale neither). */
static __inline__ int _strnicmp(const char *first, const char *second, size_t count) {
  for (; count > 0; ++first, ++second, --count) {
    const int difference = schannix_fold(SCHANNIX_CAST(unsigned char, *first)) - schannix_fold(SCHANNIX_CAST(unsigned char, *second));
    if (difference != 0 || *first == 0) return difference;
  }
  return 0;
}
static __inline__ int _stricmp(const char *first, const char *second) {
  return _strnicmp(first, second, SCHANNIX_CAST(size_t, -1));
}
static __inline__ int _wcsnicmp(const wchar_t *first, const wchar_t *second, size_t count) {
  for (; count > 0; ++first, ++second, --count) {
    const int a = schannix_fold(SCHANNIX_CAST(int, *first)), b = schannix_fold(SCHANNIX_CAST(int, *second));
    if (a != b || *first == 0) return (a > b) - (a < b);
  }
  return 0;
}
static __inline__ int _wcsicmp(const wchar_t *first, const wchar_t *second) {
  return _wcsnicmp(first, second, SCHANNIX_CAST(size_t, -1));
}
static __inline__ char *_strdup(const char *text) {
  const size_t size = strlen(text) + 1;
  char *copy = SCHANNIX_CAST(char *, malloc(size));
  return copy == NULL ? NULL : SCHANNIX_CAST(char *, memcpy(copy, text, size));
}
static __inline__ wchar_t *_wcsdup(const wchar_t *text) {
  const size_t size = (wcslen(text) + 1) * sizeof(wchar_t);
  void *copy = malloc(size);
  return SCHANNIX_CAST(wchar_t *, copy == NULL ? NULL : memcpy(copy, text, size));
}

static __inline__ errno_t memcpy_s(void *destination, size_t size, const void *source, size_t count) {
  if (count == 0) return 0;
  if (destination == NULL) return EINVAL;
  if (source != NULL && count <= size) {
    memcpy(destination, source, count);
    return 0;
  }
  memset(destination, 0, size);
  return source == NULL ? EINVAL : ERANGE;
}

/* A number's digits in radix 2 to 36, in small letters; the sign of a negative one in radix 10 only, else its bits. Returns text. */
static __inline__ char *_itoa(int value, char *text, int radix) {
  char digits[33];
  char *end = text;
  int count = 0;
  const int is_negative = radix == 10 && value < 0;
  unsigned left = is_negative ? 0U - SCHANNIX_CAST(unsigned, value) : SCHANNIX_CAST(unsigned, value);
  if (text == NULL) return NULL;
  if (radix >= 2 && radix <= 36) {
    do {
      digits[count++] = "0123456789abcdefghijklmnopqrstuvwxyz"[left % SCHANNIX_CAST(unsigned, radix)];
      left /= SCHANNIX_CAST(unsigned, radix);
    } while (left != 0);
    if (is_negative) *end++ = '-';
    while (count > 0) *end++ = digits[--count];
  }
  *end = 0;
  return text;
}

/* At most count characters of source; with _TRUNCATE what fits, and 80 (STRUNCATE) when that is not all. */
#define STRUNCATE 80
#define SCHANNIX_COPY_(name, character, length)                                                          \
  static __inline__ errno_t name(character *destination, size_t size, const character *source, size_t count) { \
    size_t wanted;                                                                                       \
    if (destination == NULL || size == 0) return EINVAL;                                                 \
    destination[0] = 0;                                                                                  \
    if (source == NULL) return count == 0 ? 0 : EINVAL;                                                  \
    wanted = length(source, count);                                                                      \
    if (wanted >= size && count != _TRUNCATE) return ERANGE;                                             \
    memcpy(destination, source, (wanted < size ? wanted : size - 1) * sizeof(character));                \
    destination[wanted < size ? wanted : size - 1] = 0;                                                  \
    return wanted < size ? 0 : STRUNCATE;                                                                \
  }
static __inline__ size_t schannix_length(const char *text, size_t limit) {
  size_t length = 0;
  while (length < limit && text[length] != 0) ++length;
  return length;
}
static __inline__ size_t schannix_wide_length(const wchar_t *text, size_t limit) {
  size_t length = 0;
  while (length < limit && text[length] != 0) ++length;
  return length;
}
SCHANNIX_COPY_(strncpy_s, char, schannix_length)
SCHANNIX_COPY_(wcsncpy_s, wchar_t, schannix_wide_length)
static __inline__ errno_t strcpy_s(char *destination, size_t size, const char *source) {
  return strncpy_s(destination, size, source, SCHANNIX_CAST(size_t, -2));
}
static __inline__ errno_t wcscpy_s(wchar_t *destination, size_t size, const wchar_t *source) {
  return wcsncpy_s(destination, size, source, SCHANNIX_CAST(size_t, -2));
}
static __inline__ errno_t strcat_s(char *destination, size_t size, const char *source) {
  const size_t used = destination == NULL ? size : schannix_length(destination, size);
  if (used < size && source != NULL && strcpy_s(destination + used, size - used, source) == 0) return 0;
  if (destination != NULL && size != 0) destination[0] = 0;
  return destination == NULL || source == NULL || used >= size ? EINVAL : ERANGE;
}

/* The characters written, or -1 with an empty text when they do not fit. */
static __inline__ int vsprintf_s(char *destination, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
static __inline__ int vsprintf_s(char *destination, size_t size, const char *format, va_list arguments) {
  int written;
  if (destination == NULL || size == 0) return -1;
  written = vsnprintf(destination, size, format, arguments);
  if (written >= 0 && SCHANNIX_CAST(size_t, written) < size) return written;
  destination[0] = 0;
  return -1;
}
static __inline__ int sprintf_s(char *destination, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static __inline__ int sprintf_s(char *destination, size_t size, const char *format, ...) {
  int written;
  va_list arguments;
  va_start(arguments, format);
  written = vsprintf_s(destination, size, format, arguments);
  va_end(arguments);
  return written;
}

/* The characters written; -1, and no terminator, when they do not fit: this is how the old functions are. With count
 * characters exactly there is no terminator either. */
static __inline__ int _vsnprintf(char *destination, size_t count, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
static __inline__ int _vsnprintf(char *destination, size_t count, const char *format, va_list arguments) {
  va_list again;
  int written;
  char *whole;
  va_copy(again, arguments);
  written = vsnprintf(NULL, 0, format, arguments);
  whole = written < 0 ? NULL : SCHANNIX_CAST(char *, malloc(SCHANNIX_CAST(size_t, written) + 1));
  if (whole != NULL) {
    const size_t all = SCHANNIX_CAST(size_t, vsnprintf(whole, SCHANNIX_CAST(size_t, written) + 1, format, again)) + 1;
    memcpy(destination, whole, all < count ? all : count);
    free(whole);
  }
  va_end(again);
  return whole != NULL && SCHANNIX_CAST(size_t, written) <= count ? written : -1;
}
static __inline__ int _snprintf(char *destination, size_t count, const char *format, ...) __attribute__((format(printf, 3, 4)));
static __inline__ int _snprintf(char *destination, size_t count, const char *format, ...) {
  int written;
  va_list arguments;
  va_start(arguments, format);
  written = _vsnprintf(destination, count, format, arguments);
  va_end(arguments);
  return written;
}

#ifdef __cplusplus
/* The forms that take the size from the array. */
extern "C++" {
template <size_t Size>
errno_t strcpy_s(char (&destination)[Size], const char *source) { return strcpy_s(destination, Size, source); }
template <size_t Size>
errno_t wcscpy_s(wchar_t (&destination)[Size], const wchar_t *source) { return wcscpy_s(destination, Size, source); }
template <size_t Size>
errno_t strcat_s(char (&destination)[Size], const char *source) { return strcat_s(destination, Size, source); }
template <size_t Size>
errno_t strncpy_s(char (&destination)[Size], const char *source, size_t count) {
  return strncpy_s(destination, Size, source, count);
}
template <size_t Size>
__attribute__((format(printf, 2, 3))) int sprintf_s(char (&destination)[Size], const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int written = vsprintf_s(destination, Size, format, arguments);
  va_end(arguments);
  return written;
}
}
#endif

#endif
