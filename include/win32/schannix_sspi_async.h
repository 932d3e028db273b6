/* schannix_sspi_async.h: the asynchronous forms of SSPI's calls. Include sspi.h, not this file.
 *
 *   SspiAsyncContext *call = SspiCreateAsyncContext();
 *   SspiSetAsyncNotifyCallback(call, finished, my_connection);
 *   status = SspiInitializeSecurityContextAsync(call, &credential, NULL, host, flags, 0, 0, NULL, 0, &context, &out,
 *                                               &attributes, NULL);
 *   ... SEC_E_OK: queued. finished(call, my_connection) runs later, asks SspiGetAsyncCallStatus(call) for what the call
 *   itself said, and makes SspiReinitAsyncContext(call) and the next call, or SspiFreeAsyncContext(call).
 *
 * An async context stands for one call at a time: create, call, result; reinit, call, result; free. It is no address and
 * nothing to look into: one that was freed, or never made, is answered SEC_E_INVALID_HANDLE.
 * What an asynchronous function itself returns is about the queue alone: SEC_E_OK; SEC_E_INVALID_HANDLE: no such async
 * context; SEC_E_OUT_OF_SEQUENCE: its last call is pending, or was not followed by SspiReinitAsyncContext;
 * SEC_E_INSUFFICIENT_MEMORY: also when no thread can be started; SEC_E_SHUTDOWN_IN_PROGRESS: the process is ending. Every
 * other mistake is found when the call is made, and told by SspiGetAsyncCallStatus.
 * Memory: everything that the parameters point to, buffers, handles, strings and auth data, is used while the call is
 * pending and must stay valid and untouched until then. Afterwards it is the caller's again. Exceptions: the handles of
 * SspiDeleteSecurityContextAsync and SspiFreeCredentialsHandleAsync are copied at once.
 * Threads: calls are made on a few threads of the library's (as many as processors, 2 at least and 16 at most), which start
 * with the first call and leave signals to others. Any function here may be called from any thread, callbacks too.
 * Source: MS "Asynchronous Contexts" (sspi-asynchronous-contexts) and the page of each function. Windows has them in kernel
 * mode only and so declares them for ISSP_MODE 0; here they are for programs (our decision), and the W forms take the
 * strings of user mode. What the pages leave open is marked "ours".
 */
#ifndef SCHANNIX_SSPI_ASYNC_H
#define SCHANNIX_SSPI_ASYNC_H

#include <sspi.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct _SspiAsyncContext SspiAsyncContext;

/* Runs on one of the library's threads when the call is done: SspiGetAsyncCallStatus has the result already. It may call
 * anything, also start the next call on Handle after SspiReinitAsyncContext, or free it; a callback that waits keeps one
 * thread from other calls. It must not throw. A thread that polls may see the result before the callback does (ours). */
typedef void (*SspiAsyncNotifyCallback)(SspiAsyncContext *Handle, PVOID CallbackData);

/* ---- Async contexts ---- */

/* NULL: out of memory. Free with SspiFreeAsyncContext. A process that was forked does not know its parent's (ours). */
SspiAsyncContext *SspiCreateAsyncContext(void);

/* When it returns, nothing of the caller's is used any more: neither what a pending call was given, nor CallbackData. A
 * call that waits in the queue is taken back and never made; one that is being made, or a callback that is running, is
 * waited for, unless this is that thread; what it made is the caller's to delete and free. No callback begins
 * afterwards. A SspiDeleteSecurityContextAsync or SspiFreeCredentialsHandleAsync is never taken back. Unknown contexts,
 * NULL among them, do nothing.
 * Source: MS sspifreeasynccontext allows this in the callback and when nothing is pending, and
 * sspideletesecuritycontextasync right after it; for all other pending calls, ours. */
void SspiFreeAsyncContext(SspiAsyncContext *Handle);

/* For the next call; the callback stays. STATUS_SUCCESS, also when there was no call; SEC_E_INVALID_HANDLE;
 * SEC_E_OUT_OF_SEQUENCE: pending, and stays so. Source: MS sspireinitasynccontext; which errors: ours. */
NTSTATUS SspiReinitAsyncContext(SspiAsyncContext *Handle);

/* Callback NULL: none, the program asks SspiGetAsyncCallStatus from time to time. Windows has that for
 * SspiDeleteSecurityContextAsync only; here it is for every call (ours).
 * SEC_E_OK; SEC_E_INVALID_HANDLE; SEC_E_OUT_OF_SEQUENCE: a call is pending (ours). */
SECURITY_STATUS SspiSetAsyncNotifyCallback(SspiAsyncContext *Context, SspiAsyncNotifyCallback Callback,
                                           void *CallbackData);

/* TRUE: a callback is set. FALSE also for unknown contexts (ours). */
BOOLEAN SspiAsyncContextRequiresNotify(SspiAsyncContext *AsyncContext);

/* SEC_I_ASYNC_CALL_PENDING until the call is done; then whatever the synchronous function returned, as often as one asks.
 * SEC_E_INVALID_HANDLE: no such async context, or the call's own answer; SEC_E_OUT_OF_SEQUENCE: no call was made (ours). */
SECURITY_STATUS SspiGetAsyncCallStatus(SspiAsyncContext *Handle);

/* ---- Calls: the parameters and, by SspiGetAsyncCallStatus, the statuses of the synchronous functions ---- */

SECURITY_STATUS SspiAcquireCredentialsHandleAsyncA(SspiAsyncContext *AsyncContext, LPSTR pszPrincipal, LPSTR pszPackage,
                                                   ULONG fCredentialUse, void *pvLogonId, void *pAuthData,
                                                   SEC_GET_KEY_FN pGetKeyFn, void *pvGetKeyArgument,
                                                   PCredHandle phCredential, PTimeStamp ptsExpiry);
SECURITY_STATUS SspiAcquireCredentialsHandleAsyncW(SspiAsyncContext *AsyncContext, LPWSTR pszPrincipal,
                                                   LPWSTR pszPackage, ULONG fCredentialUse, void *pvLogonId,
                                                   void *pAuthData, SEC_GET_KEY_FN pGetKeyFn, void *pvGetKeyArgument,
                                                   PCredHandle phCredential, PTimeStamp ptsExpiry);
SECURITY_STATUS SspiInitializeSecurityContextAsyncA(SspiAsyncContext *AsyncContext, PCredHandle phCredential,
                                                    PCtxtHandle phContext, LPSTR pszTargetName, ULONG fContextReq,
                                                    ULONG Reserved1, ULONG TargetDataRep, PSecBufferDesc pInput,
                                                    ULONG Reserved2, PCtxtHandle phNewContext, PSecBufferDesc pOutput,
                                                    schannix_out_ulong pfContextAttr, PTimeStamp ptsExpiry);
SECURITY_STATUS SspiInitializeSecurityContextAsyncW(SspiAsyncContext *AsyncContext, PCredHandle phCredential,
                                                    PCtxtHandle phContext, LPWSTR pszTargetName, ULONG fContextReq,
                                                    ULONG Reserved1, ULONG TargetDataRep, PSecBufferDesc pInput,
                                                    ULONG Reserved2, PCtxtHandle phNewContext, PSecBufferDesc pOutput,
                                                    schannix_out_ulong pfContextAttr, PTimeStamp ptsExpiry);
SECURITY_STATUS SspiAcceptSecurityContextAsync(SspiAsyncContext *AsyncContext, PCredHandle phCredential,
                                               PCtxtHandle phContext, PSecBufferDesc pInput, ULONG fContextReq,
                                               ULONG TargetDataRep, PCtxtHandle phNewContext, PSecBufferDesc pOutput,
                                               schannix_out_ulong pfContextAttr, PTimeStamp ptsExpiry);
SECURITY_STATUS SspiDeleteSecurityContextAsync(SspiAsyncContext *AsyncContext, PCtxtHandle phContext);
SECURITY_STATUS SspiFreeCredentialsHandleAsync(SspiAsyncContext *AsyncContext, PCredHandle phCredential);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
