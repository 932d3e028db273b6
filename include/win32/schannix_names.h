/* schannix_names.h: the macros that rewrite Windows' generic names into their ...A or ...W forms, by UNICODE.
 *
 * The other headers include this one last. Macros know no scopes: a program (or this library) whose own names would be
 * rewritten defines SCHANNIX_NO_NAME_MACROS before the first include and spells the suffixes.
 * Struct types are not macros: their generic names are typedefs in the headers that declare them.
 */
#ifndef SCHANNIX_NO_NAME_MACROS

/* Only once the table that has a member of this name is declared. */
#if defined(SCHANNIX_SSPI_TABLES) && !defined(FreeCredentialHandle)
#define FreeCredentialHandle FreeCredentialsHandle
#endif

#ifndef SCHANNIX_NAMES_H
#define SCHANNIX_NAMES_H

#ifdef UNICODE
#define SCHANNIX_AW_(name) name##W
#else
#define SCHANNIX_AW_(name) name##A
#endif

/* sspi.h */
#define InitSecurityInterface SCHANNIX_AW_(InitSecurityInterface)
#define EnumerateSecurityPackages SCHANNIX_AW_(EnumerateSecurityPackages)
#define QuerySecurityPackageInfo SCHANNIX_AW_(QuerySecurityPackageInfo)
#define AcquireCredentialsHandle SCHANNIX_AW_(AcquireCredentialsHandle)
#define AddCredentials SCHANNIX_AW_(AddCredentials)
#define QueryCredentialsAttributes SCHANNIX_AW_(QueryCredentialsAttributes)
#define QueryCredentialsAttributesEx SCHANNIX_AW_(QueryCredentialsAttributesEx)
#define SetCredentialsAttributes SCHANNIX_AW_(SetCredentialsAttributes)
#define InitializeSecurityContext SCHANNIX_AW_(InitializeSecurityContext)
#define QueryContextAttributes SCHANNIX_AW_(QueryContextAttributes)
#define QueryContextAttributesEx SCHANNIX_AW_(QueryContextAttributesEx)
#define SetContextAttributes SCHANNIX_AW_(SetContextAttributes)
#define ImportSecurityContext SCHANNIX_AW_(ImportSecurityContext)
#define ChangeAccountPassword SCHANNIX_AW_(ChangeAccountPassword)
#define SspiAcquireCredentialsHandleAsync SCHANNIX_AW_(SspiAcquireCredentialsHandleAsync)
#define SspiInitializeSecurityContextAsync SCHANNIX_AW_(SspiInitializeSecurityContextAsync)

/* schannel.h */
#define SslEmptyCache SCHANNIX_AW_(SslEmptyCache)

/* wincrypt.h */
#define CertGetNameString SCHANNIX_AW_(CertGetNameString)
#define CertOpenSystemStore SCHANNIX_AW_(CertOpenSystemStore)
#define CertNameToStr SCHANNIX_AW_(CertNameToStr)
#define CryptAcquireContext SCHANNIX_AW_(CryptAcquireContext)
#define MS_DEF_PROV SCHANNIX_AW_(MS_DEF_PROV_)
#define MS_ENHANCED_PROV SCHANNIX_AW_(MS_ENHANCED_PROV_)
#define MS_ENH_RSA_AES_PROV SCHANNIX_AW_(MS_ENH_RSA_AES_PROV_)
#define MS_DEF_RSA_SCHANNEL_PROV SCHANNIX_AW_(MS_DEF_RSA_SCHANNEL_PROV_)
#define CertStrToName SCHANNIX_AW_(CertStrToName)
#define CryptStringToBinary SCHANNIX_AW_(CryptStringToBinary)
#define CryptBinaryToString SCHANNIX_AW_(CryptBinaryToString)

#endif

#endif
