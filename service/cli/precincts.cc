#include "service/cli/precincts.h"

#include "taanu/v1/administration_service.grpc.pb.h"

namespace taanu::cli {

Result<std::vector<v1::Precinct>> ListPrecincts(const Remote& remote) {
  const auto stub = v1::AdministrationService::NewStub(remote.channel());
  std::vector<v1::Precinct> precincts;
  v1::ListPrecinctsRequest request;
  request.set_page_size(1000);
  do {
    TAANU_ASSIGN_OR_RETURN(
        const v1::ListPrecinctsResponse page,
        Call(remote, *stub, &v1::AdministrationService::Stub::ListPrecincts, request));
    precincts.insert(precincts.end(), page.precincts().begin(), page.precincts().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return precincts;
}

}  // namespace taanu::cli
