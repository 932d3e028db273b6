/* conformance: what Schannel does, fact by fact, both ends of every connection in this one process. Docs:
 * docs/howto/conformance-program.md.
 *
 *   x86_64-w64-mingw32-gcc -D_WIN32_WINNT=0x0A00 -o conformance.exe *.c -lsecur32 -lcrypt32 -lncrypt -ladvapi32
 *
 * One line a fact: row, ok | differs | n/a, how the expectation is known, what was looked at, what was seen. Lines with
 * # are about the run. Exit code: 0 all as expected, 1 something differs, 2 the program could not run, 3 a call
 * crashed: the one after the last line. */
#include "facts.h"
#include <stdio.h>

#ifdef _WIN32
typedef LONG(WINAPI *version_function)(OSVERSIONINFOW *);
typedef const char *(*wine_function)(void);

static void print_system(void) {
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");
    version_function version = (version_function)(void (*)(void))GetProcAddress(ntdll, "RtlGetVersion");
    wine_function wine = (wine_function)(void (*)(void))GetProcAddress(ntdll, "wine_get_version");
    OSVERSIONINFOW is = {0};
    is.dwOSVersionInfoSize = sizeof is;
    if (version != NULL) version(&is);
    printf("# system: Windows %lu.%lu.%lu%s%s\n", is.dwMajorVersion, is.dwMinorVersion, is.dwBuildNumber,
           wine != NULL ? ", in truth Wine " : "", wine != NULL ? wine() : "");
}
static LONG WINAPI end_after_crash(EXCEPTION_POINTERS *where) {
    printf("# crashed: exception 0x%08lX in the call after the last line\n", where->ExceptionRecord->ExceptionCode);
    print_sum();
    fflush(stdout);
    forget_own_certificate();
    ExitProcess(3);
}

static void catch_crashes(void) { SetUnhandledExceptionFilter(end_after_crash); }
#else
static void catch_crashes(void) {} /* the shell tells them */

static void print_system(void) { printf("# system: schannix\n"); }
#endif

int main(void) {
    catch_crashes();
    printf("# conformance 1\n");
    print_system();
    facts_of_control_tokens();
    facts_of_closing();
    facts_of_first_calls();
    facts_of_handshakes();
    facts_of_records();
    facts_after_handshakes();
    facts_of_datagrams();
    facts_of_credentials();
    facts_of_attributes();
    facts_of_alerts();
    facts_of_handles(); /* who keeps no list of handles crashes here */
    facts_of_null_attributes();
    facts_of_null_certificates();
    free_usual_credentials();
    forget_own_certificate();
    print_sum();
    return facts_that_differ() > 0;
}
