// The columns that every form of manifest has, and what their values mean.
//
// Those of the voter are required:
//   voter_number, family_name, given_names, birth_year, sex, precinct
// birth_year may be empty; sex is F, M, female, male or empty. A column for each finger may follow,
//   right_thumb, right_index, right_middle, right_ring, right_little, left_thumb, ... left_little
// whose value finger_value.h explains; empty where nothing is known of the finger.
// reject_line, reject_field, reject_reason and reject_text, which a load adds to the rows it
// rejects, are passed over. Any other column is refused, since a misspelt finger would otherwise be
// lost in silence.
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "enroll/load/manifest.h"

namespace taanu {

inline constexpr size_t kVoterColumnCount = 6;
inline constexpr size_t kColumnCount = kVoterColumnCount + kFingerPositionMax;

// The columns by index: those of the voter in the order above, then the ten fingers in the order of
// FingerPosition.
std::optional<size_t> ColumnIndex(std::string_view name);
std::string ColumnName(size_t index);

// What a load adds to the rows it rejects, in the order in which it writes them.
inline constexpr std::array<std::string_view, 4> kRejectColumns = {"reject_line", "reject_field",
                                                                   "reject_reason", "reject_text"};
bool IsRejectColumn(std::string_view name);
// The values of these columns. Each is one line of UTF-8; the text of the row is given only where
// the row could not be taken apart.
std::array<std::string, 4> RejectValues(const LoadRow& row, const RowProblem& problem);

// The values of one row by column; an absent one counts as empty.
using RowValues = std::array<std::string_view, kColumnCount>;

// Fills the voter and the samples; gives what is wrong, in which case they are incomplete.
std::optional<RowProblem> FillRow(const RowValues& values, int this_year, LoadRow* row);

// The column that a message about a voter's data begins with, such as "voter.precinct_id: is empty"
// or "birth_year must be ..."; empty where it begins with none.
std::string VoterColumnOf(std::string_view message);

}  // namespace taanu
