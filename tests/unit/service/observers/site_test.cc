// What is answered to a request, without sockets.
#include "service/observers/site.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "service/observers/asset.h"

namespace taanu::observers {
namespace {

TEST(SiteTest, GzipIsTakenWhereTheClientSaysSo) {
  for (const char* yes : {"gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "gzip;q=1"}) {
    EXPECT_TRUE(TakesGzip(yes)) << yes;
  }
  for (const char* no : {"", "br", "gzip;q=0", "gzip;q=0.000", "xgzip", "identity"}) {
    EXPECT_FALSE(TakesGzip(no)) << no;
  }
}

TEST(SiteTest, ATagIsFoundAmongOthers) {
  EXPECT_TRUE(NamesTag("*", "W/\"ab\""));
  EXPECT_TRUE(NamesTag("\"x\", W/\"ab\"", "W/\"ab\""));
  EXPECT_FALSE(NamesTag("", "W/\"ab\""));
  EXPECT_FALSE(NamesTag("W/\"abc\"", "W/\"ab\""));
  EXPECT_FALSE(NamesTag(std::string(5000, 'x') + "W/\"ab\"", "W/\"ab\""));
}

TEST(SiteTest, ALargeDocumentIsCompressedAndOpensAgain) {
  const std::string body(100'000, 'a');
  const auto document = MakeDocument("text/plain", body);
  ASSERT_TRUE(document);
  ASSERT_NE(document->gzip, nullptr);
  EXPECT_LT(document->gzip->size(), 1000U);
  std::string back(body.size(), '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string in = *document->gzip;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(back.data());
  stream.avail_out = static_cast<uInt>(back.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  EXPECT_EQ(back, body);
  EXPECT_EQ(MakeDocument("text/plain", "short")->gzip, nullptr);
}

class SiteFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    auto site = Site::Make(&live_, 1);
    ASSERT_TRUE(site) << site.error().message;
    site_ = std::move(*site);
  }
  static std::string Header(const HttpAnswer& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers) {
      if (key == name) return value;
    }
    return "";
  }

  // Never started: there are no figures.
  LiveFigures live_{Sources{}, {}};
  std::unique_ptr<Site> site_;
};

TEST_F(SiteFilesTest, ThePageAndItsPartsAreServedWithTheirTypes) {
  for (const auto& [path, type] :
       {std::pair("/", "text/html; charset=utf-8"),
        std::pair("/main.js", "text/javascript; charset=utf-8"),
        std::pair("/page.css", "text/css; charset=utf-8"), std::pair("/icon.svg", "image/svg+xml"),
        std::pair("/catalogues.json", "application/json")}) {
    const auto answer = site_->Answer({.path = path}, 0);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 200) << path;
    EXPECT_EQ(Header(*answer, "Content-Type"), type);
    EXPECT_EQ(Header(*answer, "Set-Cookie"), "");
    EXPECT_EQ(Header(*answer, "Content-Security-Policy").find("unsafe"), std::string::npos);
    const std::string tag = Header(*answer, "ETag");
    const auto again = site_->Answer({.path = path, .if_none_match = tag}, 0);
    EXPECT_EQ(again->status, 304);
    EXPECT_EQ(again->body, nullptr);
  }
}

TEST_F(SiteFilesTest, OtherPathsAreAbsent) {
  for (const char* path :
       {"", "/index.html", "/ky.mo", "/../etc/passwd", "//", "/main.js/", "/api"}) {
    const auto answer = site_->Answer({.path = path}, 0);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 404) << path;
  }
}

TEST_F(SiteFilesTest, FiguresThatAreNotThereYetAreWaitedFor) {
  EXPECT_FALSE(site_->Answer({.path = "/api/v1/summary.json"}, 0));
  EXPECT_FALSE(site_->Answer({.path = "/api/v1/events"}, 0));
  EXPECT_EQ(site_->Next(0).bytes, nullptr);
}

TEST_F(SiteFilesTest, NothingOfThePageComesFromElsewhere) {
  for (const page::Asset& asset : Assets()) {
    if (asset.name.ends_with(".mo")) continue;
    std::string text(asset.content);
    for (const char* known : {"http://www.w3.org/2000/svg"}) {
      for (size_t at = text.find(known); at != std::string::npos; at = text.find(known)) {
        text.erase(at, std::string_view(known).size());
      }
    }
    for (const char* other :
         {"http:", "https:", "//cdn", "innerHTML", "document.cookie", " style=", "onclick="}) {
      EXPECT_EQ(text.find(other), std::string::npos) << asset.name << ": " << other;
    }
  }
}

}  // namespace
}  // namespace taanu::observers
