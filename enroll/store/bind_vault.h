// Ties a file to the key that it is sealed with.
#pragma once

#include "enroll/store/database.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

// Notes the key's fingerprint in a file that has none; refuses a file that was written with another
// key, before anything is sealed with the wrong one or every lookup finds nobody. To be called once
// after the file is opened. Errors: kRefused with reason WRONG_KEY, and those of the store.
Status BindVault(Database& database, const Vault& vault);

}  // namespace taanu
