/* A program for Windows: finds the Schannel package, acquires credentials, prints the package's name. It calls functions of
 * every library that Windows programs link, and spells headers as they do. */
#include <WinSock2.h>
#include <Windows.h>
#include <sspi.h>
#include <Schannel.h>
#include <wincrypt.h>

#include <stdio.h>
#include <string.h>

int main(void) {
    char name[] = UNISP_NAME_A;
    SCHANNEL_CRED data;
    CredHandle credential;
    WSADATA winsock;
    SecPkgInfoA *package = NULL;
    PSecurityFunctionTableA functions = InitSecurityInterfaceA();
    if (functions == NULL) return 1;
    if (functions->QuerySecurityPackageInfoA(name, &package) != SEC_E_OK) return 2;
    if (strcmp(package->Name, UNISP_NAME_A) != 0) return 3;

    memset(&data, 0, sizeof data);
    data.dwVersion = SCHANNEL_CRED_VERSION;
    if (functions->AcquireCredentialsHandleA(NULL, name, SECPKG_CRED_OUTBOUND, NULL, &data, NULL, NULL, &credential,
                                             NULL) != SEC_E_OK)
        return 4;
    printf("%s\n", package->Name);
    if (functions->FreeContextBuffer(package) != SEC_E_OK) return 5;
    if (functions->FreeCredentialsHandle(&credential) != SEC_E_OK) return 6;
    if (WSAStartup(MAKEWORD(2, 2), &winsock) != 0 || WSACleanup() != 0) return 7;
    if (GetProcAddress(LoadLibrary(TEXT("secur32.dll")), "InitSecurityInterfaceA") == NULL) return 8;
    return CertFreeCertificateContext(NULL) ? 0 : 9;
}
