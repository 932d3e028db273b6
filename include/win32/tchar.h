/* tchar.h: names that follow UNICODE: _T("text"), and _tcs... for str... or wcs... Source: Microsoft's "Generic-Text
 * Mappings". */
#ifndef SCHANNIX_TCHAR_H
#define SCHANNIX_TCHAR_H

#include <schannix_crt.h>

#define _T(quoted) TEXT(quoted)
#define _TEXT(quoted) TEXT(quoted)
typedef TCHAR _TCHAR;
#ifdef UNICODE
#define _tcslen wcslen
#define _tcscmp wcscmp
#define _tcsncmp wcsncmp
#define _tcsicmp _wcsicmp
#define _tcsnicmp _wcsnicmp
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _tcsdup _wcsdup
#define _tcscpy_s wcscpy_s
#define _tcsncpy_s wcsncpy_s
#define _tprintf wprintf
#define _ftprintf fwprintf
#define _tmain wmain
#else
#define _tcslen strlen
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcsicmp _stricmp
#define _tcsnicmp _strnicmp
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tcsdup _strdup
#define _tcscpy_s strcpy_s
#define _tcsncpy_s strncpy_s
#define _tprintf printf
#define _ftprintf fprintf
#define _tmain main
#endif

#endif
