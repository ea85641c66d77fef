#include "service/observers/snapshot.h"

#include <sodium.h>
#include <zlib.h>

#include <array>
#include <span>
#include <utility>

#include "enroll/store/sealing.h"
#include "service/observers/figures_json.h"
#include "service/observers/tables_csv.h"

namespace taanu::observers {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kCsv = "text/csv; charset=utf-8";
constexpr std::string_view kText = "text/plain; charset=utf-8";

// Below this a body fits into two packets, and compressing it gains nothing.
constexpr size_t kCompressBytesMin = 2048;
constexpr int kCompressionLevel = 4;
// zlib: 15 is the window, 16 asks for gzip's framing.
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibMemory = 8;
constexpr size_t kTagBytes = 12;
// How soon a browser that lost the stream comes back.
constexpr std::string_view kRetry = "retry: 3000\n";

Result<std::string> Gzip(const std::string& body) {
  z_stream stream{};
  if (deflateInit2(&stream, kCompressionLevel, Z_DEFLATED, kGzipWindow, kZlibMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return Fail(ErrorCode::kInternal, "NO_MEMORY", "zlib could not be started");
  }
  std::string out(deflateBound(&stream, body.size()), '\0');
  // zlib takes its input as bytes that could be written, and does not write them.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (done != Z_STREAM_END) {
    return Fail(ErrorCode::kInternal, "NO_MEMORY", "zlib could not compress a document");
  }
  return out;
}

// The same figures have the same tag, also after a restart of the daemon. It is weak, since it is
// that of the compressed body too.
std::string Tag(const std::string& body) {
  std::array<uint8_t, crypto_generichash_BYTES> digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const uint8_t*>(body.data()),
                     body.size(), nullptr, 0);
  return "W/\"" + ToHex(std::span(digest).first<kTagBytes>()) + "\"";
}

// Adds documents until one cannot be made.
class Writer {
 public:
  explicit Writer(Snapshot* snapshot) : snapshot_(*snapshot) {}

  void Add(const std::string& path, std::string_view type, std::string body,
           std::string download = {}) {
    if (!status_) return;
    Result<Document> document = MakeDocument(type, std::move(body), std::move(download));
    if (!document) {
      status_ = tl::make_unexpected(document.error());
      return;
    }
    snapshot_.documents[std::string(kApi) + path] = *std::move(document);
  }
  void AddJson(const std::string& path, const Json& json) { Add(path, kJson, Dump(json) + "\n"); }

  const Status& status() const { return status_; }

 private:
  Snapshot& snapshot_;
  Status status_;
};

}  // namespace

Result<Document> MakeDocument(std::string_view type, std::string body, std::string download) {
  Document document;
  document.type = type;
  document.etag = Tag(body);
  document.download = std::move(download);
  if (body.size() >= kCompressBytesMin) {
    TAANU_ASSIGN_OR_RETURN(std::string compressed, Gzip(body));
    if (compressed.size() < body.size() * 9 / 10) {
      document.gzip = std::make_shared<const std::string>(std::move(compressed));
    }
  }
  document.body = std::make_shared<const std::string>(std::move(body));
  return document;
}

Result<std::shared_ptr<const Snapshot>> MakeSnapshot(const Figures& figures, uint64_t number) {
  const auto snapshot = std::make_shared<Snapshot>();
  snapshot->number = number;
  snapshot->log_size = figures.log_size;
  Writer writer(snapshot.get());
  const std::string summary = Dump(SummaryJson(figures));
  snapshot->event =
      std::make_shared<const std::string>(std::string(kRetry) + "data: " + summary + "\n\n");
  writer.Add("summary.json", kJson, summary + "\n");
  writer.AddJson("precincts.json", PrecinctsJson(figures));
  writer.AddJson("reconciliation.json", ReconciliationJson(figures));
  for (size_t i = 0; i < figures.report.precincts.size(); ++i) {
    const std::string& id = figures.report.precincts[i].figures.precinct_id;
    writer.AddJson("precincts/" + id + ".json", PrecinctJson(figures, i));
  }
  for (CsvTable& table : CsvTables(figures)) {
    const std::string name = std::string(table.name) + ".csv";
    writer.Add(name, kCsv, std::move(table.text), "taanu-" + name);
  }
  writer.Add("checkpoint.txt", kText, figures.checkpoint.signed_note,
             "checkpoint-" + std::to_string(figures.checkpoint.log_size) + ".txt");
  writer.Add("public-key.txt", kText, figures.public_key + "\n", "audit.key.pub");
  TAANU_RETURN_IF_ERROR(writer.status());
  return snapshot;
}

}  // namespace taanu::observers
