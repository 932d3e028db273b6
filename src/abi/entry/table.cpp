// The function tables: full, constant in content, alive as long as the process. spec 1.2
#include <schannix_ext.h>
#include <sspi.h>

namespace {

// The Ex slots are there: Windows reports version 1 without them, and callers test for >= 1.
constexpr ULONG table_version = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_4;

// Old programs call the reserved slots as SealMessage and UnsealMessage.
void* old_slot(ENCRYPT_MESSAGE_FN function) { return reinterpret_cast<void*>(function); }
void* old_slot(DECRYPT_MESSAGE_FN function) { return reinterpret_cast<void*>(function); }

// What the two tables have in common.
template <typename Table>
Table common_slots() {
  Table table{};
  table.dwVersion = table_version;
  table.FreeCredentialsHandle = FreeCredentialsHandle;
  table.AcceptSecurityContext = AcceptSecurityContext;
  table.CompleteAuthToken = CompleteAuthToken;
  table.DeleteSecurityContext = DeleteSecurityContext;
  table.ApplyControlToken = ApplyControlToken;
  table.ImpersonateSecurityContext = ImpersonateSecurityContext;
  table.RevertSecurityContext = RevertSecurityContext;
  table.MakeSignature = MakeSignature;
  table.VerifySignature = VerifySignature;
  table.FreeContextBuffer = FreeContextBuffer;
  table.Reserved3 = old_slot(EncryptMessage);
  table.Reserved4 = old_slot(DecryptMessage);
  table.ExportSecurityContext = ExportSecurityContext;
  table.QuerySecurityContextToken = QuerySecurityContextToken;
  table.EncryptMessage = EncryptMessage;
  table.DecryptMessage = DecryptMessage;
  return table;
}

SecurityFunctionTableA make_narrow() {
  auto table = common_slots<SecurityFunctionTableA>();
  table.EnumerateSecurityPackagesA = EnumerateSecurityPackagesA;
  table.QueryCredentialsAttributesA = QueryCredentialsAttributesA;
  table.AcquireCredentialsHandleA = AcquireCredentialsHandleA;
  table.InitializeSecurityContextA = InitializeSecurityContextA;
  table.QueryContextAttributesA = QueryContextAttributesA;
  table.QuerySecurityPackageInfoA = QuerySecurityPackageInfoA;
  table.ImportSecurityContextA = ImportSecurityContextA;
  table.AddCredentialsA = AddCredentialsA;
  table.SetContextAttributesA = SetContextAttributesA;
  table.SetCredentialsAttributesA = SetCredentialsAttributesA;
  table.ChangeAccountPasswordA = ChangeAccountPasswordA;
  table.QueryContextAttributesExA = QueryContextAttributesExA;
  table.QueryCredentialsAttributesExA = QueryCredentialsAttributesExA;
  return table;
}

SecurityFunctionTableW make_wide() {
  auto table = common_slots<SecurityFunctionTableW>();
  table.EnumerateSecurityPackagesW = EnumerateSecurityPackagesW;
  table.QueryCredentialsAttributesW = QueryCredentialsAttributesW;
  table.AcquireCredentialsHandleW = AcquireCredentialsHandleW;
  table.InitializeSecurityContextW = InitializeSecurityContextW;
  table.QueryContextAttributesW = QueryContextAttributesW;
  table.QuerySecurityPackageInfoW = QuerySecurityPackageInfoW;
  table.ImportSecurityContextW = ImportSecurityContextW;
  table.AddCredentialsW = AddCredentialsW;
  table.SetContextAttributesW = SetContextAttributesW;
  table.SetCredentialsAttributesW = SetCredentialsAttributesW;
  table.ChangeAccountPasswordW = ChangeAccountPasswordW;
  table.QueryContextAttributesExW = QueryContextAttributesExW;
  table.QueryCredentialsAttributesExW = QueryCredentialsAttributesExW;
  return table;
}

}  // namespace

PSecurityFunctionTableA SEC_ENTRY InitSecurityInterfaceA(void) {
  static SecurityFunctionTableA table = make_narrow();
  return &table;
}

PSecurityFunctionTableW SEC_ENTRY InitSecurityInterfaceW(void) {
  static SecurityFunctionTableW table = make_wide();
  return &table;
}

const char* SchannixVersion(void) { return SCHANNIX_VERSION_STRING; }
