#include "http/passkey.hpp"

#include <utility>

#include "http/policy.hpp"

namespace securebase::http {
namespace {

/// Host without its port.
std::string_view name_in(std::string_view host) {
  return host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
}

std::string text_in(const wire::Node& node, std::string_view name) {
  const auto* member = node.find(name);
  const auto* text = member == nullptr ? nullptr : member->as<Private<std::string>>();
  return text == nullptr ? std::string() : text->reveal();
}

}  // namespace

Result<service::RelyingParty> relying_party(const Request& request) {
  const std::string host(request.header("host").value_or(""));
  const std::string_view name = name_in(host);
  if (name.empty() || name.starts_with('[') || parse_address(name))
    return fail(ErrorKind::conflict, "passkey.address",
                "passkeys need a name in the address: open this page as http://localhost, or under the name "
                "of the practice's server");
  return service::RelyingParty{std::string(name), {(request.tls ? "https://" : "http://") + host}};
}

Result<service::ClientData> read_client_data(const std::string& json) {
  const auto node = wire::parse_json(json);
  if (!node || node->as<wire::Node::Object>() == nullptr)
    return fail(ErrorKind::bad_data, "passkey.client_data", "the text of response.clientDataJSON",
                Place{"", 0, 0, "client_data"});
  const auto* crossed = node->find("crossOrigin");
  const bool* is_crossed = crossed == nullptr ? nullptr : crossed->as<bool>();
  return service::ClientData{json, text_in(*node, "type"), text_in(*node, "challenge"),
                             text_in(*node, "origin"), is_crossed != nullptr && *is_crossed};
}

Result<service::PasskeyOffer> offer_passkey(Visit& visit, const service::PasskeyRequest& input) {
  const auto party = relying_party(visit.request);
  if (!party) return tl::unexpected(party.error());
  return service::offer_passkey(visit.desk.practice, visit.desk.challenges, visit.desk.attempts, visit.actor,
                                *party, input);
}

Result<service::PasskeyView> add_passkey(Visit& visit, const AddPasskey& input) {
  const auto party = relying_party(visit.request);
  if (!party) return tl::unexpected(party.error());
  auto client = read_client_data(input.client_data);
  if (!client) return tl::unexpected(client.error());
  return service::add_passkey(visit.desk.practice, visit.desk.challenges, visit.actor, *party, input.name,
                              {std::move(*client), input.authenticator_data});
}

Result<service::PasskeyChallenge> challenge_passkey(Visit& visit) {
  const auto party = relying_party(visit.request);
  if (!party) return tl::unexpected(party.error());
  return service::challenge_passkey(visit.desk.practice, visit.desk.challenges, *party);
}

Result<Welcome> sign_in_by_passkey(Visit& visit, const SignInByPasskey& input) {
  const auto party = relying_party(visit.request);
  if (!party) return tl::unexpected(party.error());
  auto client = read_client_data(input.client_data);
  if (!client) return tl::unexpected(client.error());
  auto given = service::sign_in_by_passkey(
      visit.desk.practice, visit.desk.challenges, visit.desk.attempts, *party,
      {std::move(*client), input.credential_id, input.authenticator_data, input.signature},
      asked_from(visit));
  if (!given) return tl::unexpected(given.error());
  return welcome(visit, std::move(*given));
}

}  // namespace securebase::http
