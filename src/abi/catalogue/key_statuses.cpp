// NTE_: private keys and their providers; and the errors of the system that the certificate functions give.
#include "abi/catalogue/catalogue.hpp"

namespace schannix::abi::catalogue {
namespace {

constexpr auto import = "This library when it imports a key; on Windows the functions of a key provider.";
constexpr auto provider = "The functions of ncrypt and advapi32 that keep keys.";
constexpr auto last_error = "This library's functions that answer by GetLastError.";
constexpr auto key_file = "The key, its container or its provider is not as the operation needs it.";
constexpr auto other_key = "Check the key and its provider; with a file: openssl pkey -check.";
constexpr auto argument = "An argument is outside what the function's page says.";
constexpr auto look = "Look the function up in docs/compat.md and in its header.";

// clang-format off
constexpr entry rows[] = {
    {0x80090001, "NTE_BAD_UID", "the provider's handle is not valid", provider, argument, look},
    {0x80090002, "NTE_BAD_HASH", "the hash is not valid", provider, argument, look},
    {0x80090003, "NTE_BAD_KEY", "the key is not valid", provider, key_file, other_key},
    {0x80090004, "NTE_BAD_LEN", "a length is not valid", provider, argument, look},
    {0x80090005, "NTE_BAD_DATA", "the data are not valid", provider, key_file, other_key},
    {0x80090006, "NTE_BAD_SIGNATURE", "the signature does not verify", provider,
     "The data were changed, or were signed with another key.", "Check which key signed."},
    {0x80090008, "NTE_BAD_ALGID", "the algorithm is not known", provider, "The provider does not have it.", "Choose another algorithm."},
    {0x80090009, "NTE_BAD_FLAGS", "the flags are not valid", provider, argument, look},
    {0x8009000A, "NTE_BAD_TYPE", "the type is not valid", provider, argument, look},
    {0x8009000B, "NTE_BAD_KEY_STATE", "the key may not be used in this way", provider,
     "The key is not exportable, or not finished.", "Import the key as exportable if it has to leave its container."},
    {0x8009000C, "NTE_BAD_HASH_STATE", "the hash is finished", provider, argument, look},
    {0x8009000D, "NTE_NO_KEY", "there is no such key", provider, key_file, other_key},
    {0x8009000E, "NTE_NO_MEMORY", "out of memory", provider, "The process has no memory left.", "Free some."},
    {0x8009000F, "NTE_EXISTS", "it is there already", provider, "A key or container of that name exists.", "Use it, or choose another name."},
    {0x80090010, "NTE_PERM", "access denied", provider, "The account may not use the key.", "Give the account rights to the key."},
    {0x80090011, "NTE_NOT_FOUND", "it was not found", provider, key_file, other_key},
    {0x80090013, "NTE_BAD_PROVIDER", "the provider is not valid", provider, key_file, other_key},
    {0x80090014, "NTE_BAD_PROV_TYPE", "the provider's type is not valid", provider, argument, look},
    {0x80090015, "NTE_BAD_PUBLIC_KEY", "the key belongs to another certificate", import,
     "The private key and the certificates that were given do not belong together.",
     "Compare openssl pkey -pubout with openssl x509 -pubkey; the outputs must be equal."},
    {0x80090016, "NTE_BAD_KEYSET", "the key container does not exist", provider, key_file, other_key},
    {0x80090017, "NTE_PROV_TYPE_NOT_DEF", "there is no provider of that type", provider, argument, look},
    {0x80090019, "NTE_KEYSET_NOT_DEF", "the provider has no such key container", provider, key_file, other_key},
    {0x80090020, "NTE_FAIL", "the provider failed", provider, key_file, other_key},
    {0x80090021, "NTE_SYS_ERR", "the system failed", provider, key_file, other_key},
    {0x80090022, "NTE_SILENT_CONTEXT", "a question to the user would be needed", provider,
     "The key wants a PIN or a confirmation, and the caller forbids to ask.", "Use a key without a prompt for services."},
    {0x80090026, "NTE_INVALID_HANDLE", "the handle is not valid", provider, argument, look},
    {0x80090027, "NTE_INVALID_PARAMETER", "an argument is not valid", provider, argument, look},
    {0x80090028, "NTE_BUFFER_TOO_SMALL", "the buffer is too small", provider, argument, "Ask for the size first."},
    {0x80090029, "NTE_NOT_SUPPORTED", "it is not supported", provider, "The provider does not have it.", "Choose another provider."},
    {0x8009002A, "NTE_NO_MORE_ITEMS", "there are no more", provider, "The enumeration is at its end.", "Nothing: this is not a failure."},
    {0x8009002D, "NTE_INTERNAL_ERROR", "the provider failed inside", provider, key_file, other_key},
    {0x00000008, "ERROR_NOT_ENOUGH_MEMORY", "out of memory", last_error, "The process has no memory left.", "Free some."},
    {0x0000000D, "ERROR_INVALID_DATA", "the data cannot be read", last_error,
     "What was given as PEM cannot be parsed.", "Look at the file with openssl x509 or pkey."},
    {0x00000056, "ERROR_INVALID_PASSWORD", "wrong password", last_error,
     "The PKCS#12 file or the key is encrypted with another password.", "Try the password with openssl pkcs12 or pkey."},
    {0x00000057, "ERROR_INVALID_PARAMETER", "an argument is not valid", last_error, argument, look},
    {0x00000103, "ERROR_NO_MORE_ITEMS", "there are no more", last_error, "The enumeration is at its end.", "Nothing: this is not a failure."},
    {0x80070057, "E_INVALIDARG", "an argument is not valid", last_error, argument, look},
    {0x8000FFFF, "E_UNEXPECTED", "something failed that should not", last_error, "A bug of this library.", "Report it, with a trace (SCHANNIX_TRACE)."},
};
// clang-format on

}  // namespace

const std::span<const entry> key_statuses = rows;

}  // namespace schannix::abi::catalogue
