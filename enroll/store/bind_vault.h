// Ties a file to the key that it is sealed with.
//
// In the table store_meta: "vault" is the fingerprint of the key in use, "key_epoch" how many keys
// the file has had, and "naming_key" what keyed references are made with, sealed with the key in
// use. That one comes from the first key of the file and never changes, since keyed references
// stand in the audit log.
#pragma once

#include "enroll/store/database.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

// Notes the key in a file that has none; refuses a file that was written with a key that the vault
// does not have, before anything is sealed with the wrong one or every lookup finds nobody. Where
// the vault's first key is new to the file and a later one is the file's, the first one is taken
// into use: what is sealed with the others is to be sealed again (enroll/register/resealer.h).
// To be called once after the file is opened, before the vault is used. Errors: kRefused with
// reason WRONG_KEY, kBadInput (SEAL_BROKEN), and those of the store.
Status BindVault(Database& database, Vault& vault);

// Reads the vault's key file again and takes a new first key into use, or learns that keys were
// taken out. While it runs, and after an error, the vault stays as it was. Errors: as FromKeyFile
// and BindVault.
Status RebindVault(Database& database, Vault& vault);

// Gives the vault what the file on this connection names and seals with, and writes nothing: for a
// copy that is only read. Errors: as BindVault; the vault's first key is to be the file's.
Status BindToCopy(Connection& connection, Vault& vault);

}  // namespace taanu
