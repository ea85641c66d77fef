// The printable report: well-formed and without a way out of its text, whatever names it is given.
#include "service/cli/reconcile_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "service/cli/html_page.h"
#include "service/cli/reconcile_words.h"
#include "service/cli/recount_list.h"
#include "tests/support/xml_check.h"

namespace taanu::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kHostile[] = {"<script>alert(1)</script>",
                                    "\"><img src=x onerror=alert(1)>",
                                    "</title></style></main>",
                                    "&lt;&#x3C;",
                                    "]]>",
                                    "=HYPERLINK(\"http://x\")",
                                    "\xE2\x80\xAEsevas",
                                    "\xFF\xFE"};

v1::GetReconciliationResponse ReportWith(const std::string& text) {
  v1::GetReconciliationResponse report;
  report.set_election(text);
  v1::PrecinctReconciliation* const precinct = report.add_precincts();
  precinct->set_precinct_id(text);
  precinct->set_state(v1::RECONCILIATION_STATE_DIFFERS);
  precinct->set_voter_count(10);
  precinct->set_identified_count(5);
  precinct->mutable_hand()->set_hand_count(3);
  precinct->mutable_hand()->set_operator_reference(text);
  v1::FigureDifference* const difference = precinct->add_differences();
  difference->set_kind(v1::DIFFERENCE_KIND_VOTES_NOT_EQUAL);
  difference->set_expected_count(5);
  difference->set_found_count(2);
  difference->set_difference_count(-3);
  difference->set_subject(text);
  difference->set_explanation(text + " has 5 votes by machine, and 2 by hand");
  *precinct->add_differences() = *difference;
  precinct->mutable_differences(1)->set_tolerated(true);
  v1::TotalChange* const change = precinct->add_changes();
  change->set_figure(text);
  change->set_reason(text);
  v1::DifferenceTally* const tally = report.add_kinds();
  tally->set_kind(v1::DIFFERENCE_KIND_VOTES_NOT_EQUAL);
  tally->set_title(text);
  tally->set_precinct_count(1);
  return report;
}

// The elements of the page, with the doctype taken off, which is no XML element.
std::string Body(const std::string& page) {
  constexpr std::string_view kDoctype = "<!DOCTYPE html>\n";
  EXPECT_TRUE(page.starts_with(kDoctype));
  return page.substr(kDoctype.size());
}

TEST(ReconcileHtmlTest, WhateverTextItIsGivenStaysText) {
  const std::string tags_of_harmless = ReportHtml(ReportWith("P1"));
  const auto count = [](const std::string& text, char c) { return std::ranges::count(text, c); };
  for (const char* text : kHostile) {
    const std::string page = ReportHtml(ReportWith(text));
    EXPECT_EQ(test::XmlFault(Body(page)), "") << text;
    // As many tags as with a harmless name: none came in with the text.
    EXPECT_EQ(count(page, '<'), count(tags_of_harmless, '<')) << text;
    EXPECT_THAT(page, Not(HasSubstr("<script"))) << text;
    EXPECT_THAT(page, Not(HasSubstr("<img"))) << text;
  }
}

TEST(ReconcileHtmlTest, ThePageNeedsNoNetworkAndNoScript) {
  const std::string page = ReportHtml(ReportWith("P1"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("href=")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, HasSubstr("@media print"));
  EXPECT_THAT(page, HasSubstr("<th scope=\"col\""));
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\""));
  EXPECT_THAT(page, HasSubstr("role=\"img\""));
}

TEST(ReconcileHtmlTest, ManyPrecinctsAreShownAsADistribution) {
  v1::GetReconciliationResponse report;
  for (int i = 0; i < 3000; ++i) {
    v1::PrecinctReconciliation* const precinct = report.add_precincts();
    precinct->set_precinct_id(std::string("P").append(std::to_string(i)));
    precinct->set_state(v1::RECONCILIATION_STATE_AGREES);
    precinct->set_voter_count(1000);
    precinct->set_identified_count(static_cast<uint64_t>(i) % 1001);
  }
  const std::string page = ReportHtml(report);
  EXPECT_EQ(test::XmlFault(Body(page)), "");
  EXPECT_THAT(page, HasSubstr("95 to 100 %"));
  EXPECT_THAT(page, HasSubstr("No difference beyond the tolerance was found."));
}

TEST(ReconcileCsvTest, NoCellBeginsAFormula) {
  const std::string csv = ReportCsv(ReportWith("=HYPERLINK(\"http://x\")"));
  EXPECT_THAT(csv, HasSubstr("\"'=HYPERLINK"));
  EXPECT_THAT(csv, Not(HasSubstr(",=")));
}

TEST(ReconcileWordsTest, ATerminalSeesWhatDiffersAndWhatMoved) {
  const std::string text = ReportText(ReportWith("P1"));
  EXPECT_THAT(text, HasSubstr("VOTES_NOT_EQUAL"));
  EXPECT_THAT(text, HasSubstr("P1 has 5 votes by machine, and 2 by hand"));
  EXPECT_THAT(text, HasSubstr("Totals that moved"));
  EXPECT_THAT(text, HasSubstr("no difference at all"));
}

TEST(ReconcileWordsTest, AToleranceIsToldAsItWasSet) {
  v1::ReconciliationTolerance tolerance;
  tolerance.set_ballot_count(1);
  EXPECT_EQ(ToleranceWords(tolerance), "at most 1 ballot apart");
  tolerance.set_share_ppm(5000);
  EXPECT_EQ(ToleranceWords(tolerance), "at most 1 ballot or 0.5 % apart, whichever is more");
  tolerance.set_ballot_count(0);
  EXPECT_EQ(ToleranceWords(tolerance), "at most 0.5 % apart");
}

TEST(ReconcileWordsTest, AMomentMayHaveFractionsOfASecond) {
  EXPECT_EQ(ParseMoment("2026-11-22T15:30:00.250Z")->nanos(), 250'000'000);
  EXPECT_EQ(ParseMoment("2026-11-22T15:30")->seconds(), 1795361400);
  EXPECT_FALSE(ParseMoment("yesterday.5"));
}

TEST(RecountListTest, ListsAreReadWithLineAndReason) {
  EXPECT_EQ((*ReadPrecinctLines("P2\r\n\nP1\n"))[""], (std::vector<std::string>{"P2", "P1"}));
  EXPECT_THAT(ReadPrecinctLines("P1\nP 2\n").error().message, HasSubstr("line 2"));
  const auto strata = ReadStrata("precinct,stratum\nP1,Osh\nP2,Chüy\nP3,Osh\n");
  ASSERT_TRUE(strata) << strata.error().message;
  EXPECT_EQ(strata->at("Osh"), (std::vector<std::string>{"P1", "P3"}));
  EXPECT_THAT(ReadStrata("P1,Osh\n").error().message, HasSubstr("line 1"));
  EXPECT_THAT(ReadStrata("precinct,stratum\nP1,\n").error().message, HasSubstr("line 2"));
  EXPECT_THAT(ReadStrata("precinct,stratum\nP1\n").error().message, HasSubstr("line 2"));
}

}  // namespace
}  // namespace taanu::cli
