#include "enroll/store/bind_vault.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "enroll/store/connection.h"
#include "enroll/store/vault_state.h"

namespace taanu {
namespace {

constexpr std::string_view kFingerprint = "vault";
constexpr std::string_view kEpoch = "key_epoch";
constexpr std::string_view kNamingKey = "naming_key";

Result<std::optional<std::vector<uint8_t>>> ReadMeta(Connection& connection, std::string_view key) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT value FROM store_meta WHERE key = ?1", key));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  std::vector<uint8_t> value = row.Blob(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return value;
}

Status WriteMeta(Connection& connection, std::string_view key, std::span<const uint8_t> value) {
  return connection.Run(
      "INSERT INTO store_meta(key, value) VALUES (?1, ?2) "
      "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
      key, std::vector<uint8_t>(value.begin(), value.end()));
}

std::vector<uint8_t> Associated() { return {kNamingKey.begin(), kNamingKey.end()}; }

std::vector<uint8_t> EpochBytes(int64_t epoch) {
  std::vector<uint8_t> bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<uint8_t>(epoch >> (8 * i)));
  return bytes;
}

int64_t EpochOf(const std::vector<uint8_t>& bytes) {
  int64_t epoch = 0;
  for (size_t i = 0; i < std::min<size_t>(8, bytes.size()); ++i) {
    epoch |= static_cast<int64_t>(bytes[i]) << (8 * i);
  }
  return epoch;
}

}  // namespace

class VaultBinding {
 public:
  using Keys = Vault::Keys;
  using State = Vault::State;

  explicit VaultBinding(const Vault& vault) : state_(std::make_shared<State>(*vault.state())) {}

  // What the file says. True where there is something to write: the file is new, of a version
  // before, or sealed with another key than the vault's first.
  Result<bool> Read(Connection& connection) {
    TAANU_ASSIGN_OR_RETURN(const auto stored, ReadMeta(connection, kFingerprint));
    TAANU_ASSIGN_OR_RETURN(const auto epoch, ReadMeta(connection, kEpoch));
    std::shared_ptr<const Keys> last = state_->keys.front();
    if (stored) {
      const auto match = std::ranges::find_if(
          state_->keys, [&](const auto& keys) { return Same(keys->fingerprint, *stored); });
      if (match == state_->keys.end()) return WrongKey(*stored);
      last = *match;
    }
    TAANU_RETURN_IF_ERROR(FindNamingKey(connection, last));
    state_->epoch = epoch ? EpochOf(*epoch) : 0;
    return !epoch || !stored || !Same(state_->keys.front()->fingerprint, *stored);
  }

  // Inside a transaction.
  Status Bind(Connection& connection) {
    TAANU_ASSIGN_OR_RETURN(const bool changed, Read(connection));
    if (!changed) return {};
    const Keys& first = *state_->keys.front();
    ++state_->epoch;
    TAANU_RETURN_IF_ERROR(WriteMeta(connection, kFingerprint, first.fingerprint));
    TAANU_RETURN_IF_ERROR(WriteMeta(connection, kEpoch, EpochBytes(state_->epoch)));
    return WriteMeta(connection, kNamingKey,
                     AeadSeal(first.seal, state_->naming->reference, Associated()));
  }

  void Install(Vault& vault) { vault.SetState(state_); }

 private:
  static bool Same(const KeyedReference& fingerprint, const std::vector<uint8_t>& stored) {
    return std::ranges::equal(fingerprint, stored);
  }

  tl::unexpected<Error> WrongKey(const std::vector<uint8_t>& stored) const {
    return Fail(ErrorCode::kRefused, "WRONG_KEY",
                "this register was sealed with another key; start with the key file it was made "
                "with (its fingerprint is " +
                    ToHex(stored) + ", this key's is " + ToHex(state_->keys.front()->fingerprint) +
                    ")");
  }

  // `last` is the key that the file says it is sealed with.
  Status FindNamingKey(Connection& connection, const std::shared_ptr<const Keys>& last) {
    TAANU_ASSIGN_OR_RETURN(const auto sealed, ReadMeta(connection, kNamingKey));
    if (!sealed) {
      // A file of a version before, or a new one: its only key is the one that names.
      state_->naming = last;
      return {};
    }
    std::vector<uint8_t> bytes;
    std::shared_ptr<Keys> naming(new Keys(*last));
    if (!AeadOpen(last->seal, *sealed, Associated(), &bytes) ||
        bytes.size() != naming->reference.size()) {
      return SealBroken();
    }
    std::ranges::copy(bytes, naming->reference.begin());
    sodium_memzero(bytes.data(), bytes.size());
    state_->naming = std::move(naming);
    return {};
  }

  const std::shared_ptr<State> state_;
};

Status BindVault(Database& database, Vault& vault) {
  VaultBinding binding(vault);
  TAANU_RETURN_IF_ERROR(
      database.Write([&](Connection& connection) { return binding.Bind(connection); }));
  binding.Install(vault);
  return {};
}

Status RebindVault(Database& database, Vault& vault) {
  TAANU_ASSIGN_OR_RETURN(const auto fresh, Vault::FromKeyFile(vault.path()));
  VaultBinding binding(*fresh);
  TAANU_RETURN_IF_ERROR(
      database.Write([&](Connection& connection) { return binding.Bind(connection); }));
  binding.Install(vault);
  return {};
}

Status BindToCopy(Connection& connection, Vault& vault) {
  VaultBinding binding(vault);
  TAANU_RETURN_IF_ERROR(binding.Read(connection));
  binding.Install(vault);
  return {};
}

}  // namespace taanu
