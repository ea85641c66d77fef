#include "enroll/store/bind_vault.h"

#include "enroll/store/connection.h"

namespace taanu {
namespace {

Status Bind(Connection& connection, const KeyedReference& fingerprint) {
  TAANU_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO store_meta(key, value) VALUES ('vault', ?1) ON CONFLICT(key) DO NOTHING",
      fingerprint));
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT value FROM store_meta WHERE key = 'vault'"));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  const auto stored = row.Bytes<16>(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  if (!found || stored != fingerprint) {
    return Fail(ErrorCode::kRefused, "WRONG_KEY",
                "this register was sealed with another key; start with the key file it was made "
                "with (its fingerprint is " +
                    ToHex(stored) + ", this key's is " + ToHex(fingerprint) + ")");
  }
  return {};
}

}  // namespace

Status BindVault(Database& database, const Vault& vault) {
  return database.Write([fingerprint = vault.Fingerprint()](Connection& connection) {
    return Bind(connection, fingerprint);
  });
}

}  // namespace taanu
