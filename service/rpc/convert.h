// Values of the domain as messages of the contract. These functions translate; they decide nothing.
//
// Thread-safety: pure functions.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>

#include "enroll/extract/extractor.h"
#include "enroll/register/register.h"
#include "enroll/register/voter_answer.h"
#include "matcher/template.h"
#include "service/ledger/case_queries.h"
#include "service/ledger/duplicate_search_record.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/rules/adjudication.h"
#include "service/rules/election.h"
#include "service/rules/ledger.h"
#include "taanu/v1/adjudication_service.pb.h"
#include "taanu/v1/administration_service.pb.h"
#include "taanu/v1/audit_service.pb.h"
#include "taanu/v1/election.pb.h"
#include "taanu/v1/enrollment_service.pb.h"
#include "taanu/v1/verification_service.pb.h"
#include "taanu/v1/voter_change.pb.h"

namespace taanu::rpc {

void SetTime(int64_t time_us, google::protobuf::Timestamp* out);

v1::QualityReason ToProto(QualityReason reason);
v1::FingerPosition ToProto(FingerPosition position);
v1::CaseState ToProto(rules::CaseState state);
v1::CaseDecision ToProto(rules::CaseDecision decision);

void FillAccreditation(const rules::Accreditation& in, v1::Accreditation* out);
void FillPrecinct(const rules::PrecinctRecord& in, v1::Precinct* out);
// What the only one so far said about it stays unspecified.
void FillCase(const DuplicateCase& in, v1::DuplicateCase* out);
void FillSearch(const SearchRecord& in, v1::DuplicateSearch* out);
// Fields of dimensions that were not asked for stay unset.
void FillStatistics(const StatisticsFilter& filter, const Statistics& in,
                    v1::GetStatisticsResponse* out);
void FillVerification(const rules::AttemptAnswer& in, v1::VerifyVoterResponse* out);
void FillFallback(const rules::AttemptAnswer& in, v1::RecordFallbackResponse* out);
void FillFallbacks(const rules::FallbackCounts& in, uint64_t max_count, v1::FallbackFigures* out);
void FillCorrection(const rules::TotalsCorrection& in, v1::TotalsCorrection* out);
void FillSession(const rules::Session& in, v1::Session* out);
void FillVoterData(const VoterData& in, v1::Voter* out);
void FillVoter(const EnrolledVoter& in, v1::GetVoterResponse* out);

void FillVoterChange(const VoterAnswer& in, v1::VoterChange* out);

// Not checked: ValidateVoterData is.
VoterData ToVoterData(const v1::Voter& voter);

}  // namespace taanu::rpc
