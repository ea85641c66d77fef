// The server's limits, on real sockets: who reads slowly, sends slowly, sends too much, or comes
// too often, is cut off, and nobody else notices.
#include "service/observers/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "service/observers/listener.h"
#include "tests/support/http.h"

namespace taanu::observers {
namespace {

using test::HttpConnection;
using test::HttpGet;
using test::HttpReply;

constexpr size_t kLargeBytes = size_t{8} << 20;

class EchoNothing final : public HttpSite {
 public:
  std::optional<HttpAnswer> Answer(const HttpRequest& request, size_t streams) override {
    if (request.path == "/later" && !ready) return std::nullopt;
    if (request.path == "/large") return HttpAnswer{.body = large_};
    if (request.path == "/stream") return HttpAnswer{.stream = true};
    return HttpAnswer{.headers = {{"X-Streams", std::to_string(streams)}},
                      .body = std::make_shared<const std::string>("hello")};
  }
  HttpEvent Next(uint64_t seen) override {
    const std::lock_guard lock(mutex_);
    if (number_ <= seen) return {};
    return {number_, event_};
  }
  void Watched() override { ++watched; }

  void Publish(std::string event) {
    const std::lock_guard lock(mutex_);
    ++number_;
    event_ = std::make_shared<const std::string>(std::move(event));
  }

  std::atomic<bool> ready = false;
  std::atomic<int> watched = 0;

 private:
  const std::shared_ptr<const std::string> large_ =
      std::make_shared<const std::string>(kLargeBytes, 'x');
  std::mutex mutex_;
  uint64_t number_ = 0;
  std::shared_ptr<const std::string> event_;
};

class HttpServerTest : public testing::Test {
 protected:
  void Start(HttpOptions options = {}) {
    options.listen = "127.0.0.1:0";
    auto server = HttpServer::Start(options, &site_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  int port() const { return server_->port(); }

  HttpConnection Stream() {
    HttpConnection stream(port());
    stream.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    return stream;
  }

  EchoNothing site_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  Start();
  HttpConnection connection(port());
  for (int i = 0; i < 3; ++i) {
    connection.Clear();
    ASSERT_TRUE(connection.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_TRUE(connection.ReadUntil("hello").starts_with("HTTP/1.1 200 OK"));
  }
  const HttpReply head = HttpGet(port(), "/", "", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.body.empty());
}

TEST_F(HttpServerTest, OnlyReadsAndNeverABody) {
  Start();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X"}) {
    EXPECT_EQ(HttpGet(port(), "/", "", method).status, 405) << method;
  }
  EXPECT_EQ(HttpGet(port(), "/", "Content-Length: 1000000000\r\n").status, 400);
  EXPECT_EQ(HttpGet(port(), "/", "Transfer-Encoding: chunked\r\n").status, 400);
  EXPECT_EQ(HttpGet(port(), "/").status, 200);
}

TEST_F(HttpServerTest, RefusesHeadsThatAreTooLarge) {
  Start();
  const HttpReply path = HttpGet(port(), "/" + std::string(100'000, 'a'));
  EXPECT_TRUE(path.status == 414 || path.status == 0) << path.status;
  const HttpReply header = HttpGet(port(), "/", "X: " + std::string(100'000, 'a') + "\r\n");
  EXPECT_TRUE(header.status == 431 || header.status == 0) << header.status;
  EXPECT_EQ(HttpGet(port(), "/").status, 200);
}

TEST_F(HttpServerTest, CutsOffAHeadThatTricklesIn) {
  Start({.head = std::chrono::seconds(1)});
  HttpConnection slow(port());
  ASSERT_TRUE(slow.Send("GET / HTTP/1.1\r\n"));
  // It never stands still for long, and never comes to its end.
  const auto begin = std::chrono::steady_clock::now();
  while (!slow.ended() && std::chrono::steady_clock::now() - begin < std::chrono::seconds(20)) {
    slow.Send("X: y\r\n");
    slow.ReadToEnd(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(slow.ended());
}

TEST_F(HttpServerTest, CutsOffWhoReadsAnAnswerTooSlowly) {
  Start({.answer = std::chrono::seconds(1), .stall = std::chrono::seconds(30)});
  HttpConnection slow(port(), 4096);
  ASSERT_TRUE(slow.Send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(slow.ReadUntil("HTTP/1.1 200").starts_with("HTTP/1.1 200"));
  // Others are served meanwhile.
  EXPECT_EQ(HttpGet(port(), "/").status, 200);
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(3500)) {
    HttpGet(port(), "/");
  }
  EXPECT_LT(slow.ReadToEnd().size(), kLargeBytes);
  EXPECT_TRUE(slow.ended());
}

TEST_F(HttpServerTest, ManyStreamsGetEachEventAndWaitForTheNext) {
  Start();
  std::vector<HttpConnection> streams;
  for (int i = 0; i < 50; ++i) streams.push_back(Stream());
  for (const char* event : {"data: one\n\n", "data: two\n\n"}) {
    site_.Publish(event);
    server_->Wake();
    for (HttpConnection& stream : streams) {
      EXPECT_NE(stream.ReadUntil(event).find(event), std::string::npos);
    }
  }
  EXPECT_NE(HttpGet(port(), "/").head.find("X-Streams: 50\r\n"), std::string::npos);
  const int before = site_.watched;
  streams.front().ReadUntil("nothing more", std::chrono::milliseconds(2500));
  EXPECT_GT(site_.watched, before);
}

TEST_F(HttpServerTest, EventsThatComeFasterThanTheyGoOutReachEverybody) {
  Start();
  std::vector<HttpConnection> streams;
  for (int i = 0; i < 160; ++i) streams.push_back(Stream());
  for (HttpConnection& stream : streams) stream.ReadUntil("HTTP/1.1 200");
  for (int i = 0; i < 30; ++i) {
    site_.Publish("data: " + std::to_string(i) + "\n\n");
    server_->Wake();
    HttpGet(port(), "/");
  }
  site_.Publish("data: last\n\n");
  server_->Wake();
  for (HttpConnection& stream : streams) {
    EXPECT_NE(stream.ReadUntil("data: last").find("data: last"), std::string::npos);
  }
}

TEST_F(HttpServerTest, AStreamWhoseReaderWentIsForgotten) {
  Start();
  {
    HttpConnection stream = Stream();
    site_.Publish("data: one\n\n");
    server_->Wake();
    stream.ReadUntil("one");
  }
  // A write tells.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < end &&
         HttpGet(port(), "/").head.find("X-Streams: 0") == std::string::npos) {
    site_.Publish("data: again\n\n");
    server_->Wake();
  }
  EXPECT_NE(HttpGet(port(), "/").head.find("X-Streams: 0"), std::string::npos);
}

TEST_F(HttpServerTest, AReaderWhoStallsMissesEventsAndHoldsNobodyUp) {
  Start({.stall = std::chrono::seconds(1)});
  HttpConnection stalled(port(), 4096);
  ASSERT_TRUE(stalled.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"));
  site_.Publish("data: " + std::string(kLargeBytes, 'y') + "\n\n");
  server_->Wake();
  ASSERT_TRUE(stalled.ReadUntil("HTTP/1.1 200").starts_with("HTTP/1.1 200"));
  HttpConnection other = Stream();
  EXPECT_NE(other.ReadUntil("yyyy").find("yyyy"), std::string::npos);
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < std::chrono::seconds(4)) HttpGet(port(), "/");
  EXPECT_LT(stalled.ReadToEnd().size(), kLargeBytes);
  EXPECT_TRUE(stalled.ended());
}

TEST_F(HttpServerTest, HoldsWhatIsNotThereYetAndGivesItUpInTime) {
  Start({.hold = std::chrono::seconds(1)});
  HttpConnection waiting(port());
  ASSERT_TRUE(waiting.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(waiting.ReadUntil("HTTP", std::chrono::milliseconds(200)), "");
  site_.ready = true;
  server_->Wake();
  EXPECT_TRUE(waiting.ReadUntil("hello").starts_with("HTTP/1.1 200"));
  site_.ready = false;
  EXPECT_EQ(HttpGet(port(), "/later").status, 503);
}

TEST_F(HttpServerTest, OneAddressHasOnlySoManyConnections) {
  Start({.connections_per_address_max = 3});
  std::vector<HttpConnection> streams;
  for (int i = 0; i < 3; ++i) streams.push_back(Stream());
  site_.Publish("data: one\n\n");
  server_->Wake();
  for (HttpConnection& stream : streams) stream.ReadUntil("one");
  EXPECT_EQ(HttpGet(port(), "/").status, 0);
  EXPECT_FALSE(streams.front().ended());
}

TEST_F(HttpServerTest, EndsWithStreamsAndRequestsOpen) {
  Start();
  HttpConnection stream = Stream();
  HttpConnection waiting(port());
  ASSERT_TRUE(waiting.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(stream.ReadUntil("HTTP/1.1 200").starts_with("HTTP/1.1 200"));
  server_.reset();
  stream.ReadToEnd();
  waiting.ReadToEnd();
  EXPECT_TRUE(stream.ended());
  EXPECT_TRUE(waiting.ended());
}

TEST_F(HttpServerTest, MalformedRequestsEndNothingButThemselves) {
  Start();
  for (const std::string& bytes :
       {std::string("\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("\0\0\0\0\r\n\r\n", 8),
        std::string("GET / HTTP/9.9\r\n\r\n"), std::string("GET / HTTP/1.1\r\n: x\r\n\r\n"),
        std::string("GET /%zz%00 HTTP/1.1\r\nHost: x\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\n\r\n"), std::string(50'000, '\xff')}) {
    HttpConnection connection(port());
    connection.Send(bytes);
    connection.ReadUntil("\r\n\r\n", std::chrono::milliseconds(300));
  }
  EXPECT_EQ(HttpGet(port(), "/").status, 200);
}

TEST(ListenerTest, AnAddressHasAHostAndAPort) {
  for (const char* bad : {"", ":", "8090", ":8090", "x:", "x:y", "x:65536", "x:-1", "x:123456",
                          "::1:8090", "[]:8090", "[::1:8090"}) {
    EXPECT_FALSE(SplitAddress(bad)) << bad;
  }
  EXPECT_EQ(SplitAddress("127.0.0.1:8090").value(),
            (std::pair<std::string, std::string>("127.0.0.1", "8090")));
  EXPECT_EQ(SplitAddress("[::1]:0").value().first, "::1");
}

TEST(ListenerTest, APortThatIsTakenIsTold) {
  const auto first = Listen("127.0.0.1:0");
  ASSERT_TRUE(first);
  const auto second = Listen("127.0.0.1:" + std::to_string(first->port));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "CANNOT_LISTEN");
  close(first->fd);
}

}  // namespace
}  // namespace taanu::observers
