#include "service/terminal/view.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace taanu::terminal {
namespace {

using nlohmann::json;

std::string OneId() { return "id"; }

TEST(ViewTest, TheScreenHasTheDecisionAndNothingOfTheFinger) {
  Station station("B.Isakov", &OneId);
  station.SetCapturesMax(4);
  ASSERT_TRUE(station.Start(station.step(), "2010", 0));
  v1::FingerSample sample;
  sample.mutable_raw()->set_pixels("PIXELS-OF-A-FINGER");
  station.OnTouch(station.capture_wanted().value(),
                  {.quality = 33, .reason = QualityReason::kTooDry}, sample);
  Decision decision;
  decision.outcome = v1::OUTCOME_ALREADY_ACCREDITED;
  decision.given = Given{.slip_number = 17, .precinct_id = "P2", .time_s = 1234};
  decision.case_id = 3;
  station.OnDecision(station.question()->ticket, decision, 0);

  Surroundings around;
  around.link = LinkState::kDown;
  around.link_error = Error{ErrorCode::kUnavailable, "DAEMON_UNAVAILABLE", "no \xFF daemon"};
  around.precinct.emplace();
  around.precinct->set_state(v1::POLLS_STATE_NOT_OPEN);
  around.precinct->set_voter_count(3000);
  const std::string text = ViewJson(station, around, {.precinct_id = "P1", .language = "ru"});
  EXPECT_EQ(text.find("PIXELS"), std::string::npos);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const json view = json::parse(text);
  EXPECT_EQ(view["phase"], "decision");
  EXPECT_EQ(view["step"], station.step());
  EXPECT_EQ(view["voter"], "2010");
  EXPECT_EQ(view["touches"], json::parse(R"([{"quality":33,"reason":"too_dry"}])"));
  EXPECT_EQ(view["decision"]["outcome"], "already_accredited");
  EXPECT_EQ(view["decision"]["tone"], "red");
  EXPECT_EQ(view["decision"]["given"]["slip"], 17);
  EXPECT_EQ(view["decision"]["case"], 3);
  EXPECT_EQ(view["link"]["state"], "down");
  EXPECT_EQ(view["precinct"]["polls"], "not_open");
  EXPECT_EQ(view["language"], "ru");
}

}  // namespace
}  // namespace taanu::terminal
